import type { ReactNode } from 'react';
import type { Message, Text } from '#shared/language/message.ts';
import { useSay, useTextSay } from '../words/language.tsx';
import { Words } from './dialog-words.tsx';
import { digitKey, ESCAPE, KeyButton, type PressAll } from './key-button.tsx';

export interface Choice {
  digit: string;
  label: Text;
  /** In small type below it. */
  more?: string;
}

/** What can be chosen by a digit, what was wrong with the last choice, and the way back. */
export function Choices(props: {
  entries: readonly Choice[];
  fault: Message | null;
  pressAll: PressAll;
}): ReactNode {
  const say = useSay();
  const sayText = useTextSay();
  return (
    <>
      <div className={`choices ${props.entries.length > 6 ? 'choices-many' : ''}`}>
        {props.entries.map(({ digit, label, more }) => (
          <KeyButton
            key={digit}
            cap={digit}
            label={sayText(label)}
            more={more}
            keys={[digitKey(digit)]}
            pressAll={props.pressAll}
          />
        ))}
      </div>
      <Words said={props.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" label={say('action.back')} keys={[ESCAPE]} pressAll={props.pressAll} />
      </nav>
    </>
  );
}
