/** Modifiers, a reserved byte, up to six keys held down. */
const REPORT_BYTES = 8;
const KEYS_FROM = 2;
/** Either shift key. */
const SHIFT = 0x22;
/** Every other modifier: a chord is a shortcut or a code point typed by its number, and no character of ours. */
const CHORD = 0xff & ~SHIFT;

/** Key codes below this are states (1: more keys are down than a report can say), not keys. */
const KEY_MIN = 0x04;
/** Caps lock, scroll lock, num lock: some scanners press them around a code. */
const LOCKS: ReadonlySet<number> = new Set([0x39, 0x47, 0x53]);

/** Characters of a device follow each other in 8 to 10 ms (readers.md 4): after so long a silence a new line begins. */
const LINE_GAP_MS = 100;

/** Ends a line; Tab is the other suffix devices are set to. */
const LINE_END = '\r';
/** In place of a key that gives no character, so that a line with one is no line. */
const NO_CHARACTER = '\0';

/** HID usage page 7 (keyboard), United States layout, which card-number readers and scanners are set to at the factory. */
const CHARACTERS: ReadonlyMap<number, readonly [plain: string, shifted: string]> = new Map([
  ...run(0x04, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  ...run(0x1e, '1234567890', '!@#$%^&*()'),
  ...run(0x28, LINE_END, LINE_END),
  ...run(0x2b, LINE_END, LINE_END),
  ...run(0x2c, ' -=[]\\', ' _+{}|'),
  ...run(0x33, ";'`,./", ':"~<>?'),
  ...run(0x54, `/*-+${LINE_END}1234567890.`, `/*-+${LINE_END}1234567890.`),
]);

/**
 * Boot keyboards: readers of a card's physical number and scanners that type (readers.md 4). What counts is a key that
 * was not down in the report before. Pure; yields the characters typed, `\r` for Enter and Tab.
 */
export class BootKeyboardDecoder {
  #down: ReadonlySet<number> = new Set();
  /** A key without a character came in this line; all of the line is lost, so that nobody gets half a number. */
  #isSpoilt = false;
  #lastAtMs = 0;

  /** Takes the report that came at `nowMs` (monotonic). */
  push(report: Uint8Array, nowMs: number): string {
    // A keyboard beside other collections has its report id in front.
    const body = report.subarray(report.length - REPORT_BYTES);
    if (body.length < REPORT_BYTES) return '';
    const [modifiers = 0] = body;
    const keys = [...body.subarray(KEYS_FROM)].filter((key) => key !== 0);
    if (keys.some((key) => key < KEY_MIN)) return '';
    const pressed = keys.filter((key, i) => !this.#down.has(key) && keys.indexOf(key) === i);
    this.#down = new Set(keys);
    return pressed
      .filter((key) => !LOCKS.has(key))
      .map((key) => this.#typed(key, modifiers, nowMs))
      .join('');
  }

  #typed(key: number, modifiers: number, nowMs: number): string {
    if (nowMs - this.#lastAtMs > LINE_GAP_MS) this.#isSpoilt = false;
    this.#lastAtMs = nowMs;
    const [plain, shifted] = CHARACTERS.get(key) ?? [NO_CHARACTER, NO_CHARACTER];
    const character = (modifiers & SHIFT) === 0 ? plain : shifted;
    if (character === LINE_END) {
      this.#isSpoilt = false;
      return LINE_END;
    }
    this.#isSpoilt ||= character === NO_CHARACTER || (modifiers & CHORD) !== 0;
    return this.#isSpoilt ? NO_CHARACTER : character;
  }
}

function run(
  from: number,
  plain: string,
  shifted: string,
): [key: number, characters: readonly [string, string]][] {
  return Array.from(plain, (character, i) => [from + i, [character, shifted[i] ?? character]]);
}
