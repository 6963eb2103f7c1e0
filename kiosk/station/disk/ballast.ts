import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync, statfsSync, writeSync } from 'node:fs';
import path from 'node:path';
import { isDiskFull } from './database.ts';

/**
 * Room for a whole round of one station when the disk is full: 600 swipes an hour for eight hours at 1.2 KB each are
 * 6 MB, SQLite's write-ahead log takes 4 MB more, and a clone or a fork writes the unsent ones once again.
 */
export const BALLAST_BYTES = 16 * 1024 * 1024;
/** Written in pieces, so that making it needs no 16 MB of memory. */
const PIECE_BYTES = 64 * 1024;

/** A file that only takes up room; given up at the first full disk. */
export class Ballast {
  readonly #file: string;
  readonly #bytes: number;

  constructor(directory: string, bytes: number) {
    this.#file = path.join(directory, 'ballast');
    this.#bytes = bytes;
  }

  /** True while the file is there at full size: then a full disk costs nothing yet. */
  get held(): boolean {
    return existsSync(this.#file) && statSync(this.#file).size === this.#bytes;
  }

  /**
   * Makes the file where it is missing and as much again stays free beside it. `noise` fills it: blocks of zeros might take
   * no room on a compressing disk. Returns whether it is held.
   */
  hold(noise: (length: number) => Uint8Array): boolean {
    if (this.held) return true;
    const { bavail, bsize } = statfsSync(path.dirname(this.#file));
    if (bavail * bsize < 2 * this.#bytes) return false;
    const piece = noise(PIECE_BYTES);
    const file = openSync(this.#file, 'w', 0o600);
    try {
      for (let left = this.#bytes; left > 0;) left -= writeSync(file, piece, 0, Math.min(left, piece.length));
      fsyncSync(file);
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      rmSync(this.#file); // somebody else took the room meanwhile
      return false;
    } finally {
      closeSync(file);
    }
  }

  /** Frees the room; false when there was none to free. */
  release(): boolean {
    if (!existsSync(this.#file)) return false;
    rmSync(this.#file);
    return true;
  }
}
