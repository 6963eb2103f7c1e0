/** Words of 撤销 and 恢复: what is asked, and what has come of it. */
import type { Face } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { line, lineAfter, words, type FaceWords } from './line.ts';

type Of<F extends Face['face']> = Extract<Face, { face: F }>;

/** 撤销 … ?, with whoever is meant, as well as it is known. */
export function undoAskedWords({ name, ordinal, among, time, isRepeat }: Of<'undo-asked'>): FaceWords {
  return words(
    'ask',
    'undo',
    isRepeat ? repeatAsked(name) : personAsked(name, ordinal),
    line('face.enter-or-not'),
    ordinal === null
      ? line('face.swiped-at', { at: time })
      : line('face.swiped-at-place', { at: time, among, n: ordinal }),
  );
}

function personAsked(name: string | null, ordinal: number | null): Message {
  if (ordinal === null)
    return name === null ? message('face.undo-swipe') : message('face.undo-person', { name });
  return name === null
    ? message('face.undo-number', { n: ordinal })
    : message('face.undo-person-number', { name, n: ordinal });
}

const repeatAsked = (name: string | null): Message =>
  name === null ? message('face.undo-repeat') : message('face.undo-repeat-of', { name });

/** 已撤销: who does not count any more, or that only a repeat was undone. */
export function undoneWords({ name, ordinal, stillCounted }: Of<'undone'>): FaceWords {
  if (stillCounted)
    return words(
      'plain',
      'undo',
      message('face.undone-repeat'),
      ...(name === null ? [] : [lineAfter([name], null)]),
    );
  const end =
    ordinal === null ? message('face.counts-no-more') : message('face.number-counts-no-more', { n: ordinal });
  return words('plain', 'undo', message('face.undone'), lineAfter([name], end));
}

/** 已恢复: counted again, by a swipe of its own. */
export function restoredWords({ name, ordinal }: Of<'restored'>): FaceWords {
  const number = ordinal === null ? null : message('face.number', { n: ordinal });
  const who = name === null && number === null ? [] : [lineAfter([name], number)];
  return words('plain', 'check', message('face.restored'), ...who);
}
