import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { asksYesNo } from '../input/draft.ts';
import { digitKey, ENTER, KeyButton, MINUS, PLUS, type PressAll } from './key-button.tsx';
import type { Line } from '../words/line.ts';
import { canChangeTube, isNotice, wantsCode } from '../input/press.ts';

/** The keys that mean something now, with their caps: what the number pad does, the mouse does too. */
export function KeyBar({ state, pressAll }: { state: KioskState; pressAll: PressAll }): ReactNode {
  if (asksYesNo(state.face)) {
    const [yes, no] = ANSWERS[state.face.face] ?? ['是', '不是'];
    return (
      <nav className="key-bar">
        <KeyButton cap="+" zh={yes} en="yes" keys={[PLUS]} pressAll={pressAll} strong />
        <KeyButton cap="−" zh={no} en="no" keys={[MINUS]} pressAll={pressAll} />
      </nav>
    );
  }
  const yes = ENTER_IS_YES[state.face.face];
  if (yes !== undefined)
    return (
      <nav className="key-bar">
        <KeyButton cap="Enter" {...yes} keys={[ENTER]} pressAll={pressAll} strong />
        <KeyButton cap="−" zh="不" en="no" keys={[MINUS]} pressAll={pressAll} />
      </nav>
    );
  if (state.face.face === 'stopped')
    return (
      <nav className="key-bar">
        <KeyButton cap="Enter" zh="再试一次" en="try again" keys={[ENTER]} pressAll={pressAll} />
      </nav>
    );
  return (
    <nav className="key-bar">
      {canChangeTube(state) ? (
        <KeyButton cap="+" {...plusWords(state)} keys={[PLUS]} pressAll={pressAll} />
      ) : null}
      {isNotice(state) ? null : (
        <KeyButton cap="−" {...minusWords(state)} keys={[MINUS]} pressAll={pressAll} />
      )}
      <KeyButton cap="0" zh="手工登记" en="by hand" keys={[digitKey('0')]} pressAll={pressAll} />
      {isNotice(state) ? (
        <KeyButton cap="Enter" zh="知道了" en="OK" keys={[ENTER]} pressAll={pressAll} />
      ) : (
        <KeyButton cap="Enter" zh="更多" en="more" keys={[ENTER]} pressAll={pressAll} />
      )}
    </nav>
  );
}

function plusWords(state: KioskState): Line {
  if (wantsCode(state)) return { zh: '输入管号', en: 'type a tube code' };
  return state.tube === null ? { zh: '开新管', en: 'new tube' } : { zh: '换管', en: 'change tube' };
}

function minusWords({ restorable }: KioskState): Line {
  if (restorable === null) return { zh: '撤销', en: 'undo last' };
  return { zh: `恢复${restorable.name === null ? '' : ` ${restorable.name}`}`, en: 'bring back' };
}

/** Questions that Enter answers with yes. */
const ENTER_IS_YES: Partial<Record<KioskState['face']['face'], Line>> = {
  'undo-asked': { zh: '是,撤销', en: 'yes, undo' },
  'unlisted-asked': { zh: '是,登记', en: 'yes, count' },
};

const ANSWERS: Partial<Record<KioskState['face']['face'], readonly [string, string]>> = {
  'repeat-elsewhere': ['是,又采了', '不是'],
  'compare-fingerprint': ['一样', '不一样'],
  'continue-tube': ['接着用', '不是'],
};
