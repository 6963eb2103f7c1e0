import type { Discard } from '../port/discard.ts';

/**
 * Lines of devices that send text and nothing else: card-number readers and scanners (reader-protocols.md 4, 5). Pure and
 * synchronous; time is an argument.
 */

/** A health code's address has under 300 bytes; what is longer is a stuck key or a line at another rate. */
export const LINE_BYTES_MAX = 512;

/** Suffixes devices are set to; ETX ends what STX began. */
const LINE_ENDS: ReadonlySet<number> = new Set([0x0d, 0x0a, 0x03]);
const STX = 0x02;
/** Text by itself: a Tab may be a device's suffix, and GS separates the fields of a GS1 code. */
const TAB = 0x09;
const GS = 0x1d;
const REPLACED = '\uFFFD';

export interface Line {
  type: 'line';
  /** Without its end and blanks around it; never empty. */
  text: string;
  /** False where only a silence ended it. */
  isEnded: boolean;
}

export interface LineDecoderOptions {
  /** `utf8`: scanners, since a code may hold Chinese. `ascii`: every other byte is noise. */
  characters: 'ascii' | 'utf8';
  /** A silence so long ends a line that has no other end. */
  silenceMs: number;
  /** Of a device that ends its lines: the rest of a line cut off by a silence may come so long after its last byte. */
  restMs: number;
  /** Whether nothing can be missing from `text`: then only its end was lost, and a silence ends it as ever. */
  isWhole: (text: string) => boolean;
}

/**
 * Takes bytes in any pieces and yields lines and what was thrown away. CR, LF, both, ETX or a silence ends a line, STX
 * begins one; of a device that ends its lines a silence ends none. Bytes no text holds are noise: in front of a line they cost nothing, inside one they cost the line, because
 * its rest could pass for another card's number.
 */
export class LineDecoder {
  /**
   * The device ends its lines with bytes: what a silence cuts off is then no line, and neither is its rest. Two halves of one
   * number would be two people.
   */
  endsLines = false;
  readonly #options: LineDecoderOptions;
  readonly #buffer = new Uint8Array(LINE_BYTES_MAX);
  #length = 0;
  /** A line that is none any more, with all of its bytes; it lasts to the next end. */
  #spoilt: { reason: 'noise' | 'length' | 'cut-off'; bytes: number } | null = null;
  /** Noise met in front of a line and not told yet. */
  #noise = 0;
  #lastAtMs = 0;
  /** A silence has cut off what is held, and its rest is waited for. */
  #awaitsRest = false;
  #out: (Line | Discard)[] = [];

  constructor(options: LineDecoderOptions) {
    this.#options = options;
  }

  /** When `expire` has something to do; null while nothing is held. */
  get expiresAtMs(): number | null {
    const isEmpty = this.#length === 0 && this.#spoilt === null && this.#noise === 0;
    if (isEmpty) return null;
    return this.#lastAtMs + (this.#awaitsRest ? this.#options.restMs : this.#options.silenceMs);
  }

  /**
   * `nowMs` is monotonic. Judges no silence: bytes that a busy machine reads late were not sent late, so a line is ended by
   * `expire` alone, once everything that has come in was read.
   */
  push(bytes: Uint8Array, nowMs: number): (Line | Discard)[] {
    if (bytes.length > 0) this.#lastAtMs = nowMs;
    for (const byte of bytes) this.#take(byte);
    return this.#told();
  }

  /** The device may be in the middle of a line: what comes before a silence or an end is the tail of one, and no line. */
  beginAnywhere(nowMs: number): void {
    this.#lastAtMs = nowMs;
    if (this.#spoilt === null) this.#spoil('cut-off');
  }

  /** What a silence until `nowMs` ends. */
  expire(nowMs: number): (Line | Discard)[] {
    this.#endInSilence(nowMs);
    return this.#told();
  }

  /** The device has gone: what it had begun is no line. */
  cut(): Discard[] {
    this.#tellNoise();
    if (this.#spoilt !== null) this.#endLine({ isEnded: false });
    else if (this.#length > 0) this.#discard('cut-off', this.#length);
    this.#length = 0;
    return this.#told().filter((output) => output.type === 'discarded');
  }

  #take(byte: number): void {
    if (LINE_ENDS.has(byte)) {
      this.#endLine({ isEnded: true });
    } else if (byte === STX) {
      if (this.#length > 0) this.#spoil('noise');
      this.#endLine({ isEnded: false });
    } else if (this.#spoilt !== null) {
      this.#spoilt.bytes += 1;
    } else if (!this.#isText(byte)) {
      if (holdsText(utf8.decode(this.#buffer.subarray(0, this.#length)))) this.#spoil('noise').bytes += 1;
      else this.#noise += this.#held().length + 1;
    } else if (this.#length === LINE_BYTES_MAX) {
      this.#spoil('length').bytes += 1;
    } else {
      this.#buffer[this.#length] = byte;
      this.#length += 1;
    }
  }

  #isText(byte: number): boolean {
    if (byte >= 0x80) return this.#options.characters === 'utf8';
    return (byte >= 0x20 && byte < 0x7f) || byte === TAB || byte === GS;
  }

  /** The line so far, taken away; to be used before the next byte. */
  #held(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  #spoil(reason: 'noise' | 'length' | 'cut-off'): { bytes: number } {
    this.#spoilt = { reason, bytes: this.#length };
    this.#length = 0;
    return this.#spoilt;
  }

  #endInSilence(nowMs: number): void {
    const atMs = this.expiresAtMs;
    if (atMs === null || nowMs < atMs) return;
    if (!this.endsLines || this.#awaitsRest || !this.#holdsPart()) return this.#endLine({ isEnded: false });
    if (this.#spoilt === null) this.#spoil('cut-off');
    this.#awaitsRest = true;
    this.#endInSilence(nowMs);
  }

  /** What is held may be a part of a line. */
  #holdsPart(): boolean {
    if (this.#spoilt !== null) return true;
    const { text } = textOf(this.#buffer.subarray(0, this.#length));
    return text !== '' && !this.#options.isWhole(text);
  }

  #endLine({ isEnded }: { isEnded: boolean }): void {
    const spoilt = this.#spoilt;
    this.#spoilt = null;
    this.#awaitsRest = false;
    if (spoilt?.reason === 'noise') this.#noise += spoilt.bytes;
    const { noise, text } = textOf(this.#held());
    this.#noise += noise;
    this.#tellNoise();
    if (spoilt !== null && spoilt.reason !== 'noise' && spoilt.bytes > 0)
      this.#discard(spoilt.reason, spoilt.bytes);
    if (text !== '') this.#out.push({ type: 'line', text, isEnded });
  }

  #tellNoise(): void {
    if (this.#noise > 0) this.#discard('noise', this.#noise);
    this.#noise = 0;
  }

  #discard(reason: Discard['reason'], bytes: number): void {
    this.#out.push({ type: 'discarded', reason, bytes });
  }

  #told(): (Line | Discard)[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a line and how many bytes of it are noise: blanks alone, and what is no UTF-8, as in `#take`. */
function textOf(bytes: Uint8Array): { noise: number; text: string } {
  const whole = utf8.decode(bytes);
  const at = whole.lastIndexOf(REPLACED) + 1;
  const tail = whole.slice(at);
  const text = holdsText(whole.slice(0, at)) ? '' : tail.trim();
  if (text === '') return { noise: bytes.length, text };
  return { noise: at === 0 ? 0 : bytes.length - Buffer.byteLength(tail), text };
}

const holdsText = (decoded: string): boolean => decoded.replaceAll(REPLACED, '') !== '';
