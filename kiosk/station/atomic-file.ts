import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Only the owner may read a kiosk's settings: they hold its token. */
const OWNER_ONLY = 0o600;

/**
 * Writes a whole file or none of it: a temporary file beside it, synced, renamed over it, the directory synced. After a
 * power cut the file is the old one or the new one. Throws what the file system throws.
 */
export function writeFileAtomic(at: string, content: Uint8Array): void {
  const temporary = `${at}.tmp`;
  const file = openSync(temporary, 'w', OWNER_ONLY);
  try {
    for (let done = 0; done < content.length;) done += writeSync(file, content, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, at);
  syncDirectory(path.dirname(at));
}

/** Makes a rename durable. Windows gives no handle on a directory; NTFS journals the rename itself. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
