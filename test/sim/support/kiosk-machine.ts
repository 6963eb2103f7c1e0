import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bytesToHex } from '#shared/bytes.ts';
import type { CommandReply, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';
import { Ballast } from '../../../kiosk/station/disk/ballast.ts';
import type { Database } from '../../../kiosk/station/disk/database.ts';
import { createEngine } from '../../../kiosk/station/engine.ts';
import { NO_KEYRING } from '../../support/kiosk/no-keyring.ts';
import { fixedRig, readerAtPath } from '../../../kiosk/station/readers/fixed-rig.ts';
import type { Link } from '../../../kiosk/station/uplink/link.ts';
import type { LogLine } from '../../../kiosk/station/disk/log.ts';
import type { Random } from '#shared/random.ts';
import { openOrSalvage } from '../../../kiosk/station/disk/salvage.ts';
import { openSettings, type Pairing } from '../../../kiosk/station/disk/settings.ts';
import { copyAsAfterPowerCut, copyDatabase, damageRow } from './disk.ts';
import { MachineClock, type Life, type Timeline } from './timeline.ts';

/** Large enough to be a file, small enough to be made hundreds of times. */
const BALLAST_BYTES = 64 * 1024;
const PAGES_MAX = 2 ** 30;
const DATABASE = 'kiosk.db';
const READER = readerAtPath('the reader');

export interface KioskParts {
  name: string;
  station: number;
  /** Directory under which each life of this machine has its own. */
  dir: string;
  pairing: Pairing & { token: string };
  timeline: Timeline;
  random: SeededRandom;
  linkOf: (life: Life) => Link;
  log: (kiosk: string, line: LogLine) => void;
}

type Engine = Awaited<ReturnType<typeof createEngine>>;

interface Running {
  life: Life;
  db: Database;
  engine: Engine;
  read: (event: ReaderEvent) => void;
}

const lifeNameOf = (machine: string, generation: number): string => `${machine}/${generation}`;
/** Whose life it is. */
export const machineNameOf = (life: Life): string => life.name.slice(0, life.name.lastIndexOf('/'));

/** One kiosk as a machine: the real engine over a disk of its own, started, killed, cloned. */
export class KioskMachine {
  readonly name: string;
  readonly station: number;
  readonly token: string;
  readonly #parts: KioskParts;
  #generation = 0;
  #disk: string;
  #running: Running | null = null;
  #starting = false;
  #state: KioskState | null = null;
  /** How far this machine's wall clock is off, ms. */
  clockWrongBy = 0;
  /** Set while its disk takes nothing; the ballast, given up, makes room if `ballastHelps`. */
  #fullDisk: { ballastHelps: boolean } | null = null;
  /** A machine put away (replaced, or cloned and never started again). */
  away = false;

  constructor(parts: KioskParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.station = parts.station;
    this.token = parts.pairing.token;
    this.#disk = path.join(parts.dir, `${parts.name}-0`);
    mkdirSync(this.#disk, { recursive: true });
    openSettings(this.#disk).change({ pairing: parts.pairing });
  }

  get running(): boolean {
    return this.#running !== null;
  }

  get life(): Life | null {
    return this.#running?.life ?? null;
  }

  /** The auditor reads the disk through the kiosk's own connection, because the kiosk locks it for itself. */
  get db(): Database | null {
    return this.#running?.db ?? null;
  }

  /** What the screen shows now. */
  get state(): KioskState | null {
    return this.#running === null ? null : this.#state;
  }

  start(): void {
    if (this.#running !== null || this.#starting) return;
    this.#starting = true;
    const { name, timeline, random, log } = this.#parts;
    const life: Life = { name: lifeNameOf(name, ++this.#generation), alive: true };
    const clock = new MachineClock(timeline, life, () => this.clockWrongBy);
    const say = (line: LogLine): void => log(name, line);
    const db = openOrSalvage(
      { file: path.join(this.#disk, DATABASE), nativeBinding: null },
      timeline.nowMs,
      say,
    );
    let listener: (event: ReaderEvent) => void = () => {};
    const seeded: Random = {
      bytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
      fraction: () => random.next(),
    };
    const never = (): Promise<never> => new Promise(() => {});
    const begin = createEngine({
      database: db,
      settings: openSettings(this.#disk),
      ballast: new MachineBallast(this.#disk, () => this.#ballastReleased()),
      clock,
      random: seeded,
      link: this.#parts.linkOf(life),
      rig: fixedRig([
        {
          setting: READER,
          source: {
            subscribe: (on) => {
              listener = on;
              return () => {};
            },
            close: () => Promise.resolve(),
          },
        },
      ]),
      fixedReaders: [READER],
      pairing: { redeem: never, fingerprint: never, isLoopback: () => true, keys: NO_KEYRING },
      bootId: life.name,
      device: name,
      version: 'simulation',
      log: say,
    });
    const started = begin.then((engine) => {
      this.#starting = false;
      this.#running = { life, db, engine, read: (event) => listener(event) };
      engine.onState((state) => {
        if (life.alive) this.#state = state;
      });
      listener({ event: 'reader-ready', baudRate: 115_200 });
    });
    started.catch((error: unknown) => log(name, { code: 'fault', detail: `start failed: ${String(error)}` }));
  }

  /** A card is laid down and read, or something else the reader tells. */
  read(event: ReaderEvent): void {
    this.#running?.read(event);
  }

  async press(command: KioskCommand): Promise<CommandReply | null> {
    return this.#running === null ? null : await this.#running.engine.send(command);
  }

  /** The process is gone between two steps; after a power cut the log's end is torn besides. Nothing of this life runs again. */
  kill(how: { powerCut: boolean }): void {
    const next = path.join(this.#parts.dir, `${this.name}-${this.#generation}`);
    this.#leave(next, how.powerCut);
  }

  /** Another machine that begins with a copy of this one's disk. */
  clone(name: string): KioskMachine {
    const clone = new KioskMachine({ ...this.#parts, name });
    copyDisk(this.#disk, clone.#disk, false, this.#parts.random);
    return clone;
  }

  /** The disk takes nothing more until `freeDisk`. */
  fillDisk(ballastHelps: boolean): void {
    const db = this.db;
    if (db === null) return;
    this.#fullDisk = { ballastHelps };
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  }

  freeDisk(): void {
    this.#fullDisk = null;
    this.db?.pragma(`max_page_count = ${PAGES_MAX}`);
  }

  /** Every file of this machine, for a search through them. */
  get files(): string[] {
    return readdirSync(this.#disk).map((file) => path.join(this.#disk, file));
  }

  /** Ends the machine for good. */
  close(): void {
    const running = this.#running;
    if (running === null) return;
    running.life.alive = false;
    this.#running = null;
    running.db.close();
  }

  #leave(next: string, powerCut: boolean): void {
    const running = this.#running;
    if (running === null) return;
    running.life.alive = false;
    this.#running = null;
    this.#fullDisk = null;
    copyDisk(this.#disk, next, powerCut, this.#parts.random);
    running.db.close();
    rmSync(this.#disk, { recursive: true });
    this.#disk = next;
  }

  #ballastReleased(): void {
    if (this.#fullDisk?.ballastHelps === true) this.freeDisk();
  }

  /** Damages one row of the journal while the machine is off. */
  damage(row: { id: number; part: 'hash' | 'body' }): void {
    if (this.#running !== null) throw new Error('a running kiosk is not damaged');
    damageRow(path.join(this.#disk, DATABASE), row);
  }
}

/** Gives its room up like the real one, and tells the machine. */
class MachineBallast extends Ballast {
  readonly #released: () => void;

  constructor(directory: string, released: () => void) {
    super(directory, BALLAST_BYTES);
    this.#released = released;
  }

  override release(): boolean {
    const released = super.release();
    if (released) this.#released();
    return released;
  }
}

function copyDisk(from: string, to: string, powerCut: boolean, random: SeededRandom): void {
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) {
    if (file.startsWith(DATABASE)) continue;
    cpSync(path.join(from, file), path.join(to, file));
  }
  const [source, target] = [path.join(from, DATABASE), path.join(to, DATABASE)];
  if (!existsSync(source)) return;
  if (powerCut) copyAsAfterPowerCut(source, target, random);
  else copyDatabase(source, target);
}

/** A token that names its kiosk. */
export const tokenOf = (name: string): string =>
  `token-of-${name}-${bytesToHex(new TextEncoder().encode(name))}`.padEnd(16, '-');
