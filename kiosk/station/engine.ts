import type { ReaderEvent } from '#drivers/reader-event.ts';
import type { Clock } from '#shared/clock.ts';
import type { CommandReply, KioskBridge, KioskCommand, KioskState } from '#shared/screen.ts';
import type { KioskStatus } from '#shared/wire.ts';
import type { Ballast } from './ballast.ts';
import { ClockOffset } from './clock-offset.ts';
import { CountedBook } from './counted-book.ts';
import type { Database } from './database.ts';
import { ACCEPTED, openTube, refusal, type UsedTube } from './desk.ts';
import { inheritedAfter } from './fork.ts';
import { JoinedTubes } from './joined-tubes.ts';
import { headOnWire } from './journal-check.ts';
import { beginChild, openJournal, type JournalParts, type Stamp } from './journal-opening.ts';
import { KnownFacts } from './known-facts.ts';
import type { Link, LinkTarget } from './link.ts';
import { wordsOf, type Log } from './log.ts';
import { PairingDesk, type PairingPorts } from './pairing-desk.ts';
import type { Random } from './random.ts';
import { ReaderDesk } from './reader-desk.ts';
import { RoundBook } from './round-book.ts';
import { RosterFetch } from './roster-fetch.ts';
import { sodiumReady } from './seal.ts';
import type { SettingsStore } from './settings.ts';
import { kioskState } from './station-view.ts';
import { Station, isPairingText } from './station.ts';
import { Uplink } from './uplink.ts';
import { WORDS } from './words.ts';
import { TOO_LATE, within } from './within.ts';

/** The edge hears from an idle kiosk this often; the board's "last contact" is at most this old. */
export const STATUS_EVERY_MS = 5_000;
/** Staff wait for the tube's face meanwhile; on a LAN the edge answers in 5 ms. */
export const TUBE_USED_MS_MAX = 300;

/** A source of reader events; `drivers/reader.ts` makes real ones. */
export interface ReaderSource {
  subscribe(listener: (event: ReaderEvent) => void): () => void;
  close(): Promise<void>;
}

export interface EngineOptions {
  database: Database;
  settings: SettingsStore;
  ballast: Ballast;
  clock: Clock;
  random: Random;
  link: Link;
  readers: readonly ReaderSource[];
  pairing: PairingPorts;
  /** Changes at every start of the machine: monotonic times compare within one. */
  bootId: string;
  /** Name of this machine as the board shows it. */
  device: string;
  version: string;
  log: Log;
}

export interface Engine extends KioskBridge {
  /** Closes readers, link and database. Nothing follows. */
  stop(): Promise<void>;
}

