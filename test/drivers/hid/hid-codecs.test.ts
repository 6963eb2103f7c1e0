import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type HidCodec, type HidOutput, REPORT_BYTES } from '#drivers/hid/hid-codec.ts';
import { DkCodec } from '#drivers/hid/hid-dk.ts';
import { MiaxisCodec } from '#drivers/hid/hid-miaxis.ts';
import { Raw64Codec } from '#drivers/hid/hid-raw64.ts';
import type { HidProfile } from '#drivers/hid/hid-sdt.ts';
import { encodeCommand } from '#drivers/sdt/sdt-commands.ts';
import { encodeFrame, type Frame, FrameDecoder, PREAMBLE, REPLY_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';

import { DK_REFUSAL, hidWrapper, padded } from '../../site/readers/simulated-hid-wrappers.ts';
import type { Discard } from '#drivers/port/discard.ts';

interface Vectors {
  hid: {
    raw64: {
      write_find: { nodeHidWrite: string };
      find_ok_reports: string[];
      readA_reports: string[];
      readA_frame: string;
    };
  };
  exchanges: { steps: { dir: 'tx' | 'rx'; hex: string }[] }[];
}

const vectors = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as Vectors;
const CODECS = { raw64: Raw64Codec, miaxis: MiaxisCodec, dk: DkCodec } as const;
const PROFILES = Object.keys(CODECS) as HidProfile[];
const newCodec = (profile: HidProfile): HidCodec => new CODECS[profile]();

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const dataOf = (out: readonly HidOutput[]): Uint8Array =>
  joined(...out.flatMap((each) => (each.type === 'bytes' ? [each.bytes] : [])));
const discardsOf = (out: readonly (HidOutput | Frame | Discard)[]): Discard[] =>
  out.filter((each) => each.type === 'discarded');

/** What the frame decoder makes of what the codec hands up, then silence. */
function framesOf(out: readonly HidOutput[]): (Frame | Discard)[] {
  const decoder = new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax: 300 });
  const told = out.flatMap((each) => (each.type === 'bytes' ? decoder.push(each.bytes, 0) : []));
  return [...told, ...decoder.expire(10_000)];
}
const wholeFrames = (out: readonly (Frame | Discard)[]): string[] =>
  out.flatMap((each) => (each.type === 'frame' ? [hexOf(encodeFrame(each.body))] : []));

/** Bodies of replies, many of them rich in zeros and in heads of frames. */
const body = fc.oneof(
  fc.uint8Array({ minLength: 3, maxLength: 200 }),
  fc
    .array(fc.constantFrom(0x00, 0xaa, 0x96, 0x69, 0x01), { minLength: 3, maxLength: 300 })
    .map((bytes) => Uint8Array.from(bytes)),
  fc
    .uint8Array({ minLength: 3, maxLength: 40 })
    .map((inner) =>
      joined(Uint8Array.of(0, 0, 0x90), new Uint8Array(54), encodeFrame(inner), new Uint8Array(70)),
    ),
);

/** Reports that are none, torn, cut off, or promise what never comes. */
const rubbish = (profile: HidProfile) =>
  fc.array(
    fc.oneof(
      fc.uint8Array({ minLength: REPORT_BYTES, maxLength: REPORT_BYTES }).map((bytes) => [bytes]),
      fc.uint8Array({ maxLength: REPORT_BYTES }).map((bytes) => [bytes]),
      fc.constant([new Uint8Array(REPORT_BYTES)]),
      fc.constant([padded([...PREAMBLE, 0x0f, 0xa0, 1, 2, 3])]),
      fc.constant([padded([20, 0x02, 0x34, 0x90, 0x00, 1, 2, 3])]),
      fc.constant([DK_REFUSAL]),
      fc.tuple(body, fc.nat(), fc.nat()).map(([content, from, to]) => {
        const reports = hidWrapper(profile).wrap(encodeFrame(content));
        return reports.filter((_, i) => i >= from % 4 && i < reports.length - (to % 3));
      }),
      fc.tuple(body, fc.nat(63)).map(([content, at]) =>
        hidWrapper(profile)
          .wrap(encodeFrame(content))
          .map((report) => report.map((byte, i) => (i === at ? byte ^ 0x55 : byte))),
      ),
    ),
    { maxLength: 4 },
  );

const holdsPreamble = (bytes: Uint8Array): boolean => hexOf(bytes).includes(hexOf(PREAMBLE));

