import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { has } from '../machine.ts';

/** How often a process has synced so far; `wal…` counts SQLite's write-ahead logs alone. */
export interface SyncCounts {
  begun: number;
  finished: number;
  walBegun: number;
  walFinished: number;
}

const COUNTER_BYTES = 8;
const COUNTERS = 4;
const COMPILE_MS_MAX = 60_000;

/**
 * Compiles the preload of `syncs.c` into `dir`. Null, with the reason, where it cannot be had: it needs Linux's dynamic
 * linker and a C compiler. Throws when the compiler is there and refuses our source.
 */
export function compileSyncShim(dir: string): { library: string } | { library: null; reason: string } {
  if (process.platform !== 'linux')
    return {
      library: null,
      reason: `no LD_PRELOAD on ${process.platform}: syncs can be neither counted nor slowed`,
    };
  if (!has.gcc)
    return { library: null, reason: 'no C compiler (cc): syncs can be neither counted nor slowed' };
  const library = path.join(dir, 'syncs.so');
  const source = path.join(import.meta.dirname, 'syncs.c');
  const made = spawnSync('cc', ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
    timeout: COMPILE_MS_MAX,
  });
  if (made.status !== 0) throw new Error(`cc ${source}: ${made.error?.message ?? made.stderr}`);
  return { library };
}

/** Environment under which a process counts its syncs into `file` and takes `delayMs` longer for each. */
export function syncShimEnvironment(shim: {
  library: string;
  file: string;
  delayMs: number;
}): Record<string, string> {
  writeFileSync(shim.file, new Uint8Array(COUNTERS * COUNTER_BYTES));
  return {
    LD_PRELOAD: shim.library,
    MUSTER_SYNC_FILE: shim.file,
    MUSTER_SYNC_DELAY_US: String(Math.round(shim.delayMs * 1000)),
  };
}

/** Reads the counters while the process runs: a shared mapping and a read see the same page. */
export class SyncCounter {
  readonly #fd: number;
  readonly #bytes = Buffer.alloc(COUNTERS * COUNTER_BYTES);

  constructor(file: string) {
    this.#fd = openSync(file, 'r');
  }

  read(): SyncCounts {
    readSync(this.#fd, this.#bytes, 0, this.#bytes.length, 0);
    const at = (index: number): number => Number(this.#bytes.readBigUInt64LE(index * COUNTER_BYTES));
    return { begun: at(0), finished: at(1), walBegun: at(2), walFinished: at(3) };
  }

  close(): void {
    closeSync(this.#fd);
  }
}
