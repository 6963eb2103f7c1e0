/**
 * Power cuts without a power switch: a preload writes down what a process does to its files, and `cutAt` gives the directory as
 * it may look after a cut at any point, with everything that was not synced kept, dropped or torn by chance.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SeededRandom } from '../seeded-random.ts';

const COMPILE_MS_MAX = 60_000;
/** Disks write whole sectors; a cut in the middle of a write leaves some of them. */
const SECTOR_BYTES = 512;

/** Compiles `recorder.c` into `dir` and returns the library. Needs Linux and a C compiler (requirement `gcc`). */
export function compileRecorder(dir: string): string {
  const library = path.join(dir, 'recorder.so');
  const source = path.join(import.meta.dirname, 'power-cut/recorder.c');
  const given = ['-O2', '-Wall', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'];
  const made = spawnSync('cc', given, { encoding: 'utf8', timeout: COMPILE_MS_MAX });
  if (made.status !== 0) throw new Error(`cc ${source}: ${made.error?.message ?? made.stderr}`);
  return library;
}

/** Environment under which a process is recorded; `directory` must be absolute and free of symbolic links. */
export function recorderEnvironment(given: {
  library: string;
  directory: string;
  log: string;
}): Record<string, string> {
  return { LD_PRELOAD: given.library, MUSTER_RECORD_DIR: given.directory, MUSTER_RECORD_LOG: given.log };
}

export type Operation =
  | { op: 'create' | 'sync' | 'sync-directory' | 'remove'; file: string }
  | { op: 'write'; file: string; offset: number; bytes: Uint8Array }
  | { op: 'truncate'; file: string; length: number }
  | { op: 'rename'; file: string; to: string };

const HEAD_BYTES = 16;
const NAMES = [null, 'create', 'write', 'truncate', 'sync', 'sync-directory', 'rename', 'remove'] as const;

/** Reads a record, in the order in which it happened. Throws on anything that is no record. */
export function readRecording(log: string): Operation[] {
  const bytes = readFileSync(log);
  const operations: Operation[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length;) {
    const name = NAMES[bytes.readUInt8(at)];
    const fileEnd = at + HEAD_BYTES + bytes.readUInt16LE(at + 2);
    const end = fileEnd + bytes.readUInt32LE(at + 4);
    if (end > bytes.length) break; // the process was killed while it wrote this one down
    const offset = Number(bytes.readBigUInt64LE(at + 8));
    const file = bytes.toString('utf8', at + HEAD_BYTES, fileEnd);
    const data = bytes.subarray(fileEnd, end);
    if (name === undefined || name === null) throw new Error(`no record at byte ${at} of ${log}`);
    if (name === 'write') operations.push({ op: name, file, offset, bytes: data });
    else if (name === 'truncate') operations.push({ op: name, file, length: offset });
    else if (name === 'rename') operations.push({ op: name, file, to: data.toString('utf8') });
    else operations.push({ op: name, file });
    at = end;
  }
  return operations;
}

/** Contents of a directory by relative path. */
export type Files = Map<string, Uint8Array>;

export function readFiles(directory: string): Files {
  const files: Files = new Map();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = path.join(entry.parentPath, entry.name);
      files.set(path.relative(directory, file), readFileSync(file));
    }
  return files;
}

export function writeFiles(directory: string, files: Files): void {
  for (const [file, bytes] of files) {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), bytes);
  }
}

/** How many of the operations lie within the first `bytes` bytes of the record: what had surely happened when it was so long. */
export function operationsWithin(operations: readonly Operation[], bytes: number): number {
  let end = 0;
  const beyond = operations.findIndex((operation) => (end += recordBytes(operation)) > bytes);
  return beyond === -1 ? operations.length : beyond;
}

function recordBytes(operation: Operation): number {
  const data =
    operation.op === 'write'
      ? operation.bytes.length
      : operation.op === 'rename'
        ? Buffer.byteLength(operation.to)
        : 0;
  return HEAD_BYTES + Buffer.byteLength(operation.file) + data;
}

