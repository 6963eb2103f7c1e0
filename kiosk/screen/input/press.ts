/** What a key does: a pure function of the state, the desk and the key. Buttons press the same keys. */
import { canonicalDocument, canonicalStaffNumber } from '#shared/event/credential.ts';
import { tubeCodeSchema } from '#shared/event/event.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { message } from '#shared/language/message.ts';
import { labelText } from '#shared/label.ts';
import { OPENING_CODE } from '#shared/opening-code.ts';
import type { KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import {
  asksYesNo,
  candidatesOf,
  menuOf,
  NOTHING_TYPED,
  TUBE_CODE,
  type Desk,
  type Draft,
  type Typed,
} from './draft.ts';
import { DOCUMENT_TYPES, ENTRY_FAULTS } from '../words/entry-words.ts';
import { padKeyOf, type Key } from './keys.ts';
import { pressLanguage } from './language-press.ts';
import { pressKind } from './manual-press.ts';
import { pressReaders } from './reader-press.ts';
import { pressUndo, pressUnlisted } from './undo-press.ts';
import { fault, leave, leaveOn, send, sendThen, stay, to, type Press } from './press-result.ts';

/** As long as anything typed here may become; the longest is a pairing address, which has a field of its own. */
export const TEXT_LENGTH_MAX = 40;
export const SWABBED_MAX = 1000;
/** As long as the shortest ID number: what is as long and fails its check was mistyped, and is no staff number. */
const ID_LENGTH_MIN = 15;
export const MOVE_MAX = 100;

/** One key. */
export function press(state: KioskState, desk: Desk, raw: Key): Press {
  const { draft } = desk;
  const key = padKeyOf(raw);
  switch (draft.draft) {
    case 'none':
      return pressFace(state, desk, key);
    case 'menu': {
      const entry = menuOf(state).find((one) => key.name === 'char' && one.digit === key.char);
      if (entry === undefined) return leaveOn(key, desk);
      return 'draft' in entry.opens ? to(entry.opens) : send(desk, entry.opens);
    }
    case 'manual-kind':
      return pressKind(desk, draft.unreadable, key);
    case 'manual-document-type': {
      const type = key.name === 'char' ? DOCUMENT_TYPES[Number(key.char) - 1] : undefined;
      return type === undefined
        ? leaveOn(key, desk)
        : to({ draft: 'manual-document', documentType: type, typed: NOTHING_TYPED });
    }
    case 'language':
      return pressLanguage(desk, key);
    case 'pack-up':
      return key.name === 'enter' ? send(desk, { command: 'end-round' }) : leaveOn(key, desk);
    case 'manual-id':
      return pressText(desk, draft, idCharacter(key), key);
    case 'manual-staff':
    case 'manual-document':
      return pressText(desk, draft, freeCharacter(raw)?.toUpperCase() ?? null, raw);
    case 'tube-code':
      return pressText(desk, draft, freeCharacter(raw), raw);
    case 'move-last':
      return pressMove(desk, draft.typed, key);
    case 'opening-code':
    case 'who':
    case 'sealing':
      return pressAnswer(state, desk, draft, key);
    case 'manual-none':
    case 'pairing':
      return leaveOn(key, desk); // their fields are the browser's own
    case 'unpaired':
      return stay(desk);
    case 'enrolment':
      return pressEnrolment(desk, draft, raw);
    case 'readers':
    case 'reader':
    case 'reader-model':
    case 'reader-role':
    case 'reader-format':
    case 'reader-order':
      return pressReaders(state, desk, draft, key);
  }
}

/** A whole scan: text for the dialog that waits for one, else for the engine to judge. */
export function scanned(desk: Desk, text: string): Press {
  const { draft } = desk;
  if (draft.draft === 'tube-code') return send(desk, { command: 'tube-scan', text });
  if (draft.draft === 'manual-staff') return send(desk, { command: 'staff-scan', text });
  if (draft.draft === 'manual-id' || draft.draft === 'manual-document')
    return submit({
      ...desk,
      draft: { ...draft, typed: { text: labelText(text).slice(0, TEXT_LENGTH_MAX), offered: false } },
    });
  if (draft.draft === 'pairing' || draft.draft === 'unpaired')
    return send(desk, { command: 'pair', code: text });
  return sendThen(desk, { command: 'scan', text }, draft); // whatever is put down, the dialog stays
}

function pressFace(state: KioskState, desk: Desk, key: Key): Press {
  const { face } = state;
  if (face.face === 'undo-asked') return pressUndo(face.swipe, desk, key);
  if (face.face === 'unlisted-asked') return pressUnlisted(desk, key);
  const yes = key.name === 'plus';
  if ((yes || key.name === 'minus') && asksYesNo(face)) {
    if (face.face === 'compare-fingerprint') return send(desk, { command: 'confirm-fingerprint', same: yes });
    if (face.face === 'continue-tube') return send(desk, { command: 'continue-tube', yes });
    return send(desk, { command: 'sampled-again', yes });
  }
  switch (key.name) {
    case 'plus':
      if (!canChangeTube(state)) return stay(desk);
      return wantsCode(state) ? to(TUBE_CODE) : send(desk, { command: 'change-tube' });
    case 'minus':
      if (isNotice(state)) return send(desk, { command: 'dismiss' });
      return send(desk, { command: state.restorable === null ? 'ask-undo' : 'restore' });
    case 'char':
      return key.char === '0'
        ? to({
            draft: 'manual-kind',
            unreadable: face.face === 'unreadable' || face.face === 'unreadable-staff',
          })
        : stay(desk);
    case 'enter':
      return isNotice(state) ? send(desk, { command: 'dismiss' }) : to({ draft: 'menu' });
    case 'escape':
      return face.face === 'idle' ? stay(desk) : send(desk, { command: 'dismiss' });
    case 'erase':
    case 'tab':
    case 'times':
    case 'slash':
    case 'point':
    case 'scan-only':
      return stay(desk);
  }
}

/** 换管 exists before the swab only, and only in rounds with tubes. */
export function canChangeTube(state: KioskState): boolean {
  return state.stand === 'before' && state.tubeMode !== null && state.tubeMode !== 'none';
}

/** With no tube open there is none to change: the next one's code is typed where no scanner is at hand. */
export function wantsCode({ tube, tubeMode }: KioskState): boolean {
  return tube === null && tubeMode === 'codes';
}

/** Faces that only say something: − and Enter take them away, and − undoes nobody. */
export function isNotice({ face }: KioskState): boolean {
  return NOTICES.has(face.face);
}

const NOTICES: ReadonlySet<KioskState['face']['face']> = new Set([
  'tube-used',
  'refused',
  'sealed',
  'tube-opened',
  'round-ended',
  'wrong-object',
  'stopped',
  'nothing-to-undo',
  'linked',
]);

type WithText = Extract<Draft, { typed: Typed }>;

function pressText(desk: Desk, draft: WithText, character: string | null, key: Key): Press {
  if (character !== null) return to({ ...draft, typed: append(draft.typed, character) });
  if (key.name === 'enter') return submit(desk);
  return eraseOrLeave(draft, key) ?? stay(desk);
}

function append(typed: Typed, character: string): Typed {
  return { text: ((typed.offered ? '' : typed.text) + character).slice(0, TEXT_LENGTH_MAX), offered: false };
}

/** − of the number pad (* where − moves people) and Backspace take one character away, and leave an empty field. */
function eraseOrLeave(draft: WithText, key: Key): Press | null {
  if (key.name === 'escape') return leave;
  if (key.name !== (draft.draft === 'move-last' ? 'times' : 'minus') && key.name !== 'erase') return null;
  const text = draft.typed.offered ? '' : draft.typed.text.slice(0, -1);
  return draft.typed.text === '' ? leave : to({ ...draft, typed: { text, offered: false } });
}

function idCharacter(key: Key): string | null {
  if (key.name === 'times') return 'X';
  return key.name === 'char' && /^[0-9A-Za-z]$/.test(key.char) ? key.char.toUpperCase() : null;
}

/** Any character of the keyboard; of the number pad's commands only * (X), / and the point print something. */
function freeCharacter(key: Key): string | null {
  if (key.name === 'times') return 'X';
  if (key.name === 'slash' || key.name === 'point') return key.char;
  return key.name === 'char' && key.char !== ' ' ? key.char : null;
}

function submit(desk: Desk): Press {
  const { draft } = desk;
  if (!('typed' in draft)) return stay(desk);
  const { text } = draft.typed;
  if (text === '') return fault(desk, ENTRY_FAULTS.empty);
  if (draft.draft === 'manual-id') {
    const parsed = parseIdNumber(text);
    return parsed.ok
      ? send(desk, manual('id', parsed.number))
      : fault(desk, message(`id-fault.${parsed.code}`));
  }
  if (draft.draft === 'manual-staff')
    return canonicalStaffNumber(text) === null
      ? fault(desk, ENTRY_FAULTS.empty)
      : send(desk, manual('staff', text));
  if (draft.draft === 'manual-document') {
    const canonical = canonicalDocument({ type: draft.documentType, number: text });
    if (canonical === null) return fault(desk, ENTRY_FAULTS.empty);
    return send(desk, { ...manual('document', text), documentType: draft.documentType });
  }
  const code = tubeCodeSchema.safeParse(text);
  return code.success
    ? send(desk, { command: 'tube-code', code: code.data })
    : fault(desk, ENTRY_FAULTS.tubeCode);
}

/** The owner of a card's number, typed: what passes as an ID number is one, anything else shorter is a staff number. */
function pressEnrolment(desk: Desk, draft: WithText, key: Key): Press {
  const character = freeCharacter(key)?.toUpperCase() ?? null;
  if (character !== null) return to({ ...draft, typed: append(draft.typed, character) });
  if (key.name !== 'enter') {
    const next = eraseOrLeave(draft, padKeyOf(key));
    return next === leave ? send(desk, { command: 'enrol', on: false }) : (next ?? stay(desk));
  }
  const { text } = draft.typed;
  const id = parseIdNumber(text);
  if (id.ok) return send(desk, { command: 'enrol-person', kind: 'id', number: id.number });
  if (text.length >= ID_LENGTH_MIN) return fault(desk, message(`id-fault.${id.code}`));
  return canonicalStaffNumber(text) === null
    ? fault(desk, ENTRY_FAULTS.empty)
    : send(desk, { command: 'enrol-person', kind: 'staff', number: text });
}

function manual(
  kind: 'id' | 'staff' | 'document',
  number: string,
): Extract<KioskCommand, { command: 'manual' }> {
  return { command: 'manual', kind, number, documentType: null, name: null, phone: null };
}

function pressMove(desk: Desk, typed: Typed, key: Key): Press {
  const draft = { draft: 'move-last', typed } as const;
  if (key.name === 'char' && /[0-9]/.test(key.char)) return to({ ...draft, typed: append(typed, key.char) });
  if (key.name !== 'plus' && key.name !== 'minus') return eraseOrLeave(draft, key) ?? stay(desk);
  const count = Number(typed.text);
  if (!Number.isInteger(count) || count < 1 || count > MOVE_MAX) return fault(desk, ENTRY_FAULTS.moveCount);
  return send(desk, { command: 'move-last', count, to: key.name === 'plus' ? 'open-tube' : 'no-tube' });
}

function pressAnswer(state: KioskState, desk: Desk, draft: WithText, key: Key): Press {
  if (key.name === 'char' && /[0-9]/.test(key.char))
    return to({ ...draft, typed: append(draft.typed, key.char) });
  if (key.name === 'enter') return answer(state, desk, draft);
  if (draft.draft === 'opening-code') return eraseOrLeave(draft, key) ?? stay(desk);
  if (key.name === 'times')
    return send(
      desk,
      draft.draft === 'who' ? { command: 'not-sampled', swipe: null } : { command: 'seal', swabbed: null },
    );
  const next = eraseOrLeave(draft, key);
  return next === leave ? send(desk, { command: 'dismiss' }) : (next ?? stay(desk));
}

function answer(state: KioskState, desk: Desk, draft: WithText): Press {
  const { text } = draft.typed;
  if (draft.draft === 'opening-code')
    return OPENING_CODE.test(text)
      ? send(desk, { command: 'opening-code', digits: text })
      : fault(desk, ENTRY_FAULTS.openingCode);
  if (draft.draft === 'who') {
    const candidates = state.face.face === 'who-was-not-sampled' ? candidatesOf(state.face) : [];
    const chosen = candidates.find((one) => one.label === text);
    // The next digits name somebody else: nothing of a number that was wrong, or refused, may stand before them.
    const emptied = { ...desk, draft: { ...draft, typed: NOTHING_TYPED } };
    return chosen === undefined
      ? fault(emptied, ENTRY_FAULTS.notListed)
      : send(emptied, { command: 'not-sampled', swipe: chosen.swipe });
  }
  const swabbed = Number(text);
  if (text === '' || swabbed > SWABBED_MAX) return fault(desk, ENTRY_FAULTS.swabbed);
  return send(desk, { command: 'seal', swabbed });
}
