/** The only importer of @zip.js/zip.js. Loaded with the first workbook that is written: it takes 22 MB in every thread that loads it. */
import type { FileEntry, ZipWriter } from '@zip.js/zip.js';
import { utf16Of } from '#shared/bytes.ts';
import { partKey } from './part-name.ts';

const library = async () => {
  const zip = await import('@zip.js/zip.js');
  // the process for files has one thread for work, and this is it
  zip.configure({ useWebWorkers: false });
  return zip;
};

/** What is written of a part: bytes, or text that comes piece by piece. */
export type PartText = Uint8Array | Iterable<string>;

/** Pieces of text are put together up to this many characters before they are packed. */
const PIECE_LENGTH = 64 * 1024;

/** A workbook as the ZIP of its parts, each found by its name without case (ECMA-376 part 2, 6.2.2.3). */
export class ZipPackage {
  readonly #entries: readonly FileEntry[];
  readonly #byName: ReadonlyMap<string, FileEntry>;
  readonly #changed = new Map<FileEntry, readonly string[]>();
  readonly #added: { name: string; text: PartText }[] = [];

  private constructor(entries: readonly FileEntry[]) {
    this.#entries = entries;
    this.#byName = new Map(entries.map((e) => [partKey(e.filename), e]));
  }

  /** Throws on bytes that are no ZIP, and where two parts have one name: nobody can say which one is meant. */
  static async open(bytes: Uint8Array): Promise<ZipPackage> {
    const { ZipReader, Uint8ArrayReader } = await library();
    const reader = new ZipReader(new Uint8ArrayReader(bytes));
    const entries = (await reader.getEntries()).filter((e): e is FileEntry => !e.directory);
    const opened = new ZipPackage(entries);
    if (opened.#byName.size !== entries.length) throw new Error('two parts of one name');
    return opened;
  }

  has(part: string): boolean {
    return this.#byName.has(partKey(part)) || this.#added.some((a) => partKey(a.name) === partKey(part));
  }

  /** The XML of a part; throws when there is none, or when it is in no encoding that XML must be read in. */
  async text(part: string): Promise<string> {
    const entry = this.#byName.get(partKey(part));
    if (entry === undefined) throw new Error(`no part ${part}`);
    const changed = this.#changed.get(entry);
    if (changed !== undefined) return changed.join('');
    const { Uint8ArrayWriter } = await library();
    return xmlText(await entry.getData(new Uint8ArrayWriter()));
  }

  /** A part gets other content at its old place, said in pieces. */
  replace(part: string, text: readonly string[]): void {
    const entry = this.#byName.get(partKey(part));
    if (entry === undefined) throw new Error(`no part ${part}`);
    this.#changed.set(entry, text);
  }

  /** A further part behind all others. */
  add(name: string, text: PartText): void {
    this.#added.push({ name, text });
  }

  /** The whole package: what was not changed is copied as it lay there, packed. */
  async bytes(): Promise<Uint8Array> {
    const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter: Writer } = await library();
    const writer = new Writer(new Uint8ArrayWriter(), WRITTEN);
    for (const entry of this.#entries) {
      const changed = this.#changed.get(entry);
      if (changed !== undefined) {
        await writer.add(entry.filename, streamed(changed));
        continue;
      }
      if (entry.encrypted || entry.crc32 === undefined) throw new Error('a locked part');
      const packed = await entry.getData(new Uint8ArrayWriter(), { passThrough: true });
      await writer.add(entry.filename, new Uint8ArrayReader(packed), {
        passThrough: true,
        uncompressedSize: entry.uncompressedSize,
        crc32: entry.crc32,
        compressionMethod: entry.compressionMethod,
        lastModDate: entry.lastModDate,
      });
    }
    return finished(writer, this.#added);
  }
}

/** A new package of these parts, in their order. */
export async function zipped(parts: readonly { name: string; text: PartText }[]): Promise<Uint8Array> {
  const { Uint8ArrayWriter, ZipWriter: Writer } = await library();
  return finished(new Writer(new Uint8ArrayWriter(), WRITTEN), parts);
}

/** As Excel and WPS write a ZIP themselves: sizes before the data, no ZIP64, no fields besides. */
const WRITTEN = { dataDescriptor: false, extendedTimestamp: false, zip64: false } as const;

async function finished(
  writer: ZipWriter<Uint8Array>,
  parts: readonly { name: string; text: PartText }[],
): Promise<Uint8Array> {
  const { Uint8ArrayReader } = await library();
  for (const { name, text } of parts)
    await writer.add(name, text instanceof Uint8Array ? new Uint8ArrayReader(text) : streamed(text));
  return writer.close();
}

/** Text as a stream of its bytes; the next piece is made when somebody takes it. */
function streamed(text: Iterable<string>): ReadableStream<Uint8Array> {
  const pieces = text[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    pull(controller): void {
      let piece = '';
      while (piece.length < PIECE_LENGTH) {
        const next = pieces.next();
        if (next.done === true) {
          if (piece !== '') controller.enqueue(encoder.encode(piece));
          controller.close();
          return;
        }
        piece += next.value;
      }
      controller.enqueue(encoder.encode(piece));
    },
  });
}

/** XML comes in UTF-8 or UTF-16 (XML 1.0, 4.3.3); it goes back in UTF-8, and says so. */
function xmlText(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
  const text = new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  const said = /^<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/i.exec(text)?.[1] ?? 'utf-8';
  if (utf16 !== null) return text.replace(/^(<\?xml[^>]*?\sencoding\s*=\s*["'])[^"']+/i, '$1UTF-8');
  if (!/^(?:utf-?8|us-ascii)$/i.test(said)) throw new Error(`XML in ${said}`);
  return text;
}