type Change = Extract<Operation, { op: 'write' | 'truncate' }>;

/** One file, whatever it is called: what is surely on the disk, and what was done since the last sync. */
interface Inode {
  durable: Uint8Array;
  pending: Change[];
}
type Naming = { name: string; inode: Inode | null };

/**
 * The directory after a power cut behind the first `cut` operations. Of what was not synced, each write is kept, dropped or
 * torn between two sectors; of creations, renames and removals whose directory was not synced, the first few have happened.
 */
export function cutAt(
  initial: Files,
  operations: readonly Operation[],
  cut: number,
  random: SeededRandom,
): Files {
  const disk = new RecordedDisk(initial);
  for (const operation of operations.slice(0, cut)) disk.apply(operation);
  return disk.afterCut(random);
}

/** A disk on which a record is played operation by operation; many cuts of one record need one of it. */
export class RecordedDisk {
  readonly #names: Map<string, Inode>;
  readonly #durableNames: Map<string, Inode>;
  #namings: Naming[] = [];

  constructor(initial: Files) {
    this.#names = new Map([...initial].map(([name, durable]) => [name, { durable, pending: [] }]));
    this.#durableNames = new Map(this.#names);
  }

  apply(operation: Operation): void {
    const inode = this.#names.get(operation.file);
    switch (operation.op) {
      case 'create':
        this.#name({ name: operation.file, inode: { durable: new Uint8Array(), pending: [] } });
        break;
      case 'write':
      case 'truncate':
        inode?.pending.push(operation);
        break;
      case 'sync':
        if (inode === undefined) break;
        inode.durable = changed(inode.durable, inode.pending);
        inode.pending = [];
        break;
      case 'sync-directory':
        for (const naming of this.#namings) settle(this.#durableNames, naming);
        this.#namings = [];
        break;
      case 'rename':
        if (inode === undefined) break;
        this.#name({ name: operation.to, inode });
        this.#name({ name: operation.file, inode: null });
        break;
      case 'remove':
        this.#name({ name: operation.file, inode: null });
        break;
    }
  }

  /** The directory if the power failed now; the disk itself stays as it is. */
  afterCut(random: SeededRandom): Files {
    const durableNames = new Map(this.#durableNames);
    for (const naming of this.#namings.slice(0, random.below(this.#namings.length + 1)))
      settle(durableNames, naming);
    const files: Files = new Map();
    for (const [file, inode] of durableNames)
      files.set(file, changed(inode.durable, afterCut(inode.pending, random)));
    return files;
  }

  #name(given: Naming): void {
    if (given.inode === null) this.#names.delete(given.name);
    else this.#names.set(given.name, given.inode);
    this.#namings.push(given);
  }
}

function settle(names: Map<string, Inode>, { name, inode }: Naming): void {
  if (inode === null) names.delete(name);
  else names.set(name, inode);
}

function afterCut(pending: readonly Change[], random: SeededRandom): Change[] {
  return pending.flatMap((change) => {
    const fate = random.pick(['kept', 'dropped', 'torn'] as const);
    if (fate === 'dropped') return [];
    if (fate === 'kept' || change.op !== 'write') return [change];
    const sectors = Math.floor(change.bytes.length / SECTOR_BYTES);
    return [{ ...change, bytes: change.bytes.subarray(0, SECTOR_BYTES * random.below(sectors + 1)) }];
  });
}

function changed(before: Uint8Array, changes: readonly Change[]): Uint8Array {
  if (changes.length === 0) return before;
  const length = changes.reduce(
    (end, c) => Math.max(end, c.op === 'write' ? c.offset + c.bytes.length : c.length),
    before.length,
  );
  const bytes = new Uint8Array(length);
  bytes.set(before);
  let end = before.length;
  for (const change of changes) {
    if (change.op === 'write') {
      bytes.set(change.bytes, change.offset);
      end = Math.max(end, change.offset + change.bytes.length);
    } else {
      if (change.length < end) bytes.fill(0, change.length, end);
      end = change.length;
    }
  }
  return bytes.subarray(0, end);
}
