import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { asksYesNo } from '../input/draft.ts';
import { canChangeTube, isNotice, wantsCode } from '../input/press.ts';
import { useSay } from '../words/language.tsx';
import { digitKey, ENTER, KeyButton, MINUS, PLUS, type PressAll } from './key-button.tsx';

/** The keys that mean something now, with their caps: what the number pad does, the mouse does too. */
export function KeyBar({ state, pressAll }: { state: KioskState; pressAll: PressAll }): ReactNode {
  const say = useSay();
  if (asksYesNo(state.face)) {
    const [yes, no] = ANSWERS[state.face.face] ?? (['key.yes', 'key.is-not'] as const);
    return (
      <nav className="key-bar">
        <KeyButton cap="+" label={say(yes)} keys={[PLUS]} pressAll={pressAll} strong />
        <KeyButton cap="−" label={say(no)} keys={[MINUS]} pressAll={pressAll} />
      </nav>
    );
  }
  const yes = ENTER_IS_YES[state.face.face];
  if (yes !== undefined)
    return (
      <nav className="key-bar">
        <KeyButton cap="Enter" label={say(yes)} keys={[ENTER]} pressAll={pressAll} strong />
        <KeyButton cap="−" label={say('key.no')} keys={[MINUS]} pressAll={pressAll} />
      </nav>
    );
  if (state.face.face === 'stopped')
    return (
      <nav className="key-bar">
        <KeyButton cap="Enter" label={say('key.try-again')} keys={[ENTER]} pressAll={pressAll} />
      </nav>
    );
  return (
    <nav className="key-bar">
      {canChangeTube(state) ? (
        <KeyButton cap="+" label={say(plusKey(state))} keys={[PLUS]} pressAll={pressAll} />
      ) : null}
      {isNotice(state) ? null : (
        <KeyButton cap="−" label={say(minusWords(state))} keys={[MINUS]} pressAll={pressAll} />
      )}
      <KeyButton cap="0" label={say('entry.by-hand')} keys={[digitKey('0')]} pressAll={pressAll} />
      <KeyButton
        cap="Enter"
        label={say(isNotice(state) ? 'key.ok' : 'key.more')}
        keys={[ENTER]}
        pressAll={pressAll}
      />
    </nav>
  );
}

function plusKey(state: KioskState): PlainKey {
  if (wantsCode(state)) return 'key.type-tube-code';
  return state.tube === null ? 'key.new-tube' : 'key.change-tube';
}

function minusWords({ restorable }: KioskState): Message {
  if (restorable === null) return message('key.undo');
  const { name } = restorable;
  return name === null ? message('key.restore') : message('key.restore-named', { name });
}

/** Questions that Enter answers with yes. */
const ENTER_IS_YES: Partial<Record<KioskState['face']['face'], PlainKey>> = {
  'undo-asked': 'key.undo-yes',
  'unlisted-asked': 'key.count-yes',
};

const ANSWERS: Partial<Record<KioskState['face']['face'], readonly [PlainKey, PlainKey]>> = {
  'repeat-elsewhere': ['key.sampled-again', 'key.is-not'],
  'compare-fingerprint': ['key.same', 'key.different'],
  'continue-tube': ['key.continue', 'key.is-not'],
};
