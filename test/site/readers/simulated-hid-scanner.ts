import { padded } from './simulated-hid-wrappers.ts';

/** HID-POS reports of a scan; `aim` (`]C0`) stands in front of the data in layout A, null in layout B. */
export function posReports(text: string, aim: string | null): Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from({ length: Math.max(1, Math.ceil(bytes.length / 56)) }, (_, i) =>
    bytes.subarray(i * 56, (i + 1) * 56),
  );
  return pieces.map((piece, i) => {
    const identifier = aim === null ? [] : [...new TextEncoder().encode(aim)];
    const report = padded([0x02, piece.length, ...identifier, ...piece]);
    report[63] = i < pieces.length - 1 ? 0x01 : 0x00;
    return report;
  });
}

/** HID usage codes of US keys (reader-protocols.md 4). */
const KEYS = new Map<string, [code: number, shift: boolean]>([
  ...Array.from('abcdefghijklmnopqrstuvwxyz', (key, i): [string, [number, boolean]] => [key, [4 + i, false]]),
  ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ', (key, i): [string, [number, boolean]] => [key, [4 + i, true]]),
  ...Array.from('1234567890', (key, i): [string, [number, boolean]] => [key, [0x1e + i, false]]),
  ['-', [0x2d, false]],
  ['\r', [0x28, false]],
  ['\t', [0x2b, false]],
]);

/** Boot keyboard reports of somebody typing `text`: each key pressed and let go. */
export function keyReports(text: string): Uint8Array[] {
  return Array.from(text).flatMap((character) => {
    const key = KEYS.get(character);
    if (key === undefined) throw new Error(`no key for ${character}`);
    return [Uint8Array.of(key[1] ? 0x02 : 0, 0, key[0], 0, 0, 0, 0, 0), new Uint8Array(8)];
  });
}
