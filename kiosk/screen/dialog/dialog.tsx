import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { LANGUAGE_CODES, LANGUAGES } from '#shared/language/languages.ts';
import { message, type Message, type PlainKey, type Text } from '#shared/language/message.ts';
import { Choices, type Choice } from './choices.tsx';
import { Words } from './dialog-words.tsx';
import { candidatesOf, menuOf, type Desk, type Draft } from '../input/draft.ts';
import { DOCUMENT_TYPES } from '../words/entry-words.ts';
import { PairingForm, PersonForm } from './forms.tsx';
import { digitKeys, ENTER, KeyButton, MINUS, TIMES, type PressAll } from './key-button.tsx';
import { checkOf, Keypad, TypedField } from './keypad.tsx';
import { PackUp } from './pack-up.tsx';
import { ReaderDialog } from './reader-dialog.tsx';
import { readerTitle } from './reader-words.ts';
import type { ScreenStore } from '../input/screen-store.ts';
import { clockText } from '#shared/site-time.ts';
import { textOfLine } from '../words/line.ts';
import { faceWords } from '../words/face-words.ts';
import { useSay, useTextSay } from '../words/language.tsx';
import { tokenWords } from '../words/token-words.ts';

interface DialogProps {
  state: KioskState;
  desk: Desk;
  store: ScreenStore;
}

/** What stands in the place of the face while the staff types something. */
export function Dialog({ state, desk, store }: DialogProps): ReactNode {
  const { draft } = desk;
  const title = useTextSay()(titleOf(state, draft));
  return (
    <section className="dialog" aria-label={title}>
      <div className="dialog-title">
        <h1>{title}</h1>
      </div>
      <DialogBody state={state} desk={desk} store={store} />
    </section>
  );
}

function DialogBody({ state, desk, store }: DialogProps): ReactNode {
  const { draft, fault } = desk;
  const pressAll = store.pressAll;
  switch (draft.draft) {
    case 'none':
      return null;
    case 'menu':
      return <Choices fault={fault} pressAll={pressAll} entries={menuOf(state)} />;
    case 'manual-kind':
      return (
        <Choices
          fault={fault}
          pressAll={pressAll}
          entries={draft.unreadable ? [...KINDS, ...OUTCOMES] : KINDS}
        />
      );
    case 'manual-document-type':
      return (
        <Choices
          fault={fault}
          pressAll={pressAll}
          entries={DOCUMENT_TYPES.map((type, index) => ({
            digit: String(index + 1),
            label: message(`document.${type}`),
          }))}
        />
      );
    case 'language':
      return <Choices fault={fault} pressAll={pressAll} entries={LANGUAGE_CHOICES} />;
    case 'who':
      return <Who state={state} desk={desk} typed={draft.typed.text} pressAll={pressAll} />;
    case 'pack-up':
      return <PackUp state={state} fault={fault} pressAll={pressAll} />;
    case 'manual-none':
      return <PersonForm fault={fault} store={store} />;
    case 'pairing':
    case 'unpaired':
      return (
        <PairingForm
          fault={fault ?? pairingFault(state)}
          store={store}
          canLeave={draft.draft === 'pairing'}
          paired={state.paired}
          token={tokenWords(state.token)}
        />
      );
    case 'readers':
    case 'reader':
    case 'reader-model':
    case 'reader-role':
    case 'reader-format':
    case 'reader-order':
      return <ReaderDialog state={state} desk={desk} draft={draft} pressAll={pressAll} />;
    case 'sealing':
    case 'enrolment':
    case 'manual-id':
    case 'manual-staff':
    case 'manual-document':
    case 'tube-code':
    case 'move-last':
    case 'opening-code':
      return (
        <div className="dialog-columns">
          <div className="dialog-left">
            <TypedField draft={draft} />
            <Words said={fault} className="fault" />
            {fault === null ? <Check draft={draft} /> : null}
            <Hint draft={draft} />
          </div>
          <Keypad draft={draft} pressAll={pressAll} />
        </div>
      );
  }
}

const KINDS: readonly Choice[] = [
  { digit: '1', label: message('entry.by-id') },
  { digit: '2', label: message('term.staff-number') },
  { digit: '3', label: message('document.OTHER') },
  { digit: '4', label: message('entry.by-nothing') },
];
const OUTCOMES: readonly Choice[] = [
  { digit: '5', label: message('entry.sampled') },
  { digit: '6', label: message('entry.left') },
];
/** Each by its own name, for who cannot read the present one. */
const LANGUAGE_CHOICES: readonly Choice[] = LANGUAGE_CODES.map((code, index) => ({
  digit: String(index + 1),
  label: LANGUAGES[code].name,
}));

