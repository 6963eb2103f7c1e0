/** Words of 撤销 and 恢复: what is asked, and what has come of it. */
import type { Face } from '#shared/contract/kiosk-screen.ts';
import { clockText } from '#shared/site-time.ts';
import { line, words, type FaceWords, type Line } from './line.ts';
import { placeWords } from './swipe-words.ts';

type Of<F extends Face['face']> = Extract<Face, { face: F }>;

/** 撤销 … ?, with whoever is meant, as well as it is known. */
export function undoAskedWords({ name, ordinal, among, time, isRepeat }: Of<'undo-asked'>): FaceWords {
  const place = placeWords(ordinal, among);
  return words(
    'ask',
    'undo',
    isRepeat ? repeatAsked(name) : personAsked(name, ordinal),
    line('Enter 是   − 不', 'Enter yes   − no'),
    line(
      `${clockText(time)} 打卡${place === null ? '' : ` · ${place.zh}`}`,
      `Swiped at ${clockText(time)}${place === null ? '' : `, ${place.en.toLowerCase()}`}`,
    ),
  );
}

function personAsked(name: string | null, ordinal: number | null): Line {
  if (ordinal === null) return line(`撤销 ${name ?? '这次打卡'}?`, 'Undo this swipe?');
  return line(
    name === null ? `撤销第${ordinal}人?` : `撤销 ${name}(第${ordinal}人)?`,
    `Undo number ${ordinal}?`,
  );
}

const repeatAsked = (name: string | null): Line =>
  line(name === null ? '撤销这次重复打卡?' : `撤销 ${name} 的重复打卡?`, 'Undo this repeat?');

/** 已撤销: who does not count any more, or that only a repeat was undone. */
export function undoneWords({ name, ordinal, stillCounted }: Of<'undone'>): FaceWords {
  const who = name === null ? [] : [line(name, '')];
  if (stillCounted)
    return words('plain', 'undo', line('已撤销重复打卡,仍已计入', 'Repeat undone, still counted'), ...who);
  const place = ordinal === null ? '' : `第 ${ordinal} 人 `;
  return words(
    'plain',
    'undo',
    line('已撤销', 'Undone'),
    line(
      `${name === null ? '' : `${name} · `}${place}不计入`,
      ordinal === null ? 'No longer counted' : `Number ${ordinal} is no longer counted`,
    ),
  );
}

/** 已恢复: counted again, by a swipe of its own. */
export function restoredWords({ name, ordinal }: Of<'restored'>): FaceWords {
  const who = [name, ordinal === null ? null : `第 ${ordinal} 人`].filter((part) => part !== null);
  return words(
    'plain',
    'check',
    line('已恢复,已计入', 'Brought back: counted'),
    ...(who.length === 0 ? [] : [line(who.join(' · '), ordinal === null ? '' : `Number ${ordinal}`)]),
  );
}
