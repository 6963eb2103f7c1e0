import { isGs1Aim } from '#shared/label.ts';

import type { Discard } from '../port/discard.ts';

/** The report ids of scanned data: HID's own for scanners, and one maker's. */
const REPORT_SCANNED = 0x02;
const REPORT_VENDOR = 0x01;

/** Of a report with an AIM identifier in front of the data (layout A) or without (layout B); of one maker's. */
export const DATA_BYTES_MAX = 56;
export const VENDOR_DATA_BYTES_MAX = 62;
/** Report id and length stand before everything. */
const HEAD_BYTES = 2;
const AIM_BYTES = 3;
const AIM_FLAG = 0x5d;
const REPORT_BYTES = 64;
const MORE_FOLLOWS = 0x01;

/** The largest QR code holds 7,089 digits. */
export const SCAN_BYTES_MAX = 7_168;
/** Reports of one scan follow each other in milliseconds; what comes later is another scan. */
export const PART_GAP_MS_MAX = 500;

export interface HidScan {
  type: 'scan';
  /**
   * As the code holds them, in whatever encoding; the filling behind them is cut off, and so is an AIM identifier. One that says
   * FNC1 stands in front leaves a GS there.
   */
  bytes: Uint8Array;
}

/** aim-late: the identifier stands one byte later, behind a zero. */
type Layout = 'aim' | 'aim-late' | 'plain';

const GS = 0x1d;
/** An element's identifier has two digits at least. */
const ELEMENT_DIGITS = 2;
const DATA_FROM: Readonly<Record<Layout, number>> = {
  aim: HEAD_BYTES + AIM_BYTES,
  'aim-late': HEAD_BYTES + 1 + AIM_BYTES,
  plain: HEAD_BYTES,
};

/**
 * HID-POS scanners: usage page 8C, usage 02, 64-byte reports that begin with their id (reader-protocols.md 5).
 *
 *     A (Access-IS)        02 len ] c m data[56] sym resv cont        len counting the data only is uncertain
 *     A, one later         02 len 00 ] c m data[…]                    one driver takes it so
 *     B (QUIO, Newland)    02 len data[56] 0×4 sym cont
 *     one maker's          01 len data[62]                            one source
 *
 * Bit 0 of the last byte says that the scan goes on in the next report. A and B are told apart by the `]` behind the
 * length, which in B may be data just as well: an AIM identifier the scanner was set to send, and cut off all the same.
 */
export class HidPosDecoder {
  #begun: { layout: Layout; bytes: number[]; lastAtMs: number } | null = null;

  /** Takes the report that came at `nowMs` (monotonic). */
  push(report: Uint8Array, nowMs: number): (HidScan | Discard)[] {
    const out: (HidScan | Discard)[] = [];
    if (this.#begun !== null && nowMs - this.#begun.lastAtMs > PART_GAP_MS_MAX)
      out.push(this.#giveUp('cut-off'));
    const [id, length = 0] = report;
    if (id === REPORT_VENDOR) {
      if (length > VENDOR_DATA_BYTES_MAX || HEAD_BYTES + length > report.length)
        return [...out, discarded('length', report)];
      return [...out, ...scanOf(report.subarray(HEAD_BYTES, HEAD_BYTES + length))];
    }
    if (id !== REPORT_SCANNED) return [...out, discarded('noise', report)];
    if (report.length < REPORT_BYTES) return [...out, discarded('length', report)];
    const layout = this.#begun?.layout ?? layoutOf(report);
    const data = dataOf(report, layout);
    if (data === null) return [...out, discarded('length', report)];
    const begun = this.#begun ?? { layout, bytes: functionOf(report, layout), lastAtMs: nowMs };
    begun.bytes.push(...data);
    begun.lastAtMs = nowMs;
    this.#begun = begun;
    if (begun.bytes.length > SCAN_BYTES_MAX) return [...out, this.#giveUp('length')];
    if ((report[REPORT_BYTES - 1]! & MORE_FOLLOWS) !== 0) return out;
    this.#begun = null;
    return [...out, ...scanOf(begun.bytes)];
  }

  #giveUp(reason: 'cut-off' | 'length'): Discard {
    const bytes = this.#begun?.bytes.length ?? 0;
    this.#begun = null;
    return { type: 'discarded', reason, bytes };
  }
}

function layoutOf(report: Uint8Array): Layout {
  if (report[HEAD_BYTES] === AIM_FLAG) return 'aim';
  return report[HEAD_BYTES] === 0 && report[HEAD_BYTES + 1] === AIM_FLAG ? 'aim-late' : 'plain';
}

/** What the identifier in front says of the data: a GS where FNC1 stands there, and elements, which begin with digits, behind. */
function functionOf(report: Uint8Array, layout: Layout): number[] {
  if (layout === 'plain') return [];
  const from = DATA_FROM[layout];
  const head = String.fromCharCode(...report.subarray(from - AIM_BYTES, from + ELEMENT_DIGITS));
  return isGs1Aim(head) && /[0-9]{2}$/.test(head) ? [GS] : [];
}

/** The data of a report of scanned data, or null where its length is none. */
function dataOf(report: Uint8Array, layout: Layout): Uint8Array | null {
  const counted = report[1]!;
  const from = DATA_FROM[layout];
  // A length beyond what data may have counts the identifier too; a shorter one that does so brings filling along.
  const length = layout !== 'plain' && counted > DATA_BYTES_MAX ? counted - AIM_BYTES : counted;
  if (length > DATA_BYTES_MAX) return null;
  return withoutFilling(report.subarray(from, from + length));
}

function withoutFilling(data: Uint8Array): Uint8Array {
  let end = data.length;
  while (end > 0 && data[end - 1] === 0) end -= 1;
  return data.subarray(0, end);
}

function scanOf(data: Iterable<number>): HidScan[] {
  const bytes = withoutFilling(Uint8Array.from(data));
  return bytes.length === 0 ? [] : [{ type: 'scan', bytes }];
}

function discarded(reason: 'noise' | 'length', report: Uint8Array): Discard {
  return { type: 'discarded', reason, bytes: report.length };
}
