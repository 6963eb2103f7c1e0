import { NumberDigits } from '#drivers/line/number-digits.ts';
import { physicalNumber } from '#drivers/line/physical-number.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import type { Cancel, Clock } from '#shared/clock.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';

/** The device and the window tell the same line so far apart at most, in either order: a busy page is late. */
export const APART_MS_MAX = 200;
/** A card that lies there is typed again and again, up to a second apart, while its reader tells it once. */
export const REPEATED_MS_MAX = 1_500;
/** Lines of the last second and a half; hands are slower. */
const LINES_MAX = 8;

interface Line {
  by: ReaderSetting;
  is: (text: string) => boolean;
  atMs: number;
}

/**
 * A keyboard the kiosk reads directly types into its window all the same, for nothing on Linux keeps its keys from there
 * (EVIOCGRAB is out of Node's reach). This knows the second of the two by its text, so that no card's number is taken for
 * a tube's code.
 */
export class TypedTwice {
  readonly #clock: Clock;
  #lines: Line[] = [];
  readonly #waiting = new Set<{ text: string; settle: (by: ReaderSetting) => void }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What a keyboard that is read directly has told. */
  hear(by: ReaderSetting, event: ReaderEvent): void {
    const is = lineOf(event, by);
    if (is === null) return;
    this.#lines = [...this.#lines, { by, is, atMs: this.#clock.monotonic() }].slice(-LINES_MAX);
    for (const burst of this.#waiting) if (is(burst.text)) burst.settle(by);
  }

  /** The reader that a burst of keys in the window came from, when that has told it itself; null for any other burst. */
  async by(text: string): Promise<ReaderSetting | null> {
    const nowMs = this.#clock.monotonic();
    this.#lines = this.#lines.filter(({ atMs }) => nowMs - atMs <= REPEATED_MS_MAX);
    const line = this.#lines.find(({ is }) => is(text));
    if (line !== undefined) {
      line.atMs = nowMs;
      return line.by;
    }
    return new Promise((resolve) => {
      let cancel: Cancel = () => {};
      const end = (by: ReaderSetting | null) => {
        cancel();
        this.#waiting.delete(burst);
        resolve(by);
      };
      const burst = { text, settle: end };
      this.#waiting.add(burst);
      cancel = this.#clock.timer(APART_MS_MAX, () => end(null));
    });
  }
}

/** Whether a text is what the event was made of; null for an event that is no line. */
function lineOf(event: ReaderEvent, { numberFormat }: ReaderSetting): Line['is'] | null {
  if (event.event === 'scan') {
    const told = plain(event.text);
    return (text) => plain(text) === told;
  }
  if (numberFormat === null) return null;
  if (event.event === 'physical-number')
    return (text) => physicalNumber(text.trim(), numberFormat) === event.number;
  if (event.event !== 'fault' || event.code !== 'number-format') return null;
  // Which line could not be a number is not told: the first that cannot be one or may be half of one, and that again.
  let first: string | null = null;
  return (text) => {
    const isNumber = physicalNumber(text.trim(), numberFormat) !== null;
    if (isNumber && new NumberDigits(numberFormat).isFull(text)) return false;
    first ??= plain(text);
    return first === plain(text);
  };
}

/** Keys are known by their places, which leaves the case of a letter open. */
const plain = (text: string): string => text.trim().toUpperCase();
