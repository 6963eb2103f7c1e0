/**
 * Rates of devices that only send, likeliest first. A USB device that is its own serial port takes any; 9600 is what
 * card-number readers and scanners behind a USB bridge are mostly set to (from memory, no public table was found).
 */
export const LINE_BAUD_RATES = [9_600, 115_200, 57_600, 38_400, 19_200] as const;

/** A device may garble its first line when it is plugged in; the second garbled one is the rate's fault. */
const GARBLED_MAX = 2;

/**
 * Finds the rate of a device that cannot be asked: whatever comes at a wrong rate is mostly noise, so after two garbled
 * lines in a row the next rate is tried. What was sent at a wrong rate is lost and has to be sent again. A rate that
 * has worked stays until the device is plugged in anew: noise from a motor must not cost the next person a card.
 */
export class LineRate {
  #index = 0;
  #isProven = false;
  #garbled = 0;
  #heard = { noise: false, line: false };

  get baudRate(): number {
    return LINE_BAUD_RATES[this.#index] ?? LINE_BAUD_RATES[0];
  }

  /** A new connection: the device may have been set to another rate meanwhile; the last one is tried first. */
  begin(): void {
    this.#isProven = false;
    this.#garbled = 0;
    this.#heard = { noise: false, line: false };
  }

  hearNoise(): void {
    this.#heard.noise = true;
  }

  /** `sure`: it is what the device should send, which noise never is by chance. */
  hearLine({ sure }: { sure: boolean }): void {
    if (sure) this.#isProven = true;
    this.#heard.line = true;
  }

  /** A silence ends what belongs together; true when `baudRate` is another one now. */
  hearSilence(): boolean {
    const { noise, line } = this.#heard;
    this.#heard = { noise: false, line: false };
    if (line && !noise) this.#isProven = true;
    if (!noise || this.#isProven) return false;
    this.#garbled += 1;
    if (this.#garbled < GARBLED_MAX) return false;
    this.#garbled = 0;
    this.#index = (this.#index + 1) % LINE_BAUD_RATES.length;
    return true;
  }
}
