import { type HidCodec, type HidOutput, REPORT_BYTES, reportOf } from './hid-codec.ts';

const REQUEST_FLAG = 0x88;
const REPLY_FLAG = 0xaa;
/** Hands the frame on to the ID-card module. */
const COMMAND_ID_CARD = 0xb1;

/** Flag and serial number of the exchange (zero in requests, ignored in replies). */
const LENGTH_AT = 3;
const COUNTED_FROM = LENGTH_AT + 2;
const SUM_BYTES = 2;
/** Result and packet counter stand before the SDT bytes. */
const DATA_FROM = COUNTED_FROM + 3;
export const REQUEST_FRAME_MAX = REPORT_BYTES - COUNTED_FROM - 1 - SUM_BYTES;

/**
 * Profile miaxis (10C4:0007, older 203B:0101; reader-protocols.md 1.2, M: one driver read in full). Lengths and sums are
 * little-endian:
 *
 *     request  88 · 00 00 · len = frame + 1 · B1 · frame · sum            one report, zero-filled
 *     reply    AA · SRN (2) · len · result · packet counter (2) · ≤ 54 SDT bytes · sum      per report
 *
 * A sum is over everything from len on. Result and counter are not judged, as that driver does not either: what they
 * may be is not known, and a report lost or failed shows in the SDT frame's own length and check byte.
 */
export class MiaxisCodec implements HidCodec {
  encode(frame: Uint8Array): Uint8Array[] {
    if (frame.length > REQUEST_FRAME_MAX) throw new Error(`no report holds a frame of ${frame.length} bytes`);
    const counted = [...littleEndian(frame.length + 1), COMMAND_ID_CARD, ...frame];
    return [reportOf([REQUEST_FLAG, 0, 0], counted, littleEndian(sumOf(counted)))];
  }

  decode(report: Uint8Array): HidOutput[] {
    const discarded = (reason: 'noise' | 'length' | 'checksum' | 'unexpected'): HidOutput[] => [
      { type: 'discarded', reason, bytes: report.length },
    ];
    if (report[0] !== REPLY_FLAG || report.length < DATA_FROM) return discarded('noise');
    const end = COUNTED_FROM + (report[LENGTH_AT]! | (report[LENGTH_AT + 1]! << 8));
    if (end + SUM_BYTES > report.length) return discarded('length');
    const sum = sumOf(report.subarray(LENGTH_AT, end));
    if (sum !== (report[end]! | (report[end + 1]! << 8))) return discarded('checksum');
    if (end <= DATA_FROM) return discarded('unexpected'); // A result and nothing to it.
    return [{ type: 'bytes', bytes: report.slice(DATA_FROM, end) }];
  }
}

const littleEndian = (value: number): [low: number, high: number] => [value & 0xff, value >> 8];

function sumOf(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum & 0xffff;
}
