import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  type Line,
  LINE_BYTES_MAX,
  LineDecoder,
  type LineDecoderOptions,
} from '#drivers/line/line-decoder.ts';
import { LINE_BAUD_RATES, LineRate } from '#drivers/line/line-rate.ts';
import { NumberHold } from '#drivers/line/number-hold.ts';
import type { Discard } from '#drivers/port/discard.ts';

const SILENCE_MS = 100;
const REST_MS = 3_000;
type Characters = LineDecoderOptions['characters'];
type Piece = { bytes: Uint8Array; afterMs: number };

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** Everything that comes out of pieces, each some time after the one before, then silence. */
function decode(pieces: readonly Piece[], characters: Characters): (Line | Discard)[] {
  const subject = new LineDecoder({
    characters,
    silenceMs: SILENCE_MS,
    restMs: REST_MS,
    isWhole: () => false,
  });
  let nowMs = 0;
  const out: (Line | Discard)[] = [];
  for (const { bytes, afterMs } of pieces) {
    nowMs += afterMs;
    if (afterMs > 0) out.push(...subject.expire(nowMs));
    out.push(...subject.push(bytes, nowMs));
  }
  out.push(...subject.expire(nowMs + SILENCE_MS));
  expect(subject.expiresAtMs).toBeNull();
  return out;
}
const together = (...parts: (string | Uint8Array)[]): Piece[] => [
  { bytes: concat(...parts.map((part) => (typeof part === 'string' ? bytesOf(part) : part))), afterMs: 0 },
];
const linesOf = (out: readonly (Line | Discard)[]): string[] =>
  out.flatMap((output) => (output.type === 'line' ? [output.text] : []));
const discarded = (out: readonly (Line | Discard)[]): number =>
  out.reduce((sum, output) => sum + (output.type === 'discarded' ? output.bytes : 0), 0);

const anyBytes = fc.uint8Array({ maxLength: 40 });
/** What a device sends: visible characters, no blanks around. */
const goodLine = fc.stringMatching(/^[!-~]{1,40}$/);
const ending = fc.constantFrom('\r', '\n', '\r\n', '\x03');

