/**
 * Rates of devices that only send, likeliest first. A USB device that is its own serial port takes any; 9600 is what
 * card-number readers and scanners behind a USB bridge are mostly set to (from memory, no public table was found).
 */
export const LINE_BAUD_RATES = [9_600, 115_200, 57_600, 38_400, 19_200] as const;

/** A device may garble its first line when it is plugged in; the second garbled one is the rate's fault. */
export const GARBLED_MAX = 2;
/** One line may have been noise that looked like one: after so many garbled ones in a row it is taken for that. */
const GARBLED_MAX_AFTER_ONE_LINE = 4;

/**
 * From here on text with a line end behind it is hardly noise: of random bytes 95 in 256 are printable and 3 end a line, so
 * that four and an end come by chance once in 4,500 times. Without an end nothing speaks for a rate: at half its rate a
 * device's digits are printable letters, two of them one (`90…` is `J…`), and CR LF is a tab.
 */
const PROVING_CHARS_MIN = 4;
/**
 * At a rate nothing speaks for, nothing shorter is told unless a line end and no noise is with it: a whole code of a scanner at 115200
 * is one or two bytes at 9600, of which more than one in three is printable.
 */
const UNENDED_CHARS_TOLD_MIN = 4;

export interface HeardLine {
  text: string;
  /** By a line end, not by a silence. */
  isEnded: boolean;
  /** It is what the device should send, which noise never is by chance. */
  sure: boolean;
}

/**
 * Finds the rate of a device that cannot be asked: whatever comes at a wrong rate is mostly noise, so after two garbled
 * lines in a row the next rate is tried. What was sent at a wrong rate is lost and has to be sent again. A line that
 * noise hardly is speaks for the rate, a second and different one proves it. A proven rate stays until the device is
 * plugged in anew: noise from a motor must not cost the next person a card. What it cannot find out: a scanner at 19200
 * whose every code is printable at 9600, because that looks like a scanner that ends its codes in silence.
 */
export class LineRate {
  #index = 0;
  #proof: 'none' | 'one-line' | 'proven' = 'none';
  /** The plausible line heard last at this rate; the same code at a wrong rate is the same noise every time. */
  #line: string | null = null;
  #garbled = 0;
  #heard: { isGarbled: boolean; line: string | null } = { isGarbled: false, line: null };

  get baudRate(): number {
    return LINE_BAUD_RATES[this.#index] ?? LINE_BAUD_RATES[0];
  }

  /** Something speaks for the rate: what comes is most likely what the device sends. */
  get hasProof(): boolean {
    return this.#proof !== 'none';
  }

  /** A new connection: the device may have been set to another rate meanwhile; the last one is tried first. */
  begin(): void {
    this.#forget();
    this.#heard = { isGarbled: false, line: null };
  }

  hearNoise(): void {
    this.#heard.isGarbled = true;
  }

  /** Whether the line may be told; false where it is most likely noise at a wrong rate. */
  hearLine({ text, isEnded, sure }: HeardLine): boolean {
    if (sure) this.#proof = 'proven';
    if (sure || (isEnded && text.length >= PROVING_CHARS_MIN)) this.#heard.line = text;
    const isLong = text.length >= UNENDED_CHARS_TOLD_MIN;
    if (this.#proof !== 'none' || isLong || (isEnded && !this.#heard.isGarbled)) return true;
    this.#heard.isGarbled = true;
    return false;
  }

  /** A silence ends what belongs together; true when `baudRate` is another one now. */
  hearSilence(): boolean {
    const { isGarbled, line } = this.#heard;
    this.#heard = { isGarbled: false, line: null };
    if (this.#proof === 'proven') return false;
    if (!isGarbled) {
      if (line !== null) this.#hearGood(line);
      return false;
    }
    this.#garbled += 1;
    if (this.#garbled < (this.#proof === 'none' ? GARBLED_MAX : GARBLED_MAX_AFTER_ONE_LINE)) return false;
    this.#forget();
    this.#index = (this.#index + 1) % LINE_BAUD_RATES.length;
    return true;
  }

  #hearGood(line: string): void {
    this.#garbled = 0;
    this.#proof = this.#line === null || this.#line === line ? 'one-line' : 'proven';
    this.#line = line;
  }

  #forget(): void {
    this.#proof = 'none';
    this.#line = null;
    this.#garbled = 0;
  }
}
