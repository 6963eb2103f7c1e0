import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import { median } from './statistics.ts';

/** What the figures depend on. */
export interface MachineFacts {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  fileSystem: string;
  /** Median of writing 4 KiB and syncing it where the bench keeps its databases, ms. */
  syncMs: number;
}

const SYNCS = 100;
const BLOCK_BYTES = 4096;
/** statfs(2) `f_type` of the file systems one meets; a sync on tmpfs is none. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs (a sync there is none)',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x794c7630: 'overlay',
};

export function machineFacts(dir: string): MachineFacts {
  const type = statfsSync(dir).type;
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    fileSystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
    syncMs: Number(syncMs(dir).toPrecision(3)),
  };
}

function syncMs(dir: string): number {
  const fd = openSync(path.join(dir, 'sync-trial'), 'w');
  const block = new Uint8Array(BLOCK_BYTES);
  try {
    return median(
      Array.from({ length: SYNCS }, () => {
        const from = performance.now();
        writeSync(fd, block);
        fdatasyncSync(fd);
        return performance.now() - from;
      }),
    );
  } finally {
    closeSync(fd);
  }
}
