import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { useSay } from '../words/language.tsx';
import { codeText } from '#shared/language/tube-code.ts';
import { SymbolView } from '../words/symbols.tsx';
import { Words } from './dialog-words.tsx';
import { ENTER, ESCAPE, KeyButton, type PressAll } from './key-button.tsx';

/** 收工: what must be true before the table may go, with the numbers to compare with paper. */
export function PackUp({
  state,
  fault,
  pressAll,
}: {
  state: KioskState;
  fault: Message | null;
  pressAll: PressAll;
}): ReactNode {
  const say = useSay();
  return (
    <>
      <ul className="checks">
        {checksOf(state).map(({ good, said }) => (
          <li key={said.key} className={good ? 'check-good' : 'check-open'}>
            <SymbolView name={good ? 'check' : 'cross'} />
            <span>{say(said)}</span>
          </li>
        ))}
        <li className="check-plain">
          <span>{say('pack-up.swiped', { n: state.stationCount })}</span>
        </li>
      </ul>
      <Words said={fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" label={say('action.back')} keys={[ESCAPE]} pressAll={pressAll} />
        <KeyButton cap="Enter" label={say('key.end-round')} keys={[ENTER]} pressAll={pressAll} strong />
      </nav>
    </>
  );
}

interface Checked {
  good: boolean;
  said: Message;
}

function checksOf({
  lastSequence: last,
  received,
  stand,
  tubeMode,
  tube,
  looseCount,
}: KioskState): Checked[] {
  const waiting = last - received;
  const sent: Checked = {
    good: waiting === 0,
    said:
      waiting === 0
        ? message('pack-up.all-received', { last, received })
        : message('pack-up.to-send', { n: waiting, last, received }),
  };
  if (stand !== 'before' || tubeMode === 'none') return [sent];
  const loose =
    looseCount === 0 ? message('pack-up.nobody-loose') : message('pack-up.loose', { n: looseCount });
  return [sent, { good: tube === null, said: tubeWords(tube) }, { good: looseCount === 0, said: loose }];
}

function tubeWords(tube: KioskState['tube']): Message {
  if (tube === null) return message('pack-up.no-open-tube');
  return tube.code === null
    ? message('pack-up.open-unnamed-tube', { n: tube.count })
    : message('pack-up.open-tube', { code: codeText(tube.code), n: tube.count });
}
