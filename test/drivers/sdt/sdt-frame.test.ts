import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { encodeCommand, type SdtCommand } from '#drivers/sdt/sdt-commands.ts';
import {
  encodeFrame,
  type Frame,
  FRAME_LENGTH_MAX,
  FrameDecoder,
  PREAMBLE,
  REPLY_LENGTH_MIN,
} from '#drivers/sdt/sdt-frame.ts';
import { decodeReply, meaningOf, SDT_STATUSES, statusOf } from '#drivers/sdt/sdt-status.ts';
import type { Discard } from '#drivers/port/discard.ts';
import { LANGUAGE_CODES, LANGUAGES } from '#shared/language/languages.ts';

interface Vectors {
  requests: Record<string, string>;
  statusFrames: { sw3: string; key: string; hex: string }[];
  exchanges: { steps: { dir: 'tx' | 'rx'; hex: string; sw3?: string }[] }[];
  streamCases: { chunks: string[]; frames: string[]; errors?: string[]; name: string; pending?: boolean }[];
}

const vectors = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as Vectors;
const GAP_MS = 300;
const LONG_SILENCE_MS = 10_000;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const decoder = () => new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax: GAP_MS });

/** Everything that comes out of pieces arriving at one moment, then silence. */
function decodeAll(pieces: readonly Uint8Array[]): (Frame | Discard)[] {
  const subject = decoder();
  const out = pieces.flatMap((piece) => subject.push(piece, 0));
  return [...out, ...subject.expire(LONG_SILENCE_MS)];
}

const framesOf = (out: readonly (Frame | Discard)[]): string[] =>
  out.flatMap((each) => (each.type === 'frame' ? [hexOf(encodeFrame(each.body))] : []));
const discardsOf = (out: readonly (Frame | Discard)[]): Discard[] =>
  out.filter((each) => each.type === 'discarded');

/** Cuts `bytes` at the places given. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const joined = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const body = fc.uint8Array({ minLength: 3, maxLength: 60 });
/** Noise rich in what looks like the head of a frame. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constant(PREAMBLE),
      fc.nat(4).map((length) => PREAMBLE.subarray(0, length)),
      body.map((content) => encodeFrame(content).subarray(0, -1)),
      body.map((content) => {
        const broken = encodeFrame(content);
        broken[broken.length - 1]! ^= 0x55;
        return broken;
      }),
    ),
    { maxLength: 5 },
  )
  .map((parts) => joined(...parts));

/** Whether something that begins in `rubbish` and ends in `frame` is itself a frame. */
function completesFrame(rubbish: Uint8Array, frame: Uint8Array): boolean {
  const stream = joined(rubbish, frame);
  return [...rubbish.keys()].some((at) => {
    if (!PREAMBLE.every((byte, i) => stream[at + i] === byte)) return false;
    const length = (stream[at + 5]! << 8) | stream[at + 6]!;
    const end = at + 7 + length;
    if (length < REPLY_LENGTH_MIN || end <= rubbish.length || end > stream.length) return false;
    return stream.subarray(at + 5, end).reduce((sum, byte) => sum ^ byte, 0) === 0;
  });
}

