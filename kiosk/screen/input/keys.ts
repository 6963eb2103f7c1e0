/**
 * Keys by their place on the keyboard (`event.code`), never by what an input method makes of them: under a Chinese one
 * `event.key` is only 'Process'.
 */
export type Key =
  /** Something printable: digits of either block, letters (as typed, A or a), signs of the main block. */
  | { name: 'char'; char: string }
  /** Keys of the number pad that mean a command there; `char` is what they print in a scan. */
  | { name: 'plus' | 'minus' | 'times' | 'slash' | 'point'; char: string }
  /** `tab` means nothing on the screen: it is how some scanners end a code. */
  | { name: 'enter' | 'erase' | 'escape' | 'tab'; char: '' }
  /**
   * What no hand presses for a command: pressed with Alt or Ctrl, or named by nobody. It counts within a scan and is nothing
   * else. `char` may be a control character; empty where it cannot be known. `strokes`: times a key went down or up for it.
   */
  | { name: 'scan-only'; char: string; strokes: number };

export interface KeyPress {
  code: string;
  key: string;
  shiftKey: boolean;
}

const PAD: Readonly<Record<string, Key>> = {
  NumpadAdd: { name: 'plus', char: '+' },
  NumpadSubtract: { name: 'minus', char: '-' },
  NumpadMultiply: { name: 'times', char: '*' },
  NumpadDivide: { name: 'slash', char: '/' },
  NumpadDecimal: { name: 'point', char: '.' },
  NumpadEnter: { name: 'enter', char: '' },
  Enter: { name: 'enter', char: '' },
  Backspace: { name: 'erase', char: '' },
  Delete: { name: 'erase', char: '' },
  Escape: { name: 'escape', char: '' },
  Tab: { name: 'tab', char: '' },
};

/** US layout, which scanners speak unless told otherwise: plain and with shift. */
const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  Space: [' ', ' '],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Slash: ['/', '?'],
  Period: ['.', '>'],
  Comma: [',', '<'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/** The key pressed, or null for keys that mean nothing here (Shift, F5, arrows …). */
export function keyOf(press: KeyPress): Key | null {
  const pad = PAD[press.code];
  if (pad !== undefined) return pad;
  const [, block, digit] = /^(Digit|Numpad)([0-9])$/.exec(press.code) ?? [];
  if (digit !== undefined) {
    const shifted = block === 'Digit' && press.shiftKey;
    return { name: 'char', char: shifted ? SHIFTED_DIGITS.charAt(Number(digit)) : digit };
  }
  const [, letter] = /^Key([A-Z])$/.exec(press.code) ?? [];
  if (letter !== undefined) return { name: 'char', char: press.shiftKey ? letter : letter.toLowerCase() };
  const sign = SIGNS[press.code];
  if (sign !== undefined) return { name: 'char', char: sign[press.shiftKey ? 1 : 0] };
  if (press.code === '') return keyWithoutCode(press.key);
  return UNKNOWN_SIGNS.has(press.code) ? UNREADABLE : null;
}

/** Prints something, and nobody can say what: a code without it would be another code. */
export const UNREADABLE: Key = { name: 'scan-only', char: '', strokes: 2 };
/** Keys of other layouts than the US one. */
const UNKNOWN_SIGNS: ReadonlySet<string> = new Set([
  'IntlBackslash',
  'IntlRo',
  'IntlYen',
  'NumpadComma',
  'NumpadEqual',
  'Unidentified',
]);

/** The same key where only digits, X and commands make sense, so that a laptop without a number pad has them too. */
export function padKeyOf(key: Key): Key {
  if (key.name !== 'char') return key;
  if (key.char === '+' || key.char === '=') return { name: 'plus', char: '+' };
  if (key.char === '-') return { name: 'minus', char: '-' };
  if (key.char === '*' || key.char === 'x' || key.char === 'X') return { name: 'times', char: '*' };
  return key;
}

/** Remote desktops and some wireless scanners send events without a code. */
function keyWithoutCode(key: string): Key | null {
  if (key === 'Enter') return { name: 'enter', char: '' };
  if (key === 'Backspace') return { name: 'erase', char: '' };
  if (key === 'Escape') return { name: 'escape', char: '' };
  if (key === 'Tab') return { name: 'tab', char: '' };
  if (key === 'Unidentified' || key === 'Process') return UNREADABLE;
  return /^[\x20-\x7e]$/.test(key) ? { name: 'char', char: key } : null;
}

/** True for the browser's own text fields. */
export function isEditable(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
