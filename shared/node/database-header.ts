import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** The first bytes of a database file: enough to know its schema before anything of it is touched (sqlite.org/fileformat2). */
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';
const USER_VERSION_AT = 60;

/**
 * `PRAGMA user_version` of a database file, read without SQLite, which would fold a write-ahead log in. Null where there is no
 * file, or one that does not begin as a database does. Throws what the file system throws.
 */
export function schemaVersionIn(file: string): number | null {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const header = new Uint8Array(HEADER_BYTES);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header) < HEADER_BYTES) return null;
  } finally {
    closeSync(handle);
  }
  for (let i = 0; i < MAGIC.length; i++) if (header[i] !== MAGIC.charCodeAt(i)) return null;
  return new DataView(header.buffer).getInt32(USER_VERSION_AT);
}
