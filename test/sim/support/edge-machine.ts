import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { InstallId } from '#shared/ids.ts';
import type { SeededRandom } from '../../support/seeded-random.ts';
import { testUuid } from '../../support/kiosk/test-journal.ts';
import { KioskDesk } from '../../../edge-service/kiosks/kiosk-desk.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { Ledger } from '../../../edge-service/ledger/ledger.ts';
import { WRITES } from '../../../edge-service/threads/write-table.ts';
import {
  REPORTS,
  type ReportArgs,
  type ReportName,
  type ReportResult,
} from '../../../edge-service/threads/report-table.ts';
import { openStore, type Store } from '../../../edge-service/store/database.ts';
import type { ReportContext } from '../../../edge-service/ledger/contexts.ts';
import { HandCrankedLedger } from './hand-cranked-ledger.ts';
import { copyAsAfterPowerCut, copyDatabase, removeDatabase } from './disk.ts';
import type { Misfortune } from './faults.ts';
import { MachineClock, type Life, type Timeline } from './timeline.ts';

export interface EdgeParts {
  dir: string;
  keys: KeyStore;
  timeline: Timeline;
  random: SeededRandom;
  misfortune: Misfortune;
  /** Called after every commit, before anybody is answered. */
  committed: () => void;
  /** The process was killed by a fault. */
  died: (life: Life) => void;
  /** Faults logged by the edge itself. */
  fault: (line: string) => void;
}

interface Running {
  life: Life;
  db: Store;
  ledger: Ledger;
  reader: Store;
  client: HandCrankedLedger;
  desk: KioskDesk;
}

/** The edge as a machine: the real ledger and the real desk over a database file, started, killed and restored. */
export class EdgeMachine {
  readonly #parts: EdgeParts;
  #file: string;
  #generation = 0;
  #running: Running | null = null;
  #idsMade = 0;
  /** False while the edge's address answers nobody. */
  reachable = true;

  constructor(parts: EdgeParts) {
    this.#parts = parts;
    mkdirSync(parts.dir, { recursive: true });
    this.#file = path.join(parts.dir, 'edge-0.sqlite');
  }

  get running(): boolean {
    return this.#running !== null;
  }

  get life(): Life {
    return this.#live().life;
  }

  get desk(): KioskDesk {
    return this.#live().desk;
  }

  get client(): HandCrankedLedger {
    return this.#live().client;
  }

  /** The auditor looks at what is committed, without going through any code of the edge. */
  get db(): Store {
    return this.#live().reader;
  }

  get writer(): Store {
    return this.#live().db;
  }

  start(): void {
    if (this.#running !== null) return;
    const { timeline, keys, random, misfortune } = this.#parts;
    const life: Life = { name: `edge/${++this.#generation}`, alive: true };
    const clock = new MachineClock(timeline, life, () => 0);
    const db = openStore(this.#file, 'write');
    const ledger = new Ledger({
      db,
      keys,
      time: { wall: () => clock.wall(), monotonic: () => clock.monotonic(), bootId: life.name },
      uuid: () => this.#uuid(),
      writes: WRITES,
    });
    const reader = openStore(this.#file, 'read');
    const client = new HandCrankedLedger({
      ledger,
      db,
      reports: { db: reader, keys, wall: () => clock.wall() },
      timeline,
      life,
      random,
      misfortune,
      committed: this.#parts.committed,
      killed: () => this.crash({ powerCut: false }),
    });
    const say = (fields: object, message: string): void =>
      this.#parts.fault(`${life.name} ${message} ${JSON.stringify(fields)}`);
    const desk = new KioskDesk({
      ledger: client,
      keys,
      clock,
      log: { info: () => {}, warn: () => {}, error: say },
      rounds: () => client.report('kiosk.rounds', {}),
    });
    this.#running = { life, db, ledger, reader, client, desk };
  }

  /** Killed by a fault: whoever watches the machine is told. */
  crash(how: { powerCut: boolean }): void {
    const running = this.#running;
    if (running === null) return;
    this.kill(how);
    this.#parts.died(running.life);
  }

  /** What `restore` does once the file is in its place. */
  beginEpoch(): void {
    const [answer] = this.#live().ledger.run([{ kind: 'write', name: 'edge.begin-epoch', args: {} }]).answers;
    if (answer?.kind !== 'done') throw new Error('no new epoch after a restore');
  }

  /** The process is gone between two steps; with `powerCut` the log's end is torn besides. The file is that of the next start. */
  kill(how: { powerCut: boolean }): void {
    const running = this.#running;
    if (running === null) return;
    running.life.alive = false;
    this.#running = null;
    const next = path.join(this.#parts.dir, `edge-${this.#generation}.sqlite`);
    if (how.powerCut) copyAsAfterPowerCut(this.#file, next, this.#parts.random);
    else copyDatabase(this.#file, next);
    running.reader.close();
    running.db.close();
    removeDatabase(this.#file);
    this.#file = next;
  }

  /** What `backup` does: one whole file, made while the edge runs. */
  backup(to: string): void {
    rmSync(to, { force: true });
    this.#live().db.prepare('VACUUM INTO ?').run(to);
  }

  /** Puts a backup in the place of the database; the edge must not be running. */
  putBack(backup: string): void {
    if (this.#running !== null) throw new Error('a running edge is not restored');
    removeDatabase(this.#file);
    copyFileSync(backup, this.#file);
  }

  stop(): void {
    const running = this.#running;
    if (running === null) return;
    running.life.alive = false;
    this.#running = null;
    running.reader.close();
    running.db.close();
  }

  /** A report without the delay of the thread it runs in at the edge: for the auditor's and the lead's eyes. */
  look<N extends ReportName>(name: N, args: ReportArgs<N>): ReportResult<N> {
    const { reader } = this.#live();
    const context: ReportContext = { db: reader, keys: this.#parts.keys, wall: () => 0 };
    return (REPORTS[name] as (context: ReportContext, args: unknown) => ReportResult<N>)(context, args);
  }

  get files(): string[] {
    return ['', '-wal'].map((suffix) => this.#file + suffix).filter((file) => existsSync(file));
  }

  /** A version 4 id that can be foretold. */
  #uuid(): InstallId {
    return testUuid('edge', ++this.#idsMade);
  }

  #live(): Running {
    if (this.#running === null) throw new Error('the edge is not running');
    return this.#running;
  }
}
