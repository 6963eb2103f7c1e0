import { inflateRawSync } from 'node:zlib';

const STORED = 0;

/**
 * Sum of unpacked sizes in a ZIP's central directory (APPNOTE.TXT 4.3.12, 4.3.16), proved by unpacking each entry by itself;
 * null when there is none, or when an entry is not what the directory says. Beyond `bytesMax` nothing is unpacked.
 */
export function unzippedBytes(bytes: Uint8Array, bytesMax: number): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return null;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let sum = 0;
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) return null;
    entries.push({
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      local: view.getUint32(at + 42, true),
    });
    sum += view.getUint32(at + 24, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return sum > bytesMax || entries.every((e) => isTrue(bytes, view, e)) ? sum : null;
}

interface Entry {
  method: number;
  packed: number;
  unpacked: number;
  /** Where its local header begins. */
  local: number;
}

/** A directory may lie: a kilobyte that unpacks to gigabytes would take the whole machine's memory. */
function isTrue(bytes: Uint8Array, view: DataView, { method, packed, unpacked, local }: Entry): boolean {
  if (local + 30 > bytes.length) return false;
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + packed > bytes.length) return false;
  if (method === STORED) return packed === unpacked;
  try {
    const options = { maxOutputLength: Math.max(1, unpacked) };
    return inflateRawSync(bytes.subarray(from, from + packed), options).length === unpacked;
  } catch {
    return false; // more than it claims, or not deflated at all: in both cases not what the directory says
  }
}