describe('lines', () => {
  it.each([
    ['CR', 'A1\rB2\r', ['A1', 'B2']],
    ['LF', 'A1\nB2\n', ['A1', 'B2']],
    ['CRLF', 'A1\r\nB2\r\n', ['A1', 'B2']],
    ['STX and ETX', '\x02A1\x03\x02B2\x03', ['A1', 'B2']],
    ['STX, CRLF, ETX', '\x02A1\r\n\x03\x02B2\r\n\x03', ['A1', 'B2']],
    ['blanks and Tabs around it', ' A1 \t\r\n\tB 2\r', ['A1', 'B 2']],
    ['GS between the fields of a GS1 code', '0104\x1d10X\r', ['0104\x1d10X']],
    ['nothing between two ends', '\r\r\n\n', []],
  ])('LR5 a line ends with %s', (_, text, lines) => {
    const out = decode(together(text), 'ascii');
    expect(linesOf(out)).toEqual(lines);
    expect(discarded(out)).toBe(0);
  });

  it('LR5 a silence ends a line that has no other end, and nothing shorter does', () => {
    const subject = new LineDecoder({
      characters: 'ascii',
      silenceMs: SILENCE_MS,
      restMs: REST_MS,
      isWhole: () => false,
    });
    expect(subject.push(bytesOf('35718'), 0)).toEqual([]);
    expect(subject.push(bytesOf('40519'), SILENCE_MS - 1)).toEqual([]);
    expect(subject.expire(2 * SILENCE_MS - 2)).toEqual([]);
    expect(subject.expiresAtMs).toBe(2 * SILENCE_MS - 1);
    expect(subject.expire(2 * SILENCE_MS - 1)).toEqual([
      { type: 'line', text: '3571840519', isEnded: false },
    ]);
    expect(subject.push(bytesOf('AB'), 1000)).toEqual([]);
    expect(subject.expire(1100)).toEqual([{ type: 'line', text: 'AB', isEnded: false }]);
    expect(subject.push(bytesOf('CD\r'), 2000)).toEqual([{ type: 'line', text: 'CD', isEnded: true }]);
  });

  it('LR13 bytes read late by a busy machine are not judged late: nobody has listened to the silence before them', () => {
    const subject = new LineDecoder({
      characters: 'ascii',
      silenceMs: SILENCE_MS,
      restMs: REST_MS,
      isWhole: () => false,
    });
    expect(subject.push(bytesOf('3456'), 0)).toEqual([]);
    expect(subject.push(bytesOf('789012\r'), 150)).toEqual([
      { type: 'line', text: '3456789012', isEnded: true },
    ]);
  });

  it('LR13 of a device that ends its lines no part of one is a line, wherever and for how long it pauses', () => {
    const line = fc.stringMatching(/^[!-~]{2,30}$/);
    const cut = fc.record({ at: fc.nat(30), pauseMs: fc.integer({ min: 1, max: REST_MS - 1 }) });
    const cuts = fc.uniqueArray(cut, { selector: ({ at }) => at, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.record({ line, ending, cuts }), { maxLength: 6 }), (sent) => {
        const subject = new LineDecoder({
          characters: 'utf8',
          silenceMs: SILENCE_MS,
          restMs: REST_MS,
          isWhole: () => false,
        });
        subject.endsLines = true;
        let nowMs = 0;
        const out: (Line | Discard)[] = [];
        for (const { line: text, ending: end, cuts: pauses } of sent) {
          const bytes = bytesOf(text + end);
          let from = 0;
          for (const { at, pauseMs } of pauses.toSorted((a, b) => a.at - b.at)) {
            out.push(...subject.push(bytes.slice(from, Math.max(from, at)), nowMs));
            from = Math.max(from, at);
            nowMs += pauseMs;
            out.push(...subject.expire(nowMs));
          }
          out.push(...subject.push(bytes.slice(from), nowMs));
        }
        // Each line is told whole or is one discard, in order.
        const told = out.map((output) =>
          output.type === 'line' ? output.text : `${output.reason} ${output.bytes}`,
        );
        const whole = sent.map(({ line: text }) => text);
        expect(told).toHaveLength(whole.length);
        for (const [i, text] of whole.entries()) expect([text, `cut-off ${text.length}`]).toContain(told[i]);
      }),
      { numRuns: 300 },
    );
  });

  it('LR7, LR13 of such a device noise costs no line that comes when its rest can no longer come', () => {
    fc.assert(
      fc.property(goodLine, anyBytes, goodLine, (first, noise, second) => {
        const subject = new LineDecoder({
          characters: 'ascii',
          silenceMs: SILENCE_MS,
          restMs: REST_MS,
          isWhole: () => false,
        });
        subject.endsLines = true;
        const out = [...subject.push(bytesOf(`${first}\r`), 0), ...subject.push(noise, 0)];
        for (const atMs of [SILENCE_MS, REST_MS]) out.push(...subject.expire(atMs));
        expect(subject.expiresAtMs).toBeNull();
        out.push(...subject.push(bytesOf(`${second}\r`), REST_MS));
        expect([linesOf(out)[0], linesOf(out).at(-1)]).toEqual([first, second]);
      }),
    );
  });

  it('LR5 a scanner may send Chinese; to a card-number reader that is noise', () => {
    expect(linesOf(decode(together('姓名:测试甲\r'), 'utf8'))).toEqual(['姓名:测试甲']);
    const out = decode(together('测3571840519\r'), 'ascii');
    expect(out).toEqual([
      { type: 'discarded', reason: 'noise', bytes: 3 },
      { type: 'line', text: '3571840519', isEnded: true },
    ]);
  });

  it('LR6 any split of the same bytes gives the same lines and the same discards', () => {
    const characters = fc.constantFrom<Characters>('ascii', 'utf8');
    const near = fc.uint8Array({ maxLength: 200 }).map((bytes) =>
      // Random bytes hold few lines; half of them become what lines are made of.
      bytes.map((byte, i) =>
        byte % 2 === 0 ? byte : ([13, 10, 2, 3, 0x31, 0x41, 0xe6, 0xb5, 0x8b][i % 9] ?? byte),
      ),
    );
    fc.assert(
      fc.property(near, fc.array(fc.nat(200), { maxLength: 20 }), characters, (bytes, cuts, mode) => {
        const at = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const pieces = at.slice(1).map((end, i) => ({ bytes: bytes.slice(at[i], end), afterMs: 0 }));
        expect(decode(pieces, mode)).toEqual(decode(together(bytes), mode));
      }),
      { numRuns: 500 },
    );
  });

  it('LR7 any noise between two good lines loses neither, once an end or a silence ends it or it holds no text', () => {
    const noise = fc.array(
      fc.oneof(
        fc.record({ bytes: anyBytes, close: fc.constantFrom('end' as const, 'silence' as const) }),
        fc.record({
          bytes: fc
            .uint8Array({ maxLength: 40 })
            .map((bytes) => bytes.map((byte) => [0, 0x7f, 0xfe, 0xff][byte % 4]!)),
          close: fc.constant('nothing' as const),
        }),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(goodLine, ending, noise, goodLine, ending, (first, firstEnd, bursts, second, secondEnd) => {
        let afterMs = 0;
        const pieces: Piece[] = [{ bytes: bytesOf(first + firstEnd), afterMs }];
        for (const { bytes, close } of bursts) {
          pieces.push({ bytes: close === 'end' ? concat(bytes, Uint8Array.of(0x0d)) : bytes, afterMs });
          afterMs = close === 'silence' ? SILENCE_MS : 0;
        }
        pieces.push({ bytes: bytesOf(second + secondEnd), afterMs });
        for (const mode of ['ascii', 'utf8'] as const) {
          const lines = linesOf(decode(pieces, mode));
          expect([lines[0], lines.at(-1)]).toEqual([first, second]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('LR7 lines that end in silence alone survive noise between them too', () => {
    fc.assert(
      fc.property(goodLine, anyBytes, goodLine, (first, noise, second) => {
        const pieces = [first, noise, second].map((part) => ({
          bytes: typeof part === 'string' ? bytesOf(part) : part,
          afterMs: SILENCE_MS,
        }));
        const lines = linesOf(decode(pieces, 'ascii'));
        expect([lines[0], lines.at(-1)]).toEqual([first, second]);
      }),
    );
  });

  it('LR8 a line too long is discarded whole, and the next one is read', () => {
    const out = decode(
      together('9'.repeat(LINE_BYTES_MAX), '\r', '9'.repeat(LINE_BYTES_MAX + 1), '\rA1\r'),
      'ascii',
    );
    expect(out).toEqual([
      { type: 'line', text: '9'.repeat(LINE_BYTES_MAX), isEnded: true },
      { type: 'discarded', reason: 'length', bytes: LINE_BYTES_MAX + 1 },
      { type: 'line', text: 'A1', isEnded: true },
    ]);
  });

  it('LR8 a byte no text holds costs the line it stands in, whose rest could be another number', () => {
    expect(decode(together('35718\x0040519\r3571840519\r'), 'ascii')).toEqual([
      { type: 'discarded', reason: 'noise', bytes: 11 },
      { type: 'line', text: '3571840519', isEnded: true },
    ]);
    const halves = [Uint8Array.of(0xff), '35718', Uint8Array.of(0xff), '40519\rA1\r'];
    expect(decode(together(...halves), 'utf8')).toEqual([
      { type: 'discarded', reason: 'noise', bytes: 12 },
      { type: 'line', text: 'A1', isEnded: true },
    ]);
    const front = [Uint8Array.of(0xff, 0xfe, 0x00, 0xff), '3571840519\r'];
    expect(decode(together(...front), 'utf8')).toEqual([
      { type: 'discarded', reason: 'noise', bytes: 4 },
      { type: 'line', text: '3571840519', isEnded: true },
    ]);
  });

  it('LR8 STX begins a line, and what stood before it without an end is discarded', () => {
    expect(decode(together('35718\x023571840519\x03'), 'ascii')).toEqual([
      { type: 'discarded', reason: 'noise', bytes: 5 },
      { type: 'line', text: '3571840519', isEnded: true },
    ]);
  });

  it('LR8 what a device had begun when it went is no line', () => {
    const subject = new LineDecoder({
      characters: 'ascii',
      silenceMs: SILENCE_MS,
      restMs: REST_MS,
      isWhole: () => false,
    });
    subject.push(bytesOf('A1\r35718'), 0);
    expect(subject.cut()).toEqual([{ type: 'discarded', reason: 'cut-off', bytes: 5 }]);
    expect(subject.expiresAtMs).toBeNull();
  });

  it('LR8 every byte belongs to a line, to its end or to a discard', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), (bytes) => {
        const out = decode(together(bytes), 'ascii');
        const inLines = linesOf(out).reduce((sum, line) => sum + line.length, 0);
        const framing = bytes.filter((byte) => [0x0d, 0x0a, 0x02, 0x03, 0x20, 0x09].includes(byte)).length;
        expect(inLines + discarded(out)).toBeLessThanOrEqual(bytes.length);
        expect(inLines + discarded(out)).toBeGreaterThanOrEqual(bytes.length - framing);
      }),
    );
  });
});

describe('a card that lies on a card-number reader', () => {
  it('LR9 a number repeated at any pace within the gap is one card, and after a gap another', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 50 }), (pauses) => {
        const hold = new NumberHold(500);
        let nowMs = 0;
        expect(hold.isNew('A', nowMs)).toBe(true);
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          expect(hold.isNew('A', nowMs)).toBe(pauseMs >= 500);
        }
      }),
    );
  });

  it('LR9 two cards lying together are two, however they alternate', () => {
    const hold = new NumberHold(500);
    const seen = Array.from({ length: 40 }, (_, i) => hold.isNew(i % 2 === 0 ? 'A' : 'B', i * 100));
    expect(seen.filter(Boolean)).toHaveLength(2);
  });

  it('LR9 the memory of numbers is bounded', () => {
    const hold = new NumberHold(500);
    const isNew = Array.from({ length: 100_000 }, (_, i) => hold.isNew(`${i}`, i));
    expect(isNew.every(Boolean)).toBe(true);
    expect(hold.isNew('99999', 100_000)).toBe(false);
    expect(hold.isNew('5', 100_000)).toBe(true);
  });
});