/** Starts a station's engine on concrete parts. Throws when no journal can be had. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  await sodiumReady();
  return new RunningEngine(options);
}

class RunningEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #offset: ClockOffset;
  readonly #known: KnownFacts;
  readonly #rounds: RoundBook;
  readonly #counted: CountedBook;
  readonly #journalParts: JournalParts;
  readonly #journal;
  readonly #station: Station;
  readonly #reader: ReaderDesk;
  readonly #pairing: PairingDesk;
  readonly #uplink: Uplink;
  readonly #rosters: RosterFetch;
  readonly #listeners = new Set<(state: KioskState) => void>();
  readonly #endings: (() => void)[] = [];
  #state: KioskState | null = null;
  #serial = 0;
  #dirty = false;
  #stopped = false;
  #statusShown = '';
  #ballastHeld: boolean;

  constructor(options: EngineOptions) {
    const { database, settings, clock, random, log, ballast } = options;
    this.#options = options;
    this.#offset = new ClockOffset(clock);
    this.#known = new KnownFacts(database, log);
    this.#ballastHeld = ballast.hold((length) => random.bytes(length));
    const stamp = (): Stamp => ({
      wallTime: Math.round(clock.wall()),
      monotonicTime: Math.round(clock.monotonic()),
      bootId: options.bootId,
      clockOffset: this.#offset.value,
    });
    const makeRoom = (): boolean => {
      const released = ballast.release();
      this.#ballastHeld = false;
      log({
        code: 'disk-full',
        detail: released ? 'the ballast was given up' : 'nothing is left to give up',
      });
      this.#changed();
      return released;
    };
    this.#journalParts = {
      db: database,
      known: this.#known,
      random,
      stamp,
      device: options.device,
      makeRoom,
      log,
    };
    this.#journal = openJournal(this.#journalParts, settings.get().install);
    this.#rememberInstall();
    this.#rounds = new RoundBook(database, log);
    this.#counted = new CountedBook(database, log);
    this.#station = new Station({
      journal: this.#journal,
      clock,
      random,
      rounds: this.#rounds,
      counted: this.#counted,
      joined: new JoinedTubes(database, log),
      settings,
      stamp,
      askTubeUsed: (ask) => this.#askTubeUsed(ask),
      appended: () => this.#uplink.wake(),
      changed: () => this.#changed(),
    });
    this.#reader = new ReaderDesk(
      {
        faces: this.#station.faces,
        unreadables: this.#station.unreadables,
        wall: () => clock.wall(),
        paired: () => settings.get().pairing !== null,
        take: (reading) => {
          this.#station.resumed();
          return this.#station.swipes.reading(reading);
        },
        changed: () => this.#changed(),
      },
      options.readers.length,
    );
    this.#pairing = new PairingDesk({
      ...options.pairing,
      settings,
      paired: () => {
        this.#station.refreshDuty();
        this.#uplink.retarget();
      },
      changed: () => this.#changed(),
    });
    this.#uplink = new Uplink({
      journal: this.#journal,
      known: this.#known,
      link: options.link,
      clock,
      random,
      offset: this.#offset,
      log,
      targets: () => this.#targets(),
      counted: () => {
        const { round } = this.#station.duty;
        return round === null ? null : this.#counted.position(round.round);
      },
      listener: {
        rounds: (message) => {
          this.#rounds.take(message);
          this.#station.refreshDuty();
          this.#rosters.refresh();
        },
        counted: (message) => {
          const result = this.#counted.apply(message);
          if (result.outcome === 'ask')
            this.#uplink.connection?.countedSince({ round: message.round, number: result.number });
        },
      },
      welcomed: (target) => {
        this.#pairing.welcomedAt(target.address);
        this.#rosters.refresh();
        this.#sendStatus();
      },
      fork: (base, reason) => this.#fork(base, reason),
      verdict: (sequence, earlier) => this.#station.verdict(sequence, earlier),
      changed: () => this.#changed(),
    });
    this.#rosters = new RosterFetch({
      clock,
      log,
      connection: () => this.#uplink.connection,
      wanted: () =>
        this.#rounds.rounds.flatMap(({ rosterKeys }) => (rosterKeys === null ? [] : [rosterKeys])),
      held: (hash) => this.#counted.roster(hash) !== null,
      keep: (hash, bytes) => this.#counted.keepRoster(hash, bytes),
    });
    options.readers.forEach((reader, i) => {
      this.#endings.push(reader.subscribe((event) => this.#readerEvent(event, i)));
    });
    this.#uplink.start();
    this.#tick();
    this.#changed();
    log({ code: 'started', detail: `${this.#journal.install} at ${this.#journal.head.sequence}` });
  }

  onState(listener: (state: KioskState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state ?? this.#publish());
    return () => this.#listeners.delete(listener);
  }

  async send(command: KioskCommand): Promise<CommandReply> {
    if (this.#stopped) return refusal('stopped', WORDS.stopped);
    try {
      return await this.#obey(command);
    } finally {
      this.#changed();
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const end of this.#endings) end();
    this.#station.stop();
    this.#rosters.stop();
    await Promise.all(this.#options.readers.map((reader) => reader.close()));
    await this.#uplink.stop();
    this.#options.database.close();
    this.#options.log({ code: 'stopped', detail: this.#journal.install });
  }

  async #obey(command: KioskCommand): Promise<CommandReply> {
    switch (command.command) {
      case 'pair':
        return await this.#pairing.scanned(command.code);
      case 'pair-typed':
        return await this.#pairing.typed(command.address, command.secret);
      case 'confirm-fingerprint':
        return await this.#pairing.confirmed(command.same);
      case 'opening-code':
        return await this.#unlock(command.digits);
      case 'scan':
        if (isPairingText(command.text)) return await this.#pairing.scanned(command.text);
        return await this.#station.command(command);
      default:
        return await this.#station.command(command);
    }
  }

  async #unlock(digits: string): Promise<CommandReply> {
    const locked = this.#rounds.rounds.some(({ round }) => this.#rounds.keyOf(round) === null);
    if (!locked) return refusal('code-not-needed', WORDS['code-not-needed']);
    const opened = await this.#rounds.unlock(digits);
    return opened > 0 ? ACCEPTED : refusal('code-wrong', WORDS['code-wrong']);
  }

  #readerEvent(event: ReaderEvent, reader: number): void {
    try {
      this.#reader.handle(event, reader);
    } catch (error) {
      // One card must not cost the next: the fault is told, the person is not shown as counted, and the reader goes on.
      this.#options.log({ code: 'fault', detail: `reader event ${event.event}: ${wordsOf(error)}` });
      this.#station.faces.show({ face: 'refused', ...WORDS.fault }, { sound: 'alarm', about: null });
    } finally {
      this.#changed();
    }
  }

  async #askTubeUsed(ask: { round: string; code: string }): Promise<UsedTube | 'unused' | null> {
    const { connection } = this.#uplink;
    if (connection === null) return null;
    const answer = await within(this.#options.clock, TUBE_USED_MS_MAX, connection.tubeUsed(ask));
    return answer === TOO_LATE || !answer.ok ? null : (answer.value ?? 'unused');
  }

  #fork(base: Parameters<UplinkFork>[0], reason: string): void {
    const inherited = inheritedAfter(this.#journal, base.sequence);
    const names = beginChild(this.#journalParts, this.#journal, { base, reason, inherited });
    this.#rememberInstall();
    this.#station.renamed(names);
  }

  #rememberInstall(): void {
    const { settings } = this.#options;
    if (settings.get().install !== this.#journal.install) settings.change({ install: this.#journal.install });
  }

  #targets(): LinkTarget[] {
    const { pairing } = this.#options.settings.get();
    if (pairing === null) return [];
    const { fingerprint, token } = pairing;
    return pairing.addresses.map((address) => ({ address, fingerprint, token }));
  }

  #tick(): void {
    const { clock, ballast, random } = this.#options;
    const cancel = clock.timer(STATUS_EVERY_MS, () => {
      if (this.#stopped) return;
      if (!this.#ballastHeld && this.#station.stopped === null)
        this.#ballastHeld = ballast.hold((length) => random.bytes(length));
      this.#sendStatus();
      this.#rosters.refresh();
      this.#changed();
      this.#tick();
    });
    this.#endings.push(cancel);
  }

  #status(): KioskStatus {
    const { clock, version } = this.#options;
    const tube = openTube(this.#station);
    const head = this.#journal.head;
    return {
      head: headOnWire(head),
      pending: Math.max(0, head.sequence - this.#uplink.acknowledged),
      reader: this.#reader.state,
      readerSince: this.#reader.since,
      openTube: tube === null ? null : { code: tube.code, count: tube.places },
      round: this.#station.duty.round?.round ?? null,
      version,
      wallTime: Math.round(clock.wall()),
    };
  }

  #sendStatus(): void {
    const status = this.#status();
    this.#statusShown = shownPart(status);
    void this.#uplink.status(status);
  }

  /** Something may look different: the next turn of the loop tells the screen, once. */
  #changed(): void {
    if (this.#dirty || this.#stopped) return;
    this.#dirty = true;
    queueMicrotask(() => {
      this.#dirty = false;
      if (this.#stopped) return;
      const state = this.#publish();
      for (const listener of this.#listeners) listener(state);
      if (this.#uplink.connected && shownPart(this.#status()) !== this.#statusShown) this.#sendStatus();
    });
  }

  #publish(): KioskState {
    const { clock } = this.#options;
    const uplink = this.#uplink;
    this.#state = kioskState(
      {
        station: this.#station,
        reader: this.#reader,
        pairing: this.#pairing,
        journal: this.#journal,
        now: () => clock.wall() + (this.#offset.value ?? 0),
        link: () => uplink,
        ballastHeld: () => this.#ballastHeld,
      },
      this.#serial++,
    );
    return this.#state;
  }
}

type UplinkFork = ConstructorParameters<typeof Uplink>[0]['fork'];

/** What of a status the board shows beside the numbers: only a change of these is told between two ticks. */
function shownPart({ reader, openTube: tube, round }: KioskStatus): string {
  return JSON.stringify([reader, tube, round]);
}
