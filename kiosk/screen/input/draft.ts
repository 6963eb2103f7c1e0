/** What the staff is in the middle of: a dialog of the screen and the text typed so far. Nothing of it is an event yet. */
import type { EventId } from '#shared/ids.ts';
import type { NumberFormat, ReaderModelId } from '#shared/reader-setting.ts';
import type { Face, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { LANGUAGE_CODES, LANGUAGES } from '#shared/language/languages.ts';
import { message, type Message } from '#shared/language/message.ts';

export interface Typed {
  text: string;
  /** True while the text is a suggestion: the first key typed replaces it. */
  offered: boolean;
}

export type Draft =
  | { draft: 'none' }
  | { draft: 'menu' }
  /** `unreadable`: opened because a card could not be read, so an outcome without a number can be given. */
  | { draft: 'manual-kind'; unreadable: boolean }
  | { draft: 'manual-id'; typed: Typed }
  | { draft: 'manual-staff'; typed: Typed }
  | { draft: 'manual-document-type' }
  | { draft: 'manual-document'; documentType: string; typed: Typed }
  | { draft: 'manual-none' }
  | { draft: 'tube-code'; typed: Typed }
  | { draft: 'move-last'; typed: Typed }
  | { draft: 'opening-code'; typed: Typed }
  | { draft: 'pack-up' }
  /** Which language the staff reads. */
  | { draft: 'language' }
  | { draft: 'pairing' }
  /** 读卡器: what is there. `first`: the first row shown, where there are more than keys. */
  | { draft: 'readers'; first: number }
  /** One in use. */
  | { draft: 'reader'; reader: string }
  /** One that is there and not in use, step by step until it is confirmed. */
  | { draft: 'reader-model'; candidate: string }
  | { draft: 'reader-role'; candidate: string; model: ReaderModelId }
  | { draft: 'reader-format'; candidate: string; model: ReaderModelId }
  | {
      draft: 'reader-order';
      candidate: string;
      model: ReaderModelId;
      form: Pick<NumberFormat, 'digits' | 'bytes'>;
    }
  /** The next four answer a face of the engine and go with it. `of` names the question. */
  | { draft: 'sealing'; of: string; typed: Typed }
  | { draft: 'who'; of: string; typed: Typed }
  | { draft: 'enrolment'; of: string; typed: Typed }
  | { draft: 'unpaired' };

/** A draft with what went wrong with it last. */
export interface Desk {
  draft: Draft;
  fault: Message | null;
}

export const CLEAR_DESK: Desk = { draft: { draft: 'none' }, fault: null };
export const NOTHING_TYPED: Typed = { text: '', offered: false };
export const TUBE_CODE: Draft = { draft: 'tube-code', typed: NOTHING_TYPED };

/**
 * The desk under a new state: questions of the engine open their dialog and close it when they are gone. A dialog the
 * staff opened stays, whatever card is put down meanwhile.
 */
export function followState(desk: Desk, state: KioskState): Desk {
  const asked = draftAsked(state.face);
  const answering = answersFace(desk.draft);
  // A scanner with a line of its own has opened the tube meanwhile: nothing is left to type.
  if (desk.draft.draft === 'tube-code' && state.face.face === 'tube-opened') return CLEAR_DESK;
  if (desk.draft.draft !== 'none' && !answering) return desk;
  if (asked === null) return answering ? CLEAR_DESK : desk;
  return sameQuestion(asked, desk.draft) ? desk : { draft: asked, fault: null };
}

/** Dialogs that are the answer to a face, and need not repeat it above themselves. */
export function answersFace({ draft }: Draft): boolean {
  return draft === 'sealing' || draft === 'who' || draft === 'enrolment' || draft === 'unpaired';
}

function draftAsked(face: Face): Draft | null {
  if (face.face === 'sealing')
    return {
      draft: 'sealing',
      of: `${face.code}/${face.offered}`,
      typed: { text: String(face.offered), offered: true },
    };
  if (face.face === 'who-was-not-sampled')
    return { draft: 'who', of: face.candidates.map((one) => one.swipe).join(), typed: NOTHING_TYPED };
  if (face.face === 'enrolment') return { draft: 'enrolment', of: face.has, typed: NOTHING_TYPED };
  return face.face === 'unpaired' ? { draft: 'unpaired' } : null;
}

function sameQuestion(asked: Draft, draft: Draft): boolean {
  if (asked.draft !== draft.draft) return false;
  return !('of' in asked) || !('of' in draft) || asked.of === draft.of;
}

export interface Candidate {
  swipe: EventId;
  label: string;
  name: string | null;
  time: number;
}

/** The people of 谁没采? with the number to type: their place in the tube, or their row where places do not tell them apart. */
export function candidatesOf(face: Extract<Face, { face: 'who-was-not-sampled' }>): Candidate[] {
  const places = new Set(face.candidates.map((one) => one.ordinal));
  const telling = places.size === face.candidates.length && !places.has(null);
  return face.candidates.map(({ swipe, name, ordinal, time }, row) => ({
    swipe,
    label: String(telling ? ordinal : row + 1),
    name,
    time,
  }));
}

/** True while − answers the question on the face. */
export function asks(face: Face): boolean {
  return face.face === 'undo-asked' || face.face === 'unlisted-asked' || asksYesNo(face);
}

/** True while + and − answer the question on the face. */
export function asksYesNo(face: Face): boolean {
  return (
    face.face === 'compare-fingerprint' ||
    face.face === 'continue-tube' ||
    (face.face === 'repeat-elsewhere' && face.asks)
  );
}

export interface MenuEntry {
  digit: string;
  label: Message;
  /** In small type below it. */
  more?: string;
  opens: Draft | KioskCommand;
}

/** The menu on Enter: numbers stay the same whatever is offered, so that hands learn them. */
export function menuOf(state: KioskState): MenuEntry[] {
  const tubes = state.stand === 'before' && state.tubeMode !== null && state.tubeMode !== 'none';
  const needsCode = state.bands.some((band) => band.band === 'needs-opening-code');
  const entries: (MenuEntry | null)[] = [
    tubes && state.tubeMode === 'codes'
      ? {
          digit: '1',
          label: message('key.type-tube-code'),
          opens: TUBE_CODE,
        }
      : null,
    tubes
      ? {
          digit: '2',
          label: message('menu.move-last'),
          opens: { draft: 'move-last', typed: { text: '1', offered: true } },
        }
      : null,
    { digit: '3', label: message('menu.pack-up'), opens: { draft: 'pack-up' } },
    needsCode
      ? {
          digit: '4',
          label: message('menu.opening-code'),
          opens: { draft: 'opening-code', typed: NOTHING_TYPED },
        }
      : null,
    { digit: '5', label: message('menu.pair'), opens: { draft: 'pairing' } },
    {
      digit: '6',
      label: message('menu.readers'),
      opens: { draft: 'readers', first: 0 },
    },
    {
      digit: '7',
      label: message('menu.enrol'),
      opens: { command: 'enrol', on: true },
    },
    state.restorable === null
      ? null
      : { digit: '8', label: message('menu.undo-more'), opens: { command: 'ask-undo' } },
    {
      digit: '9',
      label: message('action.choose-language'),
      more: LANGUAGE_CODES.map((code) => LANGUAGES[code].name).join(' / '),
      opens: { draft: 'language' },
    },
  ];
  return entries.filter((entry) => entry !== null);
}
