import type { Cancel } from '#shared/clock.ts';
import type { CommandReply, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { wordsOf } from '#shared/error-words.ts';
import { ClockOffset } from './uplink/clock-offset.ts';
import { CountedBook } from './books/counted-book.ts';
import { ACCEPTED, refusal } from './desks/desk.ts';
import type { Engine, EngineOptions } from './engine-parts.ts';
import { inheritedAfter } from './journal/inherited-events.ts';
import { JoinedTubes } from './books/joined-tubes.ts';
import { beginChild, openJournal, type JournalParts, type Stamp } from './journal/journal-opening.ts';
import { KnownFacts } from './disk/known-facts.ts';
import { PairingDesk } from './pairing/pairing-desk.ts';
import { RoundBook } from './books/round-book.ts';
import { unlockRounds } from './pairing/round-unlock.ts';
import { RosterFetch } from './uplink/roster-fetch.ts';
import { sodiumReady } from './journal/seal.ts';
import { changeIfPossible } from './disk/settings.ts';
import { StatePublisher } from './state-publisher.ts';
import { kioskState } from './station-view.ts';
import { StationReaders } from './readers/station-readers.ts';
import { Station } from './desks/station.ts';
import { StatusReport } from './status-report.ts';
import { Uplink } from './uplink/uplink.ts';
import { askRosterName } from './uplink/name-question.ts';
import { askTubeUsed } from './uplink/tube-question.ts';
import { WrongObjects } from './books/wrong-objects.ts';

/** The edge hears from an idle kiosk this often; the board's "last contact" is at most this old. */
const STATUS_EVERY_MS = 5_000;
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
  readonly #readers: StationReaders;
  readonly #wrongObjects: WrongObjects;
  readonly #pairing: PairingDesk;
  readonly #uplink: Uplink;
  readonly #rosters: RosterFetch;
  readonly #status: StatusReport;
  readonly #publisher: StatePublisher;
  #stopped = false;
  #cancelTick: Cancel = () => {};
  #ballastHeld: boolean;

  constructor(options: EngineOptions) {
    const { database, settings, clock, random, log, ballast } = options;
    this.#options = options;
    this.#offset = new ClockOffset(clock);
    this.#publisher = new StatePublisher(
      (serial) => this.#look(serial),
      () => this.#status.tellIfChanged(),
    );
    this.#known = new KnownFacts(database, log);
    this.#wrongObjects = new WrongObjects(this.#known, log);
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
      this.#publisher.changed();
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
    this.#counted = new CountedBook(database, log, this.#rounds.rounds);
    this.#station = new Station({
      journal: this.#journal,
      clock,
      random,
      rounds: this.#rounds,
      counted: this.#counted,
      joined: new JoinedTubes(database, log),
      settings,
      wrongObjects: this.#wrongObjects,
      stamp,
      tubePatterns: () => this.#known.get('tubePatterns') ?? [],
      askRosterName: (ask) => askRosterName(clock, this.#uplink.connection, ask),
      askTubeUsed: (ask) => askTubeUsed(clock, this.#uplink.connection, ask),
      appended: () => this.#uplink.wake(),
      changed: () => this.#publisher.changed(),
    });
    this.#readers = new StationReaders({
      rig: options.rig,
      fixed: options.fixedReaders,
      settings,
      station: this.#station,
      clock,
      log,
      pair: async (code) => await this.#pairing.scanned(code),
      changed: () => this.#publisher.changed(),
    });
    this.#pairing = new PairingDesk({
      ...options.pairing,
      settings,
      clock,
      random,
      log,
      paired: () => {
        this.#station.refreshDuty();
        this.#uplink.retarget();
      },
      changed: () => this.#publisher.changed(),
    });
    this.#uplink = new Uplink({
      journal: this.#journal,
      known: this.#known,
      link: options.link,
      clock,
      random,
      offset: this.#offset,
      log,
      targets: () => this.#pairing.targets(),
      counted: () => {
        const { round } = this.#station.duty;
        return round === null ? null : this.#counted.position(round.round);
      },
      listener: {
        rounds: (message) => {
          this.#rounds.take(message);
          this.#counted.keepOnly(this.#rounds.rounds);
          this.#station.refreshDuty();
          this.#rosters.refresh();
        },
        tubePatterns: ({ patterns }) => this.#known.put('tubePatterns', patterns),
        counted: (message) => {
          const result = this.#counted.apply(message);
          if (result.outcome === 'ask')
            this.#uplink.connection?.countedSince({ round: message.round, number: result.number });
        },
      },
      welcomed: (target) => {
        this.#pairing.welcomedAt(target.address);
        this.#rosters.refresh();
        this.#status.tell();
      },
      fork: (base, reason) => this.#fork(base, reason),
      verdict: (sequence, earlier) => this.#station.verdict(sequence, earlier),
      changed: () => this.#publisher.changed(),
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
    const parts = {
      journal: this.#journal,
      station: this.#station,
      reader: this.#readers.desk,
      uplink: this.#uplink,
      pairing: this.#pairing,
      wrongObjects: this.#wrongObjects,
    };
    this.#status = new StatusReport({ ...parts, clock, version: options.version });
    this.#readers.begin();
    this.#uplink.start();
    this.#pairing.begin();
    this.#tick();
    this.#publisher.changed();
    log({ code: 'started', detail: `${this.#journal.install} at ${this.#journal.head.sequence}` });
  }

  onState(listener: (state: KioskState) => void): () => void {
    return this.#publisher.onState(listener);
  }

  async send(command: KioskCommand): Promise<CommandReply> {
    if (this.#stopped) return refusal('stopped');
    try {
      return await this.#obey(command);
    } catch (error) {
      this.#options.log({ code: 'fault', detail: `command ${command.command}: ${wordsOf(error)}` });
      return refusal('fault');
    } finally {
      this.#publisher.changed();
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#publisher.stop();
    this.#cancelTick();
    this.#station.stop();
    this.#pairing.stop();
    this.#rosters.stop();
    this.#wrongObjects.keep();
    await this.#readers.stop();
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
        return await unlockRounds(this.#rounds, command.digits);
      case 'choose-language':
        this.#options.settings.change({ language: command.language });
        return ACCEPTED;
      case 'choose-reader':
      case 'forget-reader':
      case 'look-for-readers':
      case 'scan':
      case 'tube-scan':
      case 'staff-scan':
        return await this.#readers.obey(command);
      default:
        return await this.#station.command(command);
    }
  }

  #fork(base: Parameters<UplinkFork>[0], reason: string): void {
    const inherited = inheritedAfter(this.#journal, base.sequence);
    const names = beginChild(this.#journalParts, this.#journal, { base, reason, inherited });
    this.#rememberInstall();
    this.#station.renamed(names);
  }

  #rememberInstall(): void {
    const { settings, log } = this.#options;
    const { install } = this.#journal;
    if (settings.get().install !== install) changeIfPossible(settings, { install }, log);
  }

  #tick(): void {
    const { clock, ballast, random } = this.#options;
    this.#cancelTick = clock.timer(STATUS_EVERY_MS, () => {
      if (this.#stopped) return;
      if (!this.#ballastHeld && this.#station.stopped === null)
        this.#ballastHeld = ballast.hold((length) => random.bytes(length));
      this.#status.tell();
      this.#rosters.refresh();
      this.#wrongObjects.keep();
      this.#counted.tidy();
      this.#publisher.changed();
      this.#tick();
    });
  }

  #look(serial: number): KioskState {
    const { clock } = this.#options;
    const view = {
      station: this.#station,
      readers: this.#readers,
      wrongObjects: this.#wrongObjects,
      pairing: this.#pairing,
      journal: this.#journal,
      now: () => clock.wall() + (this.#offset.value ?? 0),
      link: () => this.#uplink,
      ballastHeld: () => this.#ballastHeld,
    };
    return kioskState(view, serial);
  }
}

type UplinkFork = ConstructorParameters<typeof Uplink>[0]['fork'];
