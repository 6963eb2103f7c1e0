/** Words of the page of the readers. */
import type { StationReader } from '#shared/contract/kiosk-readers.ts';
import type { KioskState, WrongObject } from '#shared/contract/kiosk-screen.ts';
import type { Draft } from '../input/draft.ts';
import { line, type Line } from '../words/line.ts';
import { NUMBER_FORMS, type ReaderDraft } from '../input/reader-press.ts';

const STATES: Readonly<Record<StationReader['state'], Line>> = {
  ready: line('正常', 'ready'),
  gone: line('断开,请插好 USB 线', 'unplugged: plug the cable in'),
  fault: line('故障', 'faulty'),
  waiting: line('还没有动静,请试刷一次', 'not heard of yet: try it once'),
};
const ROLES: Readonly<Record<StationReader['role'], Line>> = {
  person: line('刷人', 'people'),
  tube: line('扫管号', 'tubes'),
};

/** How a reader in use is and what it is for. */
export function readerWords({ name, role, state, trouble }: StationReader): Line {
  const now = trouble ?? STATES[state];
  return line(`${name.zh} · ${ROLES[role].zh}:${now.zh}`, `${name.en} · ${ROLES[role].en}: ${now.en}`);
}

/** What stands above the rows: which is missing, and what to do. */
export function readersHint({ readers, candidates }: KioskState): Line {
  const found = candidates.length > 1;
  if (readers.some((reader) => reader.role === 'person'))
    return line('按号码看一台;带 + 的还没有选用', 'Press a number; those with + are not in use yet');
  if (found)
    return line(
      '还没有选读卡器:按号码选一台,选过就记住',
      'No reader chosen yet: press a number, it is remembered',
    );
  return line(
    '没有找到读卡器:请插上 USB 线;用厂家服务的请按 * 再找一次;也可以按 0 手工登记',
    "No reader: plug one in; * looks for a maker's service",
  );
}

const OBJECTS: Readonly<Record<WrongObject, string>> = {
  'tube-code': '管号',
  card: '身份证',
  'person-code': '个人码',
  'person-number': '像证件号',
  'unknown-card': '别的卡',
  glued: '两码相连',
  length: '长度不对',
  'gs1-label': '商品码',
  pattern: '管号不全',
};

/** What was given by mistake in this round; null: nothing. */
export function wrongObjectsWords({ wrongObjects }: KioskState): Line | null {
  if (wrongObjects.length === 0) return null;
  const sum = wrongObjects.reduce((all, { count }) => all + count, 0);
  const parts = wrongObjects.map(({ given, count }) => `${OBJECTS[given]} ${count}`);
  return line(`本轮放错、扫错 ${sum} 次:${parts.join(' · ')}`, `${sum} wrong objects in this round`);
}

/** Title of each step. */
export function readerTitle(state: KioskState, draft: ReaderDraft): Line {
  switch (draft.draft) {
    case 'readers':
      return line('读卡器', 'Readers and scanners');
    case 'reader': {
      const reader = state.readers.find((one) => one.reader === draft.reader);
      return reader?.name ?? line('读卡器', 'Reader');
    }
    case 'reader-model':
      return isOutOfReach(state, draft.candidate)
        ? line('这台读卡器要先装厂家程序', "This reader needs its maker's program first")
        : line('这是什么?', 'What is this?');
    case 'reader-role':
      return line('用来扫什么?', 'What is it for?');
    case 'reader-format':
      return line('它怎样写卡号?', "How does it write a card's number?");
    case 'reader-order':
      return line('卡号的字节顺序?', 'Byte order of the number?');
  }
}

/** Choices of a step by their digit. */
export function readerChoices(state: KioskState, draft: Draft): { digit: string; label: Line }[] {
  switch (draft.draft) {
    case 'reader':
      return [{ digit: '1', label: line('移除,不再使用', 'Remove it') }];
    case 'reader-model':
      return (state.candidates.find((one) => one.candidate === draft.candidate)?.models ?? []).map(
        ({ name }, i) => ({ digit: String(i + 1), label: name }),
      );
    case 'reader-role':
      return [
        { digit: '1', label: line('扫采样管的管号', 'Tube codes') },
        { digit: '2', label: line('扫人:工牌、身份证号', 'People: badges, ID numbers') },
      ];
    case 'reader-format':
      return NUMBER_FORMS.map(({ digit, zh, en }) => ({ digit, label: line(zh, en) }));
    case 'reader-order':
      return [
        { digit: '1', label: line('顺序(多数如此)', 'As it is (most are)') },
        { digit: '2', label: line('倒序', 'Reversed') },
      ];
    default:
      return [];
  }
}

/** A device that is seen and cannot be driven. */
function isOutOfReach(state: KioskState, candidate: string): boolean {
  return state.candidates.find((one) => one.candidate === candidate)?.models.length === 0;
}