/** Titles of the dialogs that have the same one whatever stands in the state. */
const TITLES: Partial<Record<Draft['draft'], PlainKey>> = {
  menu: 'key.more',
  language: 'action.choose-language',
  'manual-kind': 'entry.what-is-there',
  'manual-id': 'entry.id',
  'manual-staff': 'entry.staff',
  'manual-document-type': 'entry.which-document',
  'manual-none': 'entry.no-document',
  'tube-code': 'entry.tube-code',
  'move-last': 'entry.move-last',
  'opening-code': 'entry.opening-code',
  'pack-up': 'menu.pack-up',
  pairing: 'entry.pair',
};

function titleOf(state: KioskState, draft: Draft): Text {
  switch (draft.draft) {
    case 'manual-document': {
      const type = DOCUMENT_TYPES.find((one) => one === draft.documentType);
      return message('entry.document', {
        document: type === undefined ? draft.documentType : message(`document.${type}`),
      });
    }
    case 'enrolment':
    case 'sealing': {
      const { main, below } = faceWords(state);
      const more = below[0] === undefined ? null : textOfLine(below[0]);
      return more === null ? main : message('entry.asked', { question: main, more });
    }
    case 'readers':
    case 'reader':
    case 'reader-model':
    case 'reader-role':
    case 'reader-format':
    case 'reader-order':
      return readerTitle(state, draft);
    case 'who': {
      const { main } = faceWords(state);
      const waiting = state.face.face === 'who-was-not-sampled' ? state.face.waiting : 0;
      return waiting === 0
        ? main
        : message('entry.question-and', { question: main, more: message('face.waiting', { n: waiting }) });
    }
    default: {
      const key = TITLES[draft.draft];
      return key === undefined ? faceWords(state).main : message(key);
    }
  }
}

/** An error of the last try, told by the engine. */
const pairingFault = ({ face }: KioskState): Message | null => (face.face === 'unpaired' ? face.error : null);

function Who(props: { state: KioskState; desk: Desk; typed: string; pressAll: PressAll }): ReactNode {
  const say = useSay();
  const { face } = props.state;
  if (face.face !== 'who-was-not-sampled') return null;
  return (
    <>
      <p className="who-numbers">
        {say('entry.who-numbers', { swiped: face.offered, swabbed: face.swabbed })}{' '}
        <b className="typed-inline">{props.typed === '' ? '_' : props.typed}</b>
      </p>
      <div className={`candidates ${face.candidates.length > 10 ? 'candidates-many' : ''}`}>
        {candidatesOf(face).map(({ swipe, label, name, time }) => (
          <KeyButton
            key={swipe}
            cap={label}
            label={name ?? say('entry.by-hand')}
            more={clockText(time)}
            keys={[...eraseAll(props.typed), ...digitKeys(label), ENTER]}
            pressAll={props.pressAll}
          />
        ))}
      </div>
      <Words said={props.desk.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton
          cap="−"
          label={say(props.typed === '' ? 'key.recount' : 'key.erase')}
          keys={[MINUS]}
          pressAll={props.pressAll}
        />
        <KeyButton cap="*" label={say('key.unclear')} keys={[TIMES]} pressAll={props.pressAll} />
      </nav>
    </>
  );
}

const eraseAll = (typed: string): (typeof MINUS)[] => Array.from(typed, () => MINUS);

function Check({ draft }: { draft: Draft }): ReactNode {
  const check = checkOf(draft);
  return check === null ? null : <Words said={check.said} className={`check check-${check.judged}`} />;
}

function Hint({ draft }: { draft: Draft }): ReactNode {
  const hint = HINTS[draft.draft];
  return hint === undefined ? null : <Words said={hint} className="hint" />;
}

const HINTS: Partial<Record<Draft['draft'], Message>> = {
  sealing: message('hint.sealing'),
  enrolment: message('hint.enrolment'),
  'manual-id': message('hint.id'),
  'manual-staff': message('hint.staff'),
  'tube-code': message('hint.tube-code'),
  'opening-code': message('hint.opening-code'),
  'move-last': message('hint.move-last'),
};
