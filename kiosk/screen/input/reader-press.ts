/** Keys on the page of the readers: what is there is confirmed in a few digits, or removed. */
import { message, type Message } from '#shared/language/message.ts';
import type { NumberFormat, ReaderModelId, ReaderRole } from '#shared/reader-setting.ts';
import type { ReaderCandidate, StationReader } from '#shared/contract/kiosk-readers.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import type { Desk, Draft } from './draft.ts';
import type { Key } from './keys.ts';
import { leave, leaves, sendThen, stay, to, type Press } from './press-result.ts';

export type ReaderDraft = Extract<
  Draft,
  { draft: 'readers' | 'reader' | 'reader-model' | 'reader-role' | 'reader-format' | 'reader-order' }
>;

/** Keys 1 to 6 are rows, so that all fit on the screen with targets of 96 px; the rest are reached by turning the page. */
const READER_ROWS = 6;

export type ReaderRow = { digit: string } & (
  | { reader: StationReader; candidate: null }
  | { reader: null; candidate: ReaderCandidate }
);

/** The rows of the page from `first` on: readers in use, then what else is there. */
export function readerRows(state: KioskState, first: number): { rows: ReaderRow[]; more: boolean } {
  const all = [
    ...state.readers.map((reader) => ({ reader, candidate: null })),
    ...state.candidates.map((candidate) => ({ reader: null, candidate })),
  ];
  const rows = all.slice(first, first + READER_ROWS).map((row, i) => ({ digit: String(i + 1), ...row }));
  return { rows, more: all.length > READER_ROWS };
}

/** How devices write a card's number (reader-protocols.md 4), the commonest first. */
export const NUMBER_FORMS: readonly {
  digit: string;
  form: Pick<NumberFormat, 'digits' | 'bytes'>;
  label: Message;
  example: string;
}[] = [
  {
    digit: '1',
    form: { digits: 'decimal', bytes: 4 },
    label: message('number-form.decimal-4'),
    example: '2712847316',
  },
  {
    digit: '2',
    form: { digits: 'hex', bytes: 8 },
    label: message('number-form.hex-8'),
    example: '00A1B2C3D4E5F607',
  },
  {
    digit: '3',
    form: { digits: 'decimal', bytes: 3 },
    label: message('number-form.decimal-3'),
    example: '10597059',
  },
  { digit: '4', form: { digits: 'hex', bytes: 4 }, label: message('number-form.hex-4'), example: 'A1B2C3D4' },
  {
    digit: '5',
    form: { digits: 'hex', bytes: 5 },
    label: message('number-form.hex-5'),
    example: '00A1B2C3D4',
  },
  {
    digit: '6',
    form: { digits: 'decimal-comma', bytes: 3 },
    label: message('number-form.decimal-comma-3'),
    example: '111,27706',
  },
  {
    digit: '7',
    form: { digits: 'decimal', bytes: 8 },
    label: message('number-form.decimal-8'),
    example: '45528870531429895',
  },
  { digit: '8', form: { digits: 'hex', bytes: 3 }, label: message('number-form.hex-3'), example: 'A1B2C3' },
];

const PAGE: Draft = { draft: 'readers', first: 0 };

/** One key on the page of the readers or on a step of confirming one. */
export function pressReaders(state: KioskState, desk: Desk, draft: ReaderDraft, key: Key): Press {
  if (leaves(key)) return draft.draft === 'readers' ? leave : to(back(state, draft));
  if (draft.draft === 'readers') return pressPage(state, desk, draft.first, key);
  if (draft.draft === 'reader')
    return isDigit(key, '1')
      ? sendThen(desk, { command: 'forget-reader', reader: draft.reader }, PAGE)
      : stay(desk);
  const candidate = state.candidates.find((one) => one.candidate === draft.candidate);
  if (candidate === undefined) return to(PAGE); // unplugged meanwhile
  switch (draft.draft) {
    case 'reader-model': {
      const model = candidate.models.find((_, i) => isDigit(key, String(i + 1)));
      return model === undefined ? stay(desk) : afterModel(desk, candidate, model);
    }
    case 'reader-role': {
      const role = isDigit(key, '1') ? 'tube' : isDigit(key, '2') ? 'person' : null;
      return role === null ? stay(desk) : choose(desk, { ...draft, role, numberFormat: null });
    }
    case 'reader-format': {
      const form = NUMBER_FORMS.find((one) => isDigit(key, one.digit))?.form;
      return form === undefined ? stay(desk) : to({ ...draft, draft: 'reader-order', form });
    }
    case 'reader-order': {
      const byteOrder = isDigit(key, '1') ? 'same' : isDigit(key, '2') ? 'reversed' : null;
      if (byteOrder === null) return stay(desk);
      return choose(desk, { ...draft, role: 'person', numberFormat: { ...draft.form, byteOrder } });
    }
  }
}

function pressPage(state: KioskState, desk: Desk, first: number, key: Key): Press {
  if (key.name === 'times') return sendThen(desk, { command: 'look-for-readers' }, PAGE);
  const { rows, more } = readerRows(state, first);
  if (isDigit(key, '9') && more) {
    const next = first + READER_ROWS;
    return to({ draft: 'readers', first: readerRows(state, next).rows.length === 0 ? 0 : next });
  }
  const row = rows.find((one) => isDigit(key, one.digit));
  if (row === undefined) return stay(desk);
  if (row.reader !== null) return to({ draft: 'reader', reader: row.reader.reader });
  const [only, ...others] = row.candidate.models;
  // A device that cannot be driven is opened all the same: what to install is said there.
  if (only === undefined || others.length > 0)
    return to({ draft: 'reader-model', candidate: row.candidate.candidate });
  return afterModel(desk, row.candidate, only);
}

function afterModel(
  desk: Desk,
  { candidate }: ReaderCandidate,
  chosen: ReaderCandidate['models'][number],
): Press {
  const { model, gives } = chosen;
  if (gives === 'scan') return to({ draft: 'reader-role', candidate, model });
  if (gives === 'physical-number') return to({ draft: 'reader-format', candidate, model });
  return choose(desk, { candidate, model, role: 'person', numberFormat: null });
}

function choose(
  desk: Desk,
  chosen: { candidate: string; model: ReaderModelId; role: ReaderRole; numberFormat: NumberFormat | null },
): Press {
  const { candidate, model, role, numberFormat } = chosen;
  return sendThen(desk, { command: 'choose-reader', candidate, model, role, numberFormat }, PAGE);
}

/** One step back. */
function back(state: KioskState, draft: ReaderDraft): Draft {
  if (draft.draft === 'reader-order')
    return { draft: 'reader-format', candidate: draft.candidate, model: draft.model };
  if (draft.draft !== 'reader-role' && draft.draft !== 'reader-format') return PAGE;
  const models = state.candidates.find((one) => one.candidate === draft.candidate)?.models ?? [];
  return models.length > 1 ? { draft: 'reader-model', candidate: draft.candidate } : PAGE;
}

const isDigit = (key: Key, digit: string): boolean => key.name === 'char' && key.char === digit;