/** Whether something that begins in `noise` and ends in `frame` is itself a frame: no decoder could know. */
function completesFrame(noise: Uint8Array, frame: Uint8Array): boolean {
  const stream = joined(noise, frame);
  return [...noise.keys()].some((at) => {
    if (!PREAMBLE.every((byte, i) => stream[at + i] === byte)) return false;
    const end = at + 7 + ((stream[at + 5]! << 8) | stream[at + 6]!);
    if (end - at - 7 < REPLY_LENGTH_MIN || end <= noise.length || end > stream.length) return false;
    return stream.subarray(at + 5, end).reduce((sum, byte) => sum ^ byte, 0) === 0;
  });
}

describe('SDT frames in HID reports', () => {
  it('HI1 raw64: the reports of the vectors are the card’s frame, and the filling is told to nobody', () => {
    const { write_find, find_ok_reports, readA_reports, readA_frame } = vectors.hid.raw64;
    const codec = new Raw64Codec();
    const [request, ...more] = codec.encode(encodeCommand('find-card'));
    expect(more).toEqual([]);
    expect(`00${hexOf(request!)}`).toBe(write_find.nodeHidWrite);
    for (const reports of [find_ok_reports, readA_reports]) expect(reports.length).toBeGreaterThan(0);
    const out = [...find_ok_reports, ...readA_reports].flatMap((report) => codec.decode(bytesOf(report)));
    expect(hexOf(dataOf(out))).toBe(`AAAAAA9669000800009F0000000097${readA_frame}`);
    expect(discardsOf(framesOf(out))).toEqual([]);
  });

  it('HI1 miaxis: a worked request, and a reply with its sums', () => {
    const [request] = new MiaxisCodec().encode(encodeCommand('find-card'));
    const worked = '8800000B00B1AAAAAA96690003200122FF03';
    expect(hexOf(request!)).toBe(worked.padEnd(2 * REPORT_BYTES, '0'));
    // 12 = result, counter (2), and nine bytes of SDT; the sum is over all of it with the length.
    const reply = padded([0xaa, 7, 0, 0x0c, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x3a, 0]);
    expect(new MiaxisCodec().decode(reply)).toEqual([
      { type: 'bytes', bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) },
    ]);
    reply[17] = 0x3b;
    expect(new MiaxisCodec().decode(reply)).toEqual([{ type: 'discarded', reason: 'checksum', bytes: 64 }]);
    expect(new MiaxisCodec().decode(padded([0xaa, 0, 0, 0xff]))).toMatchObject([{ reason: 'length' }]);
    expect(new MiaxisCodec().decode(padded([0xab]))).toMatchObject([{ reason: 'noise' }]);
    expect(() => new MiaxisCodec().encode(new Uint8Array(57))).toThrow('57');
  });

  it('HI1 dk: a request in one report, a reply over several that are counted, and what is not passed through', () => {
    const codec = new DkCodec();
    const frame = encodeCommand('find-card');
    expect(hexOf(codec.encode(frame)[0]!)).toBe(`0C0034${hexOf(frame)}`.padEnd(2 * REPORT_BYTES, '0'));
    const long = new Uint8Array(130).fill(9);
    expect(codec.encode(long).map((report) => hexOf(report.subarray(0, 3)))).toEqual([
      '3F0234',
      '3FC109',
      '08C209',
    ]);
    expect(codec.decode(padded([0xff]))).toEqual([]);
    expect(codec.decode(padded([64, 0]))).toMatchObject([{ reason: 'length' }]);
    expect(codec.decode(padded([4, 0x00, 0x63, 0x90, 0x00]))).toMatchObject([{ reason: 'unexpected' }]);
    expect(codec.decode(padded([3, 0xc1, 1, 2]))).toMatchObject([{ reason: 'unexpected' }]);
    expect(codec.decode(padded([3, 0x41, 1, 2]))).toMatchObject([{ reason: 'noise' }]);
    expect(codec.decode(padded([6, 0x01, 0x34, 0x90, 0x00, 1, 2]))).toEqual([]);
    // A key pressed on the reader meanwhile does not cost the reply.
    expect(codec.decode(padded([4, 0x00, 0x75, 0x90, 0x00]))).toMatchObject([{ reason: 'unexpected' }]);
    expect(codec.decode(padded([3, 0xc1, 3, 4]))).toEqual([
      { type: 'bytes', bytes: Uint8Array.of(1, 2, 3, 4) },
    ]);
    expect(codec.decode(padded([6, 0x02, 0x34, 0x90, 0x00, 1, 2]))).toEqual([]);
    expect(codec.decode(padded([3, 0xc2, 3, 4]))).toMatchObject([
      { reason: 'cut-off', bytes: 6 },
      { reason: 'unexpected' },
    ]);
    const begun = padded([6, 0x02, 0x34, 0x90, 0x00, 1, 2]);
    expect([begun, begun].flatMap((report) => codec.decode(report))).toMatchObject([{ reason: 'cut-off' }]);
  });

  it('HI6 dk: a command refused is answered in SDT’s words: nothing found to a search, a failed read to all else', () => {
    const codec = new DkCodec();
    codec.encode(encodeCommand('find-card'));
    expect(hexOf(dataOf(codec.decode(DK_REFUSAL)))).toBe('AAAAAA9669000400008084');
    codec.encode(encodeCommand('read-card'));
    expect(hexOf(dataOf(codec.decode(DK_REFUSAL)))).toBe('AAAAAA9669000400004145');
  });

  it.each(PROFILES)('HI2 %s: every exchange of the vectors comes through whole', (profile) => {
    const codec = newCodec(profile);
    const wrapper = hidWrapper(profile);
    const steps = vectors.exchanges.flatMap(({ steps }) => steps);
    expect(steps.length).toBeGreaterThan(20);
    for (const { dir, hex } of steps) {
      const frame = bytesOf(hex);
      if (dir === 'tx') {
        expect(hexOf(joined(...codec.encode(frame).map((report) => wrapper.unwrap(report))))).toBe(hex);
      } else {
        const out = wrapper.wrap(frame).flatMap((report) => codec.decode(report));
        expect(hexOf(dataOf(out))).toBe(hex);
        expect(discardsOf(out)).toEqual([]);
      }
    }
  });

  it.each(PROFILES)(
    'HI2 %s: any replies one after another come through whole, with nothing told beside',
    (profile) => {
      fc.assert(
        fc.property(fc.array(body, { minLength: 1, maxLength: 6 }), (bodies) => {
          const codec = newCodec(profile);
          const wrapper = hidWrapper(profile);
          const frames = bodies.map(encodeFrame);
          const out = frames
            .flatMap((frame) => wrapper.wrap(frame))
            .flatMap((report) => codec.decode(report));
          const told = framesOf(out);
          expect(wholeFrames(told)).toEqual(frames.map(hexOf));
          // A photo that holds a frame's head keeps raw64 from knowing its filling; zeros are then told, nothing else.
          const heads = profile === 'raw64' && bodies.some((content) => holdsPreamble(content));
          const reasons = new Set(discardsOf([...out, ...told]).map(({ reason }) => reason));
          expect([...reasons]).toEqual(heads && reasons.size > 0 ? ['noise'] : []);
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(PROFILES)(
    'HI3 %s: whatever reports stand between two good replies, both come through',
    (profile) => {
      fc.assert(
        fc.property(body, rubbish(profile), body, (first, between, second) => {
          const codec = newCodec(profile);
          const wrapper = hidWrapper(profile);
          const reply = (content: Uint8Array) =>
            wrapper.wrap(encodeFrame(content)).flatMap((report) => codec.decode(report));
          const before = reply(first);
          const noise = between.flat().flatMap((report) => codec.decode(report));
          const after = reply(second);
          fc.pre(!completesFrame(dataOf(noise), dataOf(after)));
          const frames = wholeFrames(framesOf([...before, ...noise, ...after]));
          expect(frames[0]).toBe(hexOf(encodeFrame(first)));
          expect(frames.at(-1)).toBe(hexOf(encodeFrame(second)));
        }),
        { numRuns: 500 },
      );
    },
  );

  it('HI3 raw64: a head torn over two reports, its length’s zero first in the second, is no filling', () => {
    const frame = encodeFrame(Uint8Array.of(0, 0, 0x90));
    for (let at = 1; at < frame.length; at += 1) {
      const codec = new Raw64Codec();
      const noise = new Uint8Array(REPORT_BYTES - at).fill(0x55);
      const reports = [joined(noise, frame.subarray(0, at)), padded(frame.subarray(at))];
      const out = reports.flatMap((report) => codec.decode(report));
      expect(wholeFrames(framesOf(out)), `torn after ${at}`).toEqual([hexOf(frame)]);
    }
  });
});