describe('the frames of the SDT protocol', () => {
  it('CR1 every request and reply of the vectors is one frame, taken by its length though a photo holds another', () => {
    const rx = vectors.exchanges.flatMap(({ steps }) => steps.filter(({ dir }) => dir === 'rx'));
    expect(rx.length).toBeGreaterThan(15);
    for (const { hex, sw3 } of rx) {
      const out = decodeAll([bytesOf(hex)]);
      expect(framesOf(out)).toEqual([hex]);
      const [frame] = out;
      if (frame?.type === 'frame' && sw3) expect(decodeReply(frame.body).sw3).toBe(parseInt(sw3, 16));
    }
    // The whole of an exchange on one line, without any pause.
    expect(framesOf(decodeAll(rx.map(({ hex }) => bytesOf(hex))))).toEqual(rx.map(({ hex }) => hex));
  });

  it('CR1 our requests are the vectors, byte for byte', () => {
    const names: Record<string, SdtCommand> = {
      reset_sam: 'reset-sam',
      sam_status: 'sam-status',
      sam_id: 'sam-id',
      find_card: 'find-card',
      select_card: 'select-card',
      read_base: 'read-card',
      read_base_fp: 'read-card-with-fingerprint',
      read_new_address: 'read-appended-addresses',
      read_management_number: 'read-management-number',
      baud_115200: 'set-baud-115200',
      baud_57600: 'set-baud-57600',
      baud_38400: 'set-baud-38400',
      baud_19200: 'set-baud-19200',
      baud_9600: 'set-baud-9600',
      max_rf_frame_80: 'set-rf-frame-80',
    };
    expect(Object.keys(names).toSorted()).toEqual(Object.keys(vectors.requests).toSorted());
    for (const [name, command] of Object.entries(names)) {
      expect(hexOf(encodeCommand(command)), name).toBe(vectors.requests[name]);
    }
  });

  it.each(vectors.streamCases)('CR4 vector: $name', ({ chunks, frames, errors, pending }) => {
    const subject = decoder();
    const out = chunks.flatMap((chunk) => subject.push(bytesOf(chunk), 0));
    if (pending) expect(out).toEqual([]);
    out.push(...subject.expire(LONG_SILENCE_MS));
    expect(framesOf(out)).toEqual(frames);
    if (pending) expect(discardsOf(out).map(({ reason }) => reason)).toEqual(['cut-off']);
    for (const error of errors ?? []) expect(discardsOf(out).map(({ reason }) => reason)).toContain(error);
  });

  it('CR2 any split of the same bytes yields the same frames and the same discards', () => {
    const stream = fc
      .array(fc.oneof(body.map(encodeFrame), noise), { maxLength: 6 })
      .map((parts) => joined(...parts));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
        const whole = decodeAll([bytes]);
        expect(decodeAll(cut(bytes, places))).toEqual(whole);
        expect(decodeAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
      }),
    );
  });

  it('CR3 whatever stands between two good frames, both are read, at the latest after a silence', () => {
    fc.assert(
      fc.property(body, noise, body, (first, rubbish, second) => {
        // One broken frame in 256 takes the next frame's first byte for its check byte; no decoder can know.
        fc.pre(!completesFrame(rubbish, encodeFrame(second)));
        const frames = framesOf(decodeAll([encodeFrame(first), rubbish, encodeFrame(second)]));
        expect(frames[0]).toBe(hexOf(encodeFrame(first)));
        expect(frames.at(-1)).toBe(hexOf(encodeFrame(second)));
      }),
      { numRuns: 500 },
    );
  });

  it('CR4 every byte that came in is in a frame or in a discard', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(body.map(encodeFrame), noise)), (parts) => {
        const out = decodeAll(parts);
        const sizes = out.map((each) => (each.type === 'frame' ? each.body.length + 8 : each.bytes));
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(total).toBe(parts.reduce((sum, part) => sum + part.length, 0));
        expect(discardsOf(out).every(({ bytes }) => bytes > 0)).toBe(true);
      }),
    );
  });

  it('CR5 a frame not continued in time is given up, whether bytes follow or not', () => {
    const frame = encodeFrame(Uint8Array.of(0, 0, 0x90, 1, 2, 3));
    const subject = decoder();
    expect(subject.push(frame.subarray(0, 9), 0)).toEqual([]);
    expect(subject.expire(GAP_MS)).toEqual([]);
    expect(subject.push(frame.subarray(9, 11), GAP_MS)).toEqual([]);
    expect(subject.expiresAtMs).toBe(2 * GAP_MS + 1);
    const out = subject.push(frame, 2 * GAP_MS + 1);
    expect(out[0]).toEqual({ type: 'discarded', reason: 'cut-off', bytes: 11 });
    expect(framesOf(out)).toEqual([hexOf(frame)]);
    expect(subject.expiresAtMs).toBeNull();
  });

  it('CR6 a length no reply has heads no frame, at both ends of the range', () => {
    const head = (length: number) => joined(PREAMBLE, Uint8Array.of(length >> 8, length & 0xff));
    for (const length of [0, REPLY_LENGTH_MIN - 1, FRAME_LENGTH_MAX + 1, 0xffff]) {
      expect(decodeAll([head(length)])).toEqual([{ type: 'discarded', reason: 'length', bytes: 7 }]);
    }
    for (const length of [REPLY_LENGTH_MIN, FRAME_LENGTH_MAX]) {
      const frame = encodeFrame(new Uint8Array(length - 1).fill(7));
      expect(framesOf(decodeAll([frame, frame, frame]))).toHaveLength(3);
    }
    expect(() => encodeFrame(new Uint8Array(FRAME_LENGTH_MAX))).toThrow('cannot hold');
  });
});

