/** Just enough of ustar (POSIX.1-1988) to keep small trees of files in one archive that `tar` lists too. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const BLOCK = 512;
const NAME_BYTES_MAX = 100;
const MODE = '0000600';
/** Offsets and lengths of a header's fields. */
const NAME = 0;
const MODE_AT = 100;
const SIZE_AT = 124;
const TIME_AT = 136;
const CHECKSUM_AT = 148;
const TYPE_AT = 156;
const MAGIC_AT = 257;
const VERSION_AT = 263;
const REGULAR_FILE = '0';

/** Packs every file below `directory`, in the order of names and without times: the same files give the same bytes. */
export function packDirectory(directory: string): Uint8Array {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
  const blocks = files.flatMap((name) => {
    const bytes = readFileSync(path.join(directory, name));
    return [header(name, bytes.length), bytes, Buffer.alloc(padding(bytes.length))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

/** Writes the files of an archive below `into`. Throws where a name leads out of it. */
export function unpackInto(archive: Uint8Array, into: string): void {
  const tar = gunzipSync(archive);
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const name = textAt(tar, at + NAME, NAME_BYTES_MAX);
    const size = Number.parseInt(textAt(tar, at + SIZE_AT, 12), 8);
    const file = path.join(into, name);
    if (!file.startsWith(into + path.sep)) throw new Error(`${name} lies outside of the archive`);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, tar.subarray(at + BLOCK, at + BLOCK + size), { mode: 0o600 });
    at += BLOCK + size + padding(size);
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw new Error(`${name} is too long a name for the archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, NAME);
  block.write(MODE, MODE_AT);
  for (const owner of [108, 116]) block.write('0000000', owner);
  block.write(size.toString(8).padStart(11, '0'), SIZE_AT);
  block.write('0'.repeat(11), TIME_AT);
  block.write(REGULAR_FILE, TYPE_AT);
  block.write('ustar', MAGIC_AT);
  block.write('00', VERSION_AT);
  block.fill(' ', CHECKSUM_AT, CHECKSUM_AT + 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT);
  return block;
}

function textAt(tar: Uint8Array, at: number, length: number): string {
  const [text = ''] = Buffer.from(tar.subarray(at, at + length))
    .toString('utf8')
    .split('\0');
  return text;
}
