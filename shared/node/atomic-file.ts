import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Only the owner may read it: key stores, and a kiosk's settings with its token. */
const OWNER_ONLY = 0o600;

/**
 * Writes a whole file or none of it: a temporary file beside it, synced, renamed over it, the directory synced. After a
 * power cut the file is the old one or the new one. Throws what the file system throws.
 */
export function writeFileAtomic(at: string, content: string | Uint8Array): void {
  const temporary = `${at}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', OWNER_ONLY);
  try {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, at);
  syncDirectory(path.dirname(at));
}

/** Makes a rename durable. Windows has no handle on a directory to sync; NTFS journals the rename itself. */
export function syncDirectory(dir: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
