import type { ReactNode } from 'react';
import type { Key } from '../input/keys.ts';

export type PressAll = (keys: readonly Key[]) => void;

export const ENTER: Key = { name: 'enter', char: '' };
export const ESCAPE: Key = { name: 'escape', char: '' };
export const PLUS: Key = { name: 'plus', char: '+' };
export const MINUS: Key = { name: 'minus', char: '-' };
export const TIMES: Key = { name: 'times', char: '*' };
export const digitKey = (digit: string): Key => ({ name: 'char', char: digit });
export const digitKeys = (digits: string): Key[] => [...digits].map(digitKey);

interface KeyButtonProps {
  /** What is printed on the key. */
  cap: string;
  label: string;
  /** In small type below it. */
  more?: string | undefined;
  keys: readonly Key[];
  pressAll: PressAll;
  strong?: boolean;
}

/** A button that is a key: it never takes the focus, so that Enter always means Enter. */
export function KeyButton({ cap, label, more, keys, pressAll, strong }: KeyButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={`key-button ${strong === true ? 'key-strong' : ''}`}
      data-key={cap}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => pressAll(keys)}
    >
      <kbd>{cap}</kbd>
      <span>
        {label}
        {more === undefined ? null : <small>{more}</small>}
      </span>
    </button>
  );
}
