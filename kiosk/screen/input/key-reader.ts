/**
 * Keys as a page tells them, with those of scanners that do not type like a hand: in ALT mode each character is its code on
 * the number pad while Alt is held, and control characters are letters and signs with Ctrl.
 */
import { keyOf, UNREADABLE, type Key, type KeyPress } from './keys.ts';
import { WEDGE_GAP_MS_MAX } from './wedge.ts';

export interface PagePress extends KeyPress {
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  /** When it was pressed (ms, any origin). */
  timeStamp: number;
}

export interface ReadPress {
  keys: readonly Key[];
  /** The kiosk's, and not the browser's or nobody's. */
  taken: boolean;
}

/** ALT mode needs three digits, or four with a 0 in front; more while Alt is held are no code of a character. */
export const ALT_DIGITS_MAX = 4;

/** With Ctrl; the first of them separates the elements of a GS1 label. */
const CONTROLS: Readonly<Record<string, string>> = {
  BracketRight: '\u001d',
  KeyM: '\r',
  KeyJ: '\n',
  KeyI: '\t',
};
const isRead = (char: string): boolean =>
  /^[\x20-\x7e]$/.test(char) || Object.values(CONTROLS).includes(char);

/** Reads keydown and keyup in the order in which they come. */
export class KeyReader {
  /** Digits on the number pad since Alt went down. */
  #digits = '';
  #digitAt = 0;

  down(press: PagePress): ReadPress {
    if (press.metaKey) return NOT_OURS;
    if (isAlt(press)) return { keys: this.#unfinished(press), taken: true };
    if (press.altKey) return this.#withAlt(press);
    if (press.ctrlKey) {
      const char = CONTROLS[press.code];
      return char === undefined
        ? NOT_OURS
        : { keys: [...this.#unfinished(press), scanOnly(char, 1)], taken: true };
    }
    const key = keyOf(press);
    return key === null ? NOT_OURS : { keys: [...this.#unfinished(press), key], taken: true };
  }

  /** Alt let go ends the code of a character. */
  up(press: PagePress): ReadPress {
    if (!isAlt(press)) return NOT_OURS;
    const digits = this.#digits;
    this.#digits = '';
    if (digits === '' || digits.length > ALT_DIGITS_MAX) return { keys: [], taken: true };
    const char = String.fromCharCode(Number(digits));
    // A key goes down and up for Alt and for each digit.
    return { keys: [scanOnly(isRead(char) ? char : '', 2 * (1 + digits.length))], taken: true };
  }

  #withAlt(press: PagePress): ReadPress {
    const [, digit] = /^Numpad([0-9])$/.exec(press.code) ?? [];
    if (digit !== undefined) {
      if (press.timeStamp - this.#digitAt > WEDGE_GAP_MS_MAX) this.#digits = '';
      this.#digits += digit;
      this.#digitAt = press.timeStamp;
      const { length } = this.#digits;
      if (length <= ALT_DIGITS_MAX) return { keys: [], taken: true };
      // Alt stands all the time, so that nobody can say where a character begins.
      const first = length === ALT_DIGITS_MAX + 1;
      return { keys: first ? unreadable(length) : [UNREADABLE], taken: true };
    }
    const key = keyOf(press);
    const char = key?.name === 'enter' ? '\r' : (key?.char ?? '');
    if (char === '' && key?.name !== 'scan-only') return NOT_OURS;
    return { keys: [...this.#unfinished(press), scanOnly(press.ctrlKey ? '' : char, 2)], taken: true };
  }

  /** Digits whose Alt was never let go. */
  #unfinished({ timeStamp }: PagePress): Key[] {
    const { length } = this.#digits;
    this.#digits = '';
    const isTold = length > ALT_DIGITS_MAX; // digit by digit
    return isTold || timeStamp - this.#digitAt > WEDGE_GAP_MS_MAX ? [] : unreadable(length);
  }
}

const NOT_OURS: ReadPress = { keys: [], taken: false };
const scanOnly = (char: string, strokes: number): Key => ({ name: 'scan-only', char, strokes });
const unreadable = (length: number): Key[] => Array.from({ length }, () => UNREADABLE);
const isAlt = ({ code, key }: KeyPress): boolean => code === 'AltLeft' || (code === '' && key === 'Alt');
