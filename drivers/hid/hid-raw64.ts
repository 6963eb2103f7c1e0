import { type HidCodec, type HidOutput, REPORT_BYTES, reportOf } from './hid-codec.ts';
import { FRAME_LENGTH_MAX, PREAMBLE, REPLY_LENGTH_MIN } from '../sdt/sdt-frame.ts';

/** Preamble and LEN. */
const HEAD_BYTES = PREAMBLE.length + 2;

/**
 * Profile raw64 (Routon 0425:8159; reader-protocols.md 1.2, M: its maker's SDK and two programs): frames stand in the reports as
 * they are, from offset 0 and over as many reports as they need, and zeros fill up the last. The frame decoder above
 * looks for frames itself; here only the filling is taken out, so that it is not told as noise.
 */
export class Raw64Codec implements HidCodec {
  /** So many bytes of the reports to come belong to a frame begun. */
  #due = 0;
  /** The end of the last report, if a head may have begun there. */
  #tail: Uint8Array = new Uint8Array(0);

  encode(frame: Uint8Array): Uint8Array[] {
    const reports: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += REPORT_BYTES) {
      reports.push(reportOf(frame.subarray(at, at + REPORT_BYTES)));
    }
    return reports;
  }

  decode(report: Uint8Array): HidOutput[] {
    const held = this.#tail.length;
    const stream = new Uint8Array(held + report.length);
    stream.set(this.#tail);
    stream.set(report, held);

    // A photo may hold a frame's head, and noise may promise more than comes: the farthest end counts, so that no zero
    // of a frame is ever taken for filling. Filling taken for a frame's is only noise.
    const frameEnd = Math.max(held + this.#due, ...frameEnds(stream));
    const openHead = openHeadAt(stream);
    let start = held;
    let end = stream.length;
    if (this.#due === 0 && held === 0) while (start < end && stream[start] === 0) start += 1;
    if (openHead === end) while (end > Math.max(start, frameEnd) && stream[end - 1] === 0) end -= 1;

    this.#due = Math.max(0, frameEnd - stream.length);
    this.#tail = stream.slice(openHead);
    return start === end ? [] : [{ type: 'bytes', bytes: stream.slice(start, end) }];
  }
}

/** Where the frames end that begin in `stream`, by their lengths. */
function frameEnds(stream: Uint8Array): number[] {
  const ends: number[] = [];
  for (let at = 0; at + HEAD_BYTES <= stream.length; at += 1) {
    if (!PREAMBLE.every((byte, i) => stream[at + i] === byte)) continue;
    const length = (stream[at + PREAMBLE.length]! << 8) | stream[at + PREAMBLE.length + 1]!;
    if (length >= REPLY_LENGTH_MIN && length <= FRAME_LENGTH_MAX) ends.push(at + HEAD_BYTES + length);
  }
  return ends;
}

/** From where on the end of `stream` may be the beginning of a head; its length if nowhere. */
function openHeadAt(stream: Uint8Array): number {
  for (let at = Math.max(0, stream.length - HEAD_BYTES + 1); at < stream.length; at += 1) {
    const known = Math.min(PREAMBLE.length, stream.length - at);
    if (PREAMBLE.subarray(0, known).every((byte, i) => stream[at + i] === byte)) return at;
  }
  return stream.length;
}
