import { describe, expect, it } from 'vitest';
import { DkCodec, USED_MAX } from '#drivers/hid/hid-dk.ts';
import { MiaxisCodec, REQUEST_FRAME_MAX } from '#drivers/hid/hid-miaxis.ts';
import {
  DATA_BYTES_MAX,
  HidPosDecoder,
  PART_GAP_MS_MAX,
  SCAN_BYTES_MAX,
  VENDOR_DATA_BYTES_MAX,
} from '#drivers/hid/hid-pos.ts';
import { REPORT_BYTES } from '#drivers/hid/hid-codec.ts';

const DIGIT = 0x37;
/** A report of scanned data without an AIM identifier; the last byte says whether more follows. */
const plainReport = (length: number, more: boolean): Uint8Array => {
  const report = new Uint8Array(64).fill(DIGIT, 2, 2 + Math.min(length, 60));
  report.set([2, length]);
  report[63] = more ? 1 : 0;
  return report;
};
/** A report of one maker's, as long as its data or longer. */
const vendorReport = (length: number): Uint8Array =>
  Uint8Array.of(1, length, ...new Uint8Array(length).fill(DIGIT));

/** Lengths of the scans that came out, and why others did not. */
const told = (out: ReturnType<HidPosDecoder['push']>): (number | string)[] =>
  out.map((one) => (one.type === 'scan' ? one.bytes.length : one.reason));

describe('bounds of HID reports', () => {
  it.each([
    ['a scanner', DATA_BYTES_MAX, (n: number) => plainReport(n, false)],
    ['one maker’s scanner', VENDOR_DATA_BYTES_MAX, vendorReport],
  ])(
    'BN1 the data of a report of %s: up to the bound is a scan, and a longer one is discarded',
    (_, max, report) => {
      const out = [max - 1, max, max + 1].map((n) => told(new HidPosDecoder().push(report(n), 0)));
      expect(out).toEqual([[max - 1], [max], ['length']]);
    },
  );

  it.each([
    [SCAN_BYTES_MAX - 1, SCAN_BYTES_MAX - 1],
    [SCAN_BYTES_MAX, SCAN_BYTES_MAX],
    [SCAN_BYTES_MAX + 1, 'length'],
  ])('BN1 a scan of %d bytes over many reports comes to %s', (length, outcome) => {
    const decoder = new HidPosDecoder();
    const out: (number | string)[] = [];
    for (let left = length; left > 0; left -= DATA_BYTES_MAX)
      out.push(...told(decoder.push(plainReport(Math.min(left, DATA_BYTES_MAX), left > DATA_BYTES_MAX), 0)));
    expect(out).toEqual([outcome]);
    expect(told(decoder.push(plainReport(3, false), 0)), 'the next scan').toEqual([3]);
  });

  it('BN1 a part that comes up to the bound after the one before belongs to it, and a later one does not', () => {
    const out = [-1, 0, 1].map((d) => {
      const decoder = new HidPosDecoder();
      decoder.push(plainReport(5, true), 1000);
      return told(decoder.push(plainReport(7, false), 1000 + PART_GAP_MS_MAX + d));
    });
    expect(out).toEqual([[12], [12], ['cut-off', 7]]);
  });

  it('BN1 miaxis: a request up to the bound fits its report, and a longer one is sent by nobody', () => {
    const reports = (length: number) => new MiaxisCodec().encode(new Uint8Array(length));
    for (const length of [REQUEST_FRAME_MAX - 1, REQUEST_FRAME_MAX]) {
      const [report, ...more] = reports(length);
      expect([report?.length, more.length]).toEqual([REPORT_BYTES, 0]);
    }
    expect(() => reports(REQUEST_FRAME_MAX + 1)).toThrow('no report holds');
  });

  it('BN1 dk: a report says of all its bytes but the first at most that they are used', () => {
    // A reply's first part and nothing to follow: what is used of it behind its head are bytes.
    const out = [USED_MAX - 1, USED_MAX, USED_MAX + 1].map((used) => {
      const report = new Uint8Array(USED_MAX + 2).fill(DIGIT);
      report.set([used, 0, 0x34, 0x90, 0]);
      return new DkCodec()
        .decode(report)
        .map((one) => (one.type === 'bytes' ? one.bytes.length : one.reason));
    });
    expect(out).toEqual([[USED_MAX - 5], [USED_MAX - 4], ['length']]);
  });
});