describe('the work of the decoder', () => {
  /** Each byte is taken in once, compared with a preamble at most twice five times, moved and copied at most once each. */
  const TOUCHES_MAX = 13;
  const touched = (pieces: readonly Uint8Array[]): { touches: number; bytes: number } => {
    const subject = decoder();
    for (const piece of pieces) subject.push(piece, 0);
    subject.expire(LONG_SILENCE_MS);
    return { touches: subject.bytesTouched, bytes: pieces.reduce((sum, { length }) => sum + length, 0) };
  };
  const repeated = (unit: Uint8Array, bytes: number) =>
    Uint8Array.from({ length: bytes }, (_, i) => unit[i % unit.length]!);
  const crafted: [string, Uint8Array][] = [
    ['heads of long frames', repeated(joined(PREAMBLE, Uint8Array.of(0x0f, 0xa0)), 8_192)],
    ['heads of the longest frames', repeated(joined(PREAMBLE, Uint8Array.of(0x10, 0x00)), 8_192)],
    ['heads of short frames', repeated(joined(PREAMBLE, Uint8Array.of(0x00, 0x08)), 8_192)],
    ['nothing but AA', repeated(PREAMBLE.subarray(0, 1), 8_192)],
    ['preambles that break off', repeated(PREAMBLE.subarray(0, 4), 8_192)],
    ['good frames', repeated(encodeFrame(Uint8Array.of(0, 0, 0x80)), 8_192)],
  ];

  it.each(crafted)(
    'CR14 of %s every byte is touched a bounded number of times, in any pieces',
    (_, noisy) => {
      for (const size of [noisy.length, 1_000, 64, 1]) {
        const pieces = Array.from({ length: Math.ceil(noisy.length / size) }, (__, i) =>
          noisy.subarray(i * size, (i + 1) * size),
        );
        const { touches, bytes } = touched(pieces);
        expect(touches).toBeLessThanOrEqual(TOUCHES_MAX * bytes);
      }
    },
  );

  it('CR14 whatever the bytes, and however many, the work grows with their number alone', () => {
    const stream = fc.array(fc.oneof(body.map(encodeFrame), noise), { maxLength: 40 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 20 }), (parts, places) => {
        const { touches, bytes } = touched(cut(joined(...parts), places));
        // A piece may end inside a preamble, which is then compared again.
        expect(touches).toBeLessThanOrEqual(TOUCHES_MAX * bytes + PREAMBLE.length * (places.length + 2));
      }),
    );
  });
});

describe('status codes', () => {
  it('CR7 the status frames of the vectors have their meaning, whatever the card says in SW1 SW2', () => {
    expect(vectors.statusFrames.map(({ key }) => key).toSorted()).toEqual(
      Object.keys(SDT_STATUSES).toSorted(),
    );
    for (const { key, hex, sw3 } of vectors.statusFrames) {
      const [frame] = decodeAll([bytesOf(hex)]);
      if (frame?.type !== 'frame') throw new Error(`${key} is no frame`);
      expect(decodeReply(frame.body)).toMatchObject({ status: key, sw3: parseInt(sw3, 16) });
      frame.body.set([0x69, 0x85]);
      expect(decodeReply(frame.body)).toMatchObject({ status: key, cardStatusWord: 0x6985 });
    }
  });

  it('CR8 every code has handling and words in every language, and one no table knows is a failed read', () => {
    for (let sw3 = 0; sw3 <= 0xff; sw3 += 1) {
      const status = statusOf(sw3);
      expect(meaningOf(status).handling).toBeTruthy();
      for (const code of LANGUAGE_CODES)
        expect(LANGUAGES[code].messages[`reader-fault.${status}`]).toBeTruthy();
    }
    expect(statusOf(0x77)).toBe('unlisted');
    expect(meaningOf('unlisted').handling).toBe(meaningOf('read-failed').handling);
  });
});
