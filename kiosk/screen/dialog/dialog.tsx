import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { Choices } from './choices.tsx';
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
import type { Line } from '../words/line.ts';
import { tokenWords } from '../words/token-words.ts';
import { faceWords, waitingWords } from '../words/face-words.ts';

interface DialogProps {
  state: KioskState;
  desk: Desk;
  store: ScreenStore;
}

/** What stands in the place of the face while the staff types something. */
export function Dialog({ state, desk, store }: DialogProps): ReactNode {
  const { draft } = desk;
  const title = titleOf(state, draft);
  return (
    <section className="dialog" aria-label={title.zh}>
      <div className="dialog-title">
        <h1>{title.zh}</h1>
        <p className="en">{title.en}</p>
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
      return (
        <Choices
          fault={fault}
          pressAll={pressAll}
          entries={menuOf(state).map((entry) => ({ digit: entry.digit, label: entry.label }))}
        />
      );
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
          entries={DOCUMENT_TYPES.map(({ zh, en }, index) => ({
            digit: String(index + 1),
            label: { zh, en },
          }))}
        />
      );
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
            <Words line={fault} className="fault" />
            {fault === null ? <Check draft={draft} /> : null}
            <Hint draft={draft} />
          </div>
          <Keypad draft={draft} pressAll={pressAll} />
        </div>
      );
  }
}

const KINDS = [
  { digit: '1', label: { zh: '身份证号', en: 'ID number' } },
  { digit: '2', label: { zh: '工号', en: 'Staff number' } },
  { digit: '3', label: { zh: '其他证件', en: 'Other document' } },
  { digit: '4', label: { zh: '没有证件', en: 'No document' } },
];
const OUTCOMES = [
  { digit: '5', label: { zh: '已采样,没有号码', en: 'Sampled, no number' } },
  { digit: '6', label: { zh: '人走了,没有采', en: 'Left without a sample' } },
];

function titleOf(state: KioskState, draft: Draft): Line {
  switch (draft.draft) {
    case 'menu':
      return { zh: '更多', en: 'More' };
    case 'manual-kind':
      return { zh: '手工登记:有什么?', en: 'Entry by hand: what is there?' };
    case 'manual-id':
      return { zh: '手工登记:身份证号', en: 'ID number' };
    case 'manual-staff':
      return { zh: '手工登记:工号', en: 'Staff number' };
    case 'manual-document-type':
      return { zh: '手工登记:哪种证件?', en: 'Which document?' };
    case 'manual-document': {
      const type = DOCUMENT_TYPES.find((one) => one.type === draft.documentType);
      return { zh: `手工登记:${type?.zh ?? draft.documentType}`, en: type?.en ?? draft.documentType };
    }
    case 'manual-none':
      return { zh: '手工登记:没有证件', en: 'No document: phone and name, to be verified' };
    case 'tube-code':
      return { zh: '输入管号', en: 'Tube code' };
    case 'move-last':
      return { zh: '最近几人换管', en: 'Move the last people here' };
    case 'opening-code':
      return { zh: '输入开场码', en: 'Opening code, thirteen digits from the set-up sheet' };
    case 'pack-up':
      return { zh: '收工', en: 'Pack up' };
    case 'pairing':
      return { zh: '配对 / 主机换地址', en: 'Pair with the edge, or tell its new address' };
    case 'enrolment':
    case 'sealing': {
      const { main, below } = faceWords(state);
      return { zh: `${main.zh}。${below[0]?.zh ?? ''}`, en: below[0]?.en ?? main.en };
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
      const [waiting] = state.face.face === 'who-was-not-sampled' ? waitingWords(state.face.waiting) : [];
      return waiting === undefined ? main : { zh: `${main.zh} ${waiting.zh}`, en: waiting.en };
    }
    case 'none':
    case 'unpaired':
      return faceWords(state).main;
  }
}

/** An error of the last try, told by the engine. */
function pairingFault({ face }: KioskState): Line | null {
  return face.face === 'unpaired' && face.error !== null ? { zh: face.error, en: '' } : null;
}

function Who(props: { state: KioskState; desk: Desk; typed: string; pressAll: PressAll }): ReactNode {
  const { face } = props.state;
  if (face.face !== 'who-was-not-sampled') return null;
  return (
    <>
      <p className="who-numbers">
        刷 {face.offered} 人,采样员数 {face.swabbed} 人。输入号码,按 Enter:{' '}
        <b className="typed-inline">{props.typed === '' ? '_' : props.typed}</b>
      </p>
      <div className={`candidates ${face.candidates.length > 10 ? 'candidates-many' : ''}`}>
        {candidatesOf(face).map(({ swipe, label, name, time }) => (
          <KeyButton
            key={swipe}
            cap={label}
            zh={name ?? '手工登记'}
            en={clockText(time)}
            keys={[...eraseAll(props.typed), ...digitKeys(label), ENTER]}
            pressAll={props.pressAll}
          />
        ))}
      </div>
      <Words line={props.desk.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton
          cap="−"
          zh={props.typed === '' ? '人数不对,重输' : '删'}
          en={props.typed === '' ? 'back to the count' : 'erase'}
          keys={[MINUS]}
          pressAll={props.pressAll}
        />
        <KeyButton cap="*" zh="不清楚" en="nobody knows" keys={[TIMES]} pressAll={props.pressAll} />
      </nav>
    </>
  );
}

const eraseAll = (typed: string): (typeof MINUS)[] => Array.from(typed, () => MINUS);

function Check({ draft }: { draft: Draft }): ReactNode {
  const check = checkOf(draft);
  return check === null ? null : <Words line={check.line} className={`check check-${check.judged}`} />;
}

function Hint({ draft }: { draft: Draft }): ReactNode {
  const hint = HINTS[draft.draft];
  return hint === undefined ? null : (
    <p className="hint">
      {hint.zh}
      <br />
      <em>{hint.en}</em>
    </p>
  );
}

const HINTS: Partial<Record<Draft['draft'], Line>> = {
  sealing: {
    zh: '对就按 Enter;不对先输入采样员数的人数。* = 没有数',
    en: 'Enter if right, else type what the sampler counted. * = not counted',
  },
  enrolment: {
    zh: '没有身份证可读时,输入身份证号或工号,按 Enter',
    en: 'Without an ID card type the ID or staff number',
  },
  'manual-id': { zh: '最后一位 X 按 *。看着证件逐位输入', en: '* is X' },
  'manual-staff': { zh: '工牌条码可以直接扫', en: 'A badge may be scanned' },
  'tube-code': { zh: '扫码枪可以直接扫;字母用键盘', en: 'Scan it, or type it' },
  'opening-code': {
    zh: '看着布置单逐位输入,按 Enter 后可能要等几秒;照常打卡',
    en: 'Then Enter. It may take some seconds; cards may be swiped meanwhile',
  },
  'move-last': { zh: '+ 移到本管   − 移出本管 (未归管)', en: '+ into the open tube, − into none' },
};
