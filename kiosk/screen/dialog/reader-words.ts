/** Words of the page of the readers. */
import type { ReaderCandidate, StationReader } from '#shared/contract/kiosk-readers.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { listed, message, type Message, type Text } from '#shared/language/message.ts';
import type { Draft } from '../input/draft.ts';
import { NUMBER_FORMS, type ReaderDraft } from '../input/reader-press.ts';
import type { Choice } from './choices.tsx';

/** How a reader in use is and what it is for. */
export function readerWords({ name, role, state, trouble }: StationReader): Message {
  return message('reader.in-use', {
    name,
    role: message(role === 'tube' ? 'reader.for-tubes' : 'reader.for-people'),
    state: trouble ?? message(`reader.${state}`),
  });
}

/** What a device may be, or that something must be installed first. */
export const modelsWords = ({ models }: ReaderCandidate): Text =>
  listed(
    'list.or',
    models.map(({ name }) => name),
  ) ?? message('reader.install-first');

/** What stands above the rows: which is missing, and what to do. */
export function readersHint({ readers, candidates }: KioskState): Message {
  if (readers.some((reader) => reader.role === 'person')) return message('reader.hint-in-use');
  return message(candidates.length > 1 ? 'reader.hint-choose' : 'reader.hint-none');
}

/** What was given by mistake in this round; null: nothing. */
export function wrongObjectsWords({ wrongObjects }: KioskState): Message | null {
  const objects = listed(
    'list.dot',
    wrongObjects.map(({ given, count }) =>
      message('object.counted', { object: message(`short-object.${given}`), n: count }),
    ),
  );
  if (objects === null) return null;
  const n = wrongObjects.reduce((all, { count }) => all + count, 0);
  return message('object.wrong-in-round', { n, objects });
}

/** Title of each step. */
export function readerTitle(state: KioskState, draft: ReaderDraft): Message {
  switch (draft.draft) {
    case 'readers':
      return message('menu.readers');
    case 'reader':
      return state.readers.find((one) => one.reader === draft.reader)?.name ?? message('reader.one');
    case 'reader-model':
      return message(isOutOfReach(state, draft.candidate) ? 'reader.needs-program' : 'reader.what');
    case 'reader-role':
      return message('reader.what-for');
    case 'reader-format':
      return message('reader.how-written');
    case 'reader-order':
      return message('reader.byte-order');
  }
}

/** Choices of a step by their digit. */
export function readerChoices(state: KioskState, draft: Draft): Choice[] {
  switch (draft.draft) {
    case 'reader':
      return [{ digit: '1', label: message('reader.remove') }];
    case 'reader-model':
      return (state.candidates.find((one) => one.candidate === draft.candidate)?.models ?? []).map(
        ({ name }, i) => ({ digit: String(i + 1), label: name }),
      );
    case 'reader-role':
      return [
        { digit: '1', label: message('reader.scan-tubes') },
        { digit: '2', label: message('reader.scan-people') },
      ];
    case 'reader-format':
      return NUMBER_FORMS.map(({ digit, label, example }) => ({ digit, label, more: example }));
    case 'reader-order':
      return [
        { digit: '1', label: message('reader.as-it-is') },
        { digit: '2', label: message('reader.reversed') },
      ];
    default:
      return [];
  }
}

/** A device that is seen and cannot be driven. */
function isOutOfReach(state: KioskState, candidate: string): boolean {
  return state.candidates.find((one) => one.candidate === candidate)?.models.length === 0;
}
