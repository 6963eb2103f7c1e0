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

/** Ends a line; Tab is the other suffix devices are set to. */
const LINE_END = '\r';
/** In place of a key that gives no character: the line decoder takes it for noise inside the line, which costs the line. */
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
 * Boot keyboards: readers of a card's physical number and scanners that type (reader-protocols.md 4). What counts is a key that
 * was not down in the report before. Pure; takes reports in order and yields the characters typed, `\r` for Enter and Tab.
 */
export class BootKeyboardDecoder {
  #down: ReadonlySet<number> = new Set();

  push(report: Uint8Array): string {
    // A keyboard beside other collections has its report id in front.
    const body = report.subarray(Math.max(0, report.length - REPORT_BYTES));
    if (body.length < REPORT_BYTES) return '';
    const [modifiers = 0] = body;
    const keys = [...body.subarray(KEYS_FROM)].filter((key) => key !== 0);
    if (keys.some((key) => key < KEY_MIN)) return '';
    const pressed = keys.filter((key, i) => !this.#down.has(key) && keys.indexOf(key) === i);
    this.#down = new Set(keys);
    return pressed
      .filter((key) => !LOCKS.has(key))
      .map((key) => typed(key, modifiers))
      .join('');
  }
}

function typed(key: number, modifiers: number): string {
  const [plain, shifted] = CHARACTERS.get(key) ?? [NO_CHARACTER, NO_CHARACTER];
  if (plain === LINE_END) return LINE_END;
  if ((modifiers & CHORD) !== 0) return NO_CHARACTER;
  return (modifiers & SHIFT) === 0 ? plain : shifted;
}

function run(
  from: number,
  plain: string,
  shifted: string,
): [key: number, characters: readonly [string, string]][] {
  return Array.from(plain, (character, i) => [from + i, [character, shifted[i] ?? character]]);
}
