import type { ReactNode } from 'react';
import { Words } from './dialog-words.tsx';
import { digitKey, ESCAPE, KeyButton, type PressAll } from './key-button.tsx';
import type { Line } from '../words/line.ts';

/** What can be chosen by a digit, what was wrong with the last choice, and the way back. */
export function Choices(props: {
  entries: readonly { digit: string; label: Line }[];
  fault: Line | null;
  pressAll: PressAll;
}): ReactNode {
  return (
    <>
      <div className={`choices ${props.entries.length > 6 ? 'choices-many' : ''}`}>
        {props.entries.map(({ digit, label }) => (
          <KeyButton
            key={digit}
            cap={digit}
            zh={label.zh}
            en={label.en}
            keys={[digitKey(digit)]}
            pressAll={props.pressAll}
          />
        ))}
      </div>
      <Words line={props.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" zh="返回" en="back" keys={[ESCAPE]} pressAll={props.pressAll} />
      </nav>
    </>
  );
}