describe('the rate of a device that only sends', () => {
  const NOISE = { text: '3', isEnded: false, sure: false };
  const garbled = (rate: LineRate) => {
    rate.hearNoise();
    rate.hearLine(NOISE);
    return rate.hearSilence();
  };
  const hear = (rate: LineRate, text: string, isEnded = true) => {
    const isTold = rate.hearLine({ text, isEnded, sure: false });
    expect(rate.hearSilence()).toBe(false);
    return isTold;
  };

  it('LR10 two garbled lines in a row move to the next rate, until two different lines prove one; then none does', () => {
    const rate = new LineRate();
    for (const expected of LINE_BAUD_RATES) {
      expect(rate.baudRate).toBe(expected);
      expect([garbled(rate), garbled(rate)]).toEqual([false, true]);
    }
    expect(rate.baudRate).toBe(LINE_BAUD_RATES[0]);
    garbled(rate);
    garbled(rate);
    hear(rate, '0000017');
    hear(rate, '0000018');
    expect(Array.from({ length: 10 }, () => garbled(rate)).some(Boolean)).toBe(false);
    expect(rate.baudRate).toBe(LINE_BAUD_RATES[1]);
    rate.begin();
    expect(rate.baudRate).toBe(LINE_BAUD_RATES[1]);
    expect([garbled(rate), garbled(rate)]).toEqual([false, true]);
  });

  it('LR10 a good number with noise beside it proves the rate', () => {
    const rate = new LineRate();
    for (let i = 0; i < 10; i += 1) {
      rate.hearNoise();
      rate.hearLine({ text: '3571840519', isEnded: true, sure: true });
      expect(rate.hearSilence()).toBe(false);
    }
  });

  it('LR10 a printable byte or three prove nothing and are not told; with a line end they are told and prove nothing', () => {
    for (const text of ['3', '3A', '3A~']) {
      const rate = new LineRate();
      expect(rate.hearLine({ text, isEnded: false, sure: false })).toBe(false);
      expect(rate.hearSilence()).toBe(false);
      expect(rate.hearLine({ text, isEnded: false, sure: false })).toBe(false);
      expect(rate.hearSilence()).toBe(true);
      expect(hear(rate, text)).toBe(true);
      expect([garbled(rate), garbled(rate)]).toEqual([false, true]);
    }
  });

  it('LR10 one line, or the same one again, speaks for a rate that is left all the same when garbage comes', () => {
    const rate = new LineRate();
    for (let i = 0; i < 5; i += 1) hear(rate, '8f-Q;y0');
    expect(Array.from({ length: 4 }, () => garbled(rate))).toEqual([false, false, false, true]);
    hear(rate, '0000017');
    hear(rate, '0000018');
    expect(Array.from({ length: 10 }, () => garbled(rate)).some(Boolean)).toBe(false);
  });

  it('LR10 a code without an end is told and proves nothing: digits at half their rate look like one', () => {
    const rate = new LineRate();
    for (const text of ['JJJZz', 'JJZJz', 'JJJJz']) expect(hear(rate, text, false)).toBe(true);
    expect([garbled(rate), garbled(rate)]).toEqual([false, true]);
  });
});
