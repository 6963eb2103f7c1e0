import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  kioskStateSchema,
  type CommandReply,
  type KioskCommand,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { checkJournal, type JournalCheck } from '../../../kiosk/station/journal/journal-check.ts';
import { Journal } from '../../../kiosk/station/journal/journal.ts';
import { RoundBook } from '../../../kiosk/station/books/round-book.ts';
import { openSettings } from '../../../kiosk/station/disk/settings.ts';
import { roundsMessage, testPairing, type TestRound } from './kiosk-fixture.ts';

const ENTRY = path.join(import.meta.dirname, 'kiosk-process-main.ts');
/** A start checks and folds the journal; on a busy machine that takes seconds. */
const WAIT_MS_MAX = 30_000;

/** Makes a data directory as a kiosk has it that was paired, heard of a round, and whose edge is gone since. */
export function prepareKiosk(data: string, round: TestRound): void {
  mkdirSync(data, { recursive: true });
  const pairing = { ...testPairing(1), addresses: [{ host: '127.0.0.1', port: 9 }] };
  openSettings(data).change({ pairing });
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  new RoundBook(db, () => {}).take(roundsMessage(round));
  db.close();
}

/** What lies in the journal of a kiosk that is not running. */
export function inspectJournal(data: string): JournalCheck & { installs: number } {
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  const journal = new Journal(db, () => false);
  const { current } = journal;
  if (current === null) throw new Error('no install has begun');
  const check = checkJournal(current.install, journal.read(current, 1));
  db.close();
  return { ...check, installs: journal.lineage.length };
}

/** The real engine in a process of its own. */
export class KioskProcess {
  readonly #child: ChildProcess;
  readonly #replies = new Map<number, (reply: CommandReply) => void>();
  readonly states: KioskState[] = [];
  #id = 0;

  constructor(given: {
    data: string;
    reader: string | null;
    marks: string | null;
    environment: Record<string, string>;
  }) {
    this.#child = fork(ENTRY, [given.data, given.reader ?? '-', given.marks ?? '-'], {
      env: { ...process.env, ...given.environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: { state: unknown } | { id: number; reply: CommandReply }) => {
      if ('state' in message) this.states.push(kioskStateSchema.parse(message.state));
      else this.#replies.get(message.id)?.(message.reply);
    });
  }

  get state(): KioskState | null {
    return this.states.at(-1) ?? null;
  }

  /** The highest number this process has shown. */
  get shown(): number {
    return Math.max(0, ...this.states.map((state) => state.lastSequence));
  }

  async until(holds: (state: KioskState) => boolean, what: string): Promise<KioskState> {
    const end = Date.now() + WAIT_MS_MAX;
    for (;;) {
      const state = this.state;
      if (state !== null && holds(state)) return state;
      if (Date.now() > end)
        throw new Error(`waited in vain for ${what}; last face ${JSON.stringify(state?.face)}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  send(command: KioskCommand): Promise<CommandReply> {
    const id = ++this.#id;
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#child.send({ id, command });
    });
  }

  /** kill -9; resolves when the process has gone. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}
