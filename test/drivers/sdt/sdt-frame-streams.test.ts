import { describe, expect, it } from 'vitest';

import { encodeFrame, FrameDecoder, PREAMBLE, REPLY_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';

/** Streams reader-protocols.md 1.1 speaks of that the vectors do not hold. */
const GAP_MS = 300;
const FOUND = encodeFrame(Uint8Array.of(0, 0, 0x9f, 0, 0, 0, 0));
const SELECTED = encodeFrame(Uint8Array.of(0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0));

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const newDecoder = () => new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax: GAP_MS });

/** Frames and reasons of what arrives in chunks, each at its time, and then silence. */
function told(chunks: readonly { bytes: Uint8Array; atMs: number }[]): string[] {
  const decoder = newDecoder();
  const out = chunks.flatMap(({ bytes, atMs }) => decoder.push(bytes, atMs));
  return [...out, ...decoder.expire(100_000)].map((each) =>
    each.type === 'frame' ? hexOf(encodeFrame(each.body)) : `${each.reason} ${each.bytes}`,
  );
}
const atOnce = (...parts: readonly (Uint8Array | readonly number[])[]): string[] =>
  told([{ bytes: joined(...parts), atMs: 0 }]);

describe('streams of the SDT protocol beyond the vectors', () => {
  it('CR1 a whole frame inside a photo, cut apart in its middle by the chunks, is the photo’s', () => {
    const card = encodeFrame(joined([0, 0, 0x90], new Uint8Array(100), FOUND, new Uint8Array(50)));
    for (let at = 1; at < card.length; at += 1) {
      const chunks = [card.subarray(0, at), card.subarray(at)];
      expect(told(chunks.map((bytes, i) => ({ bytes, atMs: 10 * i })))).toEqual([hexOf(card)]);
    }
  });

  it('CR3 a preamble that begins with more AA than it should is found at its end', () => {
    expect(atOnce([0xaa], FOUND, [0xaa, 0xaa, 0xaa, 0xaa], SELECTED)).toEqual([
      'noise 1',
      hexOf(FOUND),
      'noise 4',
      hexOf(SELECTED),
    ]);
  });

  it('CR6 a length above the longest, then a good frame', () => {
    expect(atOnce(PREAMBLE, [0x10, 0x01], FOUND)).toEqual(['length 7', hexOf(FOUND)]);
  });

  it('CR5 a reply that breaks off and is sent again after a silence is read the second time', () => {
    const half = FOUND.subarray(0, 9);
    const chunks = [
      { bytes: half, atMs: 0 },
      { bytes: FOUND, atMs: GAP_MS + 1 },
    ];
    expect(told(chunks)).toEqual(['cut-off 9', hexOf(FOUND)]);
    expect(told(chunks.map(({ bytes }) => ({ bytes, atMs: 0 }))).at(-1)).toBe(hexOf(FOUND));
  });

  it('CR4 zeros between frames and half a preamble at the end are discards, and are counted', () => {
    expect(atOnce(FOUND, new Uint8Array(49), SELECTED, [0xaa, 0xaa, 0xaa])).toEqual([
      hexOf(FOUND),
      'noise 49',
      hexOf(SELECTED),
      'cut-off 3',
    ]);
  });
});
