import type { CredentialKey } from '../ids.ts';
import { bytesToHex, hexToBytes } from '../bytes.ts';
import { KEY_BYTES } from '../event/credential.ts';
import { COUNTED_ENTRY_BYTES, type CountedEntry } from './wire.ts';

/** Packs counted entries and names their tubes once; layout in wire.ts `countedMessageSchema`. */
export function encodeCounted(entries: readonly CountedEntry[]): { tubes: string[]; entries: Uint8Array } {
  const tubes = [...new Set(entries.map((e) => e.tubeCode).filter((code) => code !== null))];
  const index = new Map(tubes.map((code, i) => [code, i + 1]));
  const bytes = new Uint8Array(entries.length * COUNTED_ENTRY_BYTES);
  const view = new DataView(bytes.buffer);
  entries.forEach((e, i) => {
    const at = i * COUNTED_ENTRY_BYTES;
    bytes.set(hexToBytes(e.key), at);
    view.setBigUint64(at + KEY_BYTES, BigInt(e.time));
    view.setUint16(at + KEY_BYTES + 8, e.station ?? 0);
    view.setUint16(at + KEY_BYTES + 10, e.tubeCode === null ? 0 : (index.get(e.tubeCode) ?? 0));
  });
  return { tubes, entries: bytes };
}

/** Unpacks counted entries; null when the bytes are no whole number of entries or name an unknown tube. */
export function decodeCounted(message: {
  tubes: readonly string[];
  entries: Uint8Array;
}): CountedEntry[] | null {
  const { entries: bytes, tubes } = message;
  if (bytes.length % COUNTED_ENTRY_BYTES !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: CountedEntry[] = [];
  for (let at = 0; at < bytes.length; at += COUNTED_ENTRY_BYTES) {
    const station = view.getUint16(at + KEY_BYTES + 8);
    const tube = view.getUint16(at + KEY_BYTES + 10);
    const tubeCode = tube === 0 ? null : tubes[tube - 1];
    if (tubeCode === undefined) return null;
    entries.push({
      key: bytesToHex(bytes.subarray(at, at + KEY_BYTES)) as CredentialKey,
      time: Number(view.getBigUint64(at + KEY_BYTES)),
      station: station === 0 ? null : station,
      tubeCode,
    });
  }
  return entries;
}

export function encodeKeys(keys: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(keys.length * KEY_BYTES);
  keys.forEach((key, i) => bytes.set(hexToBytes(key), i * KEY_BYTES));
  return bytes;
}

/** Unpacks credential keys of 16 bytes each; null when the bytes are no whole number of keys. */
export function decodeKeys(bytes: Uint8Array): string[] | null {
  if (bytes.length % KEY_BYTES !== 0) return null;
  return Array.from({ length: bytes.length / KEY_BYTES }, (_, i) =>
    bytesToHex(bytes.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)),
  );
}
