import { partKey } from '../workbook/part-name.ts';
import { crc32, inflateRawSync } from 'node:zlib';

/** A spreadsheet's XML is ten to twenty times its ZIP; more than this is no roster but an attack on memory. */
export const UNZIPPED_BYTES_MAX = 256 * 1024 * 1024;
/** A workbook with a picture of each of its people has some thousand; more only makes work. */
export const ZIP_ENTRIES_MAX = 10_000;

/** What of a package may be read; the rest (pictures, fonts) is unpacked too, to see that it is what it claims, and dropped. */
const KEPT = /\.(?:xml|rels|bin)$/;

const STORED = 0;
const DEFLATED = 8;

/** Parts of a package by their names, in lower case and without a leading slash: names of parts know no case (ECMA-376-2, 6.2.2). */
export type PackageParts = ReadonlyMap<string, Uint8Array>;

export type Unpacked =
  | { ok: true; parts: PackageParts }
  /** `damaged`: cut off, or no entry is what the directory says; `locked`: an entry is encrypted. */
  | { ok: false; fault: 'damaged' | 'locked' | 'too-large' };

interface Listed {
  name: string;
  method: number;
  unpacked: number;
  sum: number;
  packed: Uint8Array;
}

/**
 * The parts of a ZIP, with ZIP64 and data descriptors. A directory may lie: nothing is unpacked where it claims more than
 * `UNZIPPED_BYTES_MAX` in all, and no entry beyond what it claims. Never throws.
 */
export async function unpackParts(bytes: Uint8Array): Promise<Unpacked> {
  const parts = new Map<string, Uint8Array>();
  try {
    const listed = await listEntries(bytes);
    if (!Array.isArray(listed)) return { ok: false, fault: listed };
    for (const entry of listed) {
      const content = contentOf(entry);
      // Two parts of one name are two workbooks in one: which of them a person sees nobody can say.
      if (content === null || parts.has(entry.name)) return { ok: false, fault: 'damaged' };
      parts.set(entry.name, KEPT.test(entry.name) ? content : new Uint8Array());
    }
  } catch {
    return { ok: false, fault: 'damaged' }; // whatever is wrong with it, the person can only save the file again
  }
  return { ok: true, parts };
}

async function listEntries(bytes: Uint8Array): Promise<Listed[] | 'damaged' | 'locked' | 'too-large'> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import('@zip.js/zip.js');
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { useWebWorkers: false });
  const listed: Listed[] = [];
  let sum = 0;
  let count = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    if (++count > ZIP_ENTRIES_MAX) return 'too-large';
    if (entry.directory) continue;
    if (entry.encrypted) return 'locked';
    sum += entry.uncompressedSize;
    if (sum > UNZIPPED_BYTES_MAX) return 'too-large';
    listed.push({
      name: partKey(entry.filename),
      method: entry.compressionMethod,
      unpacked: entry.uncompressedSize,
      sum: entry.signature ?? 0,
      packed: await entry.getData(new Uint8ArrayWriter(), { passThrough: true }),
    });
  }
  return listed;
}

/** Null: more or less than the directory claims, or another content than it was packed from. */
function contentOf({ method, unpacked, sum, packed }: Listed): Uint8Array | null {
  if (method !== STORED && method !== DEFLATED) return null;
  const content =
    method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, unpacked) });
  return content.length === unpacked && crc32(content) === sum >>> 0 ? content : null;
}
