import type { Clock } from '#shared/clock.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { parseBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import { eventId, type EventId } from '#shared/ids.ts';
import type { CommandReply, WrongObject } from '#shared/contract/kiosk-screen.ts';
import type { CountedBook } from '../books/counted-book.ts';
import { ACCEPTED, type Desk, type Entry, refusal } from './desk.ts';
import { chooseDuty, type Duty } from './duty.ts';
import { EnrolmentDesk } from './enrolment-desk.ts';
import { Faces } from './faces.ts';
import type { GivenPerson } from './given-person.ts';
import type { JoinedTubes } from '../books/joined-tubes.ts';
import type { Draft } from '../journal/journal.ts';
import type { Random } from '#shared/random.ts';
import { RecentNames } from './recent-names.ts';
import type { RoundBook } from '../books/round-book.ts';
import { RoundQuestions } from './round-questions.ts';
import type { SettingsStore } from '../disk/settings.ts';
import { obey } from './station-commands.ts';
import { StationMemory, type Scope } from './station-memory.ts';
import type { StationCommand, StationParts, Stopped } from './station-parts.ts';
import { SwipeDesk } from './swipe-desk.ts';
import { TubeDesk } from './tube-desk.ts';
import { UndoDesk } from './undo-desk.ts';
import { UnlistedDesk } from './unlisted-desk.ts';
import { UnreadableDesk } from './unreadable-desk.ts';
import { WaitingLine } from './waiting-line.ts';

/** One station of one round: what its people do becomes events, and what the events say becomes its faces. */
export class Station implements Desk {
  readonly faces: Faces;
  readonly names = new RecentNames();
  readonly swipes: SwipeDesk;
  readonly tubes: TubeDesk;
  readonly undoing: UndoDesk;
  readonly unlisted: UnlistedDesk;
  readonly unreadables: UnreadableDesk;
  readonly enrolment: EnrolmentDesk;
  readonly questions: RoundQuestions;
  readonly #parts: StationParts;
  readonly #line = new WaitingLine();
  #memory = new StationMemory();
  #duty: Duty;
  #stopped: Stopped | null = null;
  #ending = false;

  constructor(parts: StationParts) {
    this.#parts = parts;
    this.faces = new Faces(parts.clock, parts.changed);
    this.swipes = new SwipeDesk(this);
    this.tubes = new TubeDesk(this);
    this.undoing = new UndoDesk(this);
    this.unlisted = new UnlistedDesk(this);
    this.unreadables = new UnreadableDesk(this);
    this.enrolment = new EnrolmentDesk(this);
    this.questions = new RoundQuestions(this, parts);
    this.remember();
    this.#duty = this.#chooseDuty();
  }

  get clock(): Clock {
    return this.#parts.clock;
  }
  get random(): Random {
    return this.#parts.random;
  }
  get rounds(): RoundBook {
    return this.#parts.rounds;
  }
  get counted(): CountedBook {
    return this.#parts.counted;
  }
  get joined(): JoinedTubes {
    return this.#parts.joined;
  }
  get settings(): SettingsStore {
    return this.#parts.settings;
  }
  get memory(): StationMemory {
    return this.#memory;
  }
  get duty(): Duty {
    return this.#duty;
  }
  get scope(): Scope {
    return this.#memory.scope({ round: this.#duty.round?.round ?? null, phase: this.#duty.phase });
  }
  get sealing(): boolean {
    return this.tubes.sealing;
  }
  get waiting(): number {
    return this.#line.count;
  }
  /** Why nothing can be recorded; null while everything can. */
  get stopped(): Stopped | null {
    return this.#stopped;
  }
  /** 收工 was pressed, and nothing has happened since. */
  get ended(): boolean {
    return this.#ending;
  }

  /** Folds the journal anew: at start, and after a fork gave events new names. */
  remember(): void {
    this.#memory = new StationMemory();
    for (const { id, event } of this.#parts.journal.history()) {
      const parsed = parseBody(event.body);
      if (parsed.ok) this.#memory.apply(id, parsed.body);
    }
  }

  changed(): void {
    this.#parts.changed();
  }

  eventOf(id: EventId): EventBytes | null {
    return this.#parts.journal.find(id);
  }

  /** Events after a fork have new names: everything that waits for an answer follows them. */
  renamed(names: ReadonlyMap<EventId, EventId>): void {
    this.remember();
    this.undoing.forget();
    for (const part of [this.faces, this.names, this.swipes, this.tubes, this.unreadables])
      part.renamed(names);
    this.refreshDuty();
  }

  /** Rounds, pairing or a round's end have changed: which round is this kiosk on? */
  refreshDuty(): void {
    const before = this.#duty;
    this.#duty = this.#chooseDuty();
    const moved = before.round?.round !== this.#duty.round?.round || before.phase !== this.#duty.phase;
    if (moved) {
      this.tubes.dismiss();
      this.unreadables.forget();
      this.undoing.forget();
      this.unlisted.forget();
      this.enrolment.end();
      this.#ending = false;
      if (!this.rounds.rounds.some(({ round }) => round === before.round?.round)) this.names.forget();
    }
    if (this.#duty.round !== null) this.#sealLeftTubes();
    this.takeWaiting();
    this.#parts.changed();
  }

  record(entries: readonly Entry[]): EventId[] | null {
    const { journal, appended, changed } = this.#parts;
    this.undoing.forget();
    const drafts = entries.map((entry): Draft => ({
      body: this.#bodyOf(entry),
      sealed: entry.sealed ?? null,
    }));
    const result = journal.append(drafts);
    if (!result.ok) {
      this.#stopped = { reason: result.reason, detail: result.detail };
      this.faces.clear();
      this.faces.play('alarm');
      changed();
      return null;
    }
    this.#stopped = null;
    const ids = result.events.map((event) => eventId(journal.install, event.sequence));
    ids.forEach((id, i) => {
      const body = drafts[i]?.body;
      if (body !== undefined) this.#memory.apply(id, body);
    });
    appended();
    changed();
    return ids;
  }

  /** The edge's later knowledge of a swipe of the present install. */
  verdict(
    sequence: number,
    earlier: { station: number | null; tubeCode: string | null; time: number },
  ): void {
    this.swipes.verdict(eventId(this.#parts.journal.install, sequence), earlier);
  }

  async command(command: StationCommand): Promise<CommandReply> {
    try {
      if (this.settings.get().pairing === null && command.command !== 'dismiss') return refusal('unpaired');
      if (command.command !== 'dismiss') this.#ending = false;
      return await obey(this, command);
    } finally {
      this.takeWaiting();
    }
  }

  /** − or Enter on what is shown; with nothing shown, one step back from what is asked. */
  dismiss(): void {
    this.#ending = false;
    if (this.faces.face === null && this.swipes.question === null) {
      this.enrolment.end();
      this.tubes.back();
    }
    this.faces.clear();
  }

  /** A reader gave a person: the swipe, or null where nothing could be recorded or a card is being enrolled. */
  take(person: GivenPerson): EventId | null {
    this.#ending = false;
    if (this.enrolment.on) this.enrolment.given(person);
    else if (!this.tubes.asksWho) return this.swipes.given(person);
    else {
      this.#line.join(person);
      this.faces.play('test');
    }
    return null;
  }

  takeWaiting(): void {
    if (this.tubes.asksWho) return;
    this.#line.take((person) => {
      const swipe = this.swipes.given(person);
      if (swipe !== null) this.unreadables.read(swipe);
      return swipe !== null;
    });
  }

  wrong(given: WrongObject): void {
    this.#parts.wrongObjects.add(given, this.#duty.round?.round ?? null);
    this.faces.show({ face: 'wrong-object', given }, { sound: 'wrong-object', about: null });
  }

  stop(): void {
    this.tubes.dismiss();
    this.takeWaiting();
    this.swipes.stop();
    this.undoing.forget();
    this.unlisted.forget();
    this.questions.stop();
    this.enrolment.end();
    this.faces.clear();
  }

  /** 收工. */
  endRound(): CommandReply {
    const { duty, scope, faces } = this;
    if (duty.round === null || duty.phase !== 'open') return refusal('no-round-to-end');
    if (scope.openTube !== null) return refusal('close-tube-first');
    if (this.record([{ event: { type: 'round-ended' } }]) === null) return refusal('stopped');
    faces.clear();
    this.refreshDuty();
    this.#ending = true;
    return ACCEPTED;
  }

  /** A tube left open in another round or phase is sealed there, uncounted: people of two rounds never share one. */
  #sealLeftTubes(): void {
    for (const scope of this.#memory.scopes()) {
      const opened = scope.openTube;
      if (opened === null || scope === this.scope) continue;
      const stand = scope.tubes.get(opened)?.stand ?? null;
      const event = { type: 'tube-sealed', opened, offered: scope.places(opened), swabbed: null } as const;
      this.record([{ event, tube: opened, place: { round: scope.round, phase: scope.phase, stand } }]);
    }
  }

  #chooseDuty(): Duty {
    return chooseDuty({
      rounds: this.rounds.rounds,
      station: this.settings.get().pairing?.station ?? null,
      history: (round) => {
        const { used, ended } = this.#memory.scope({ round, phase: 'open' });
        return { tookPart: used, ended };
      },
    });
  }

  #bodyOf(entry: Entry): EventBody {
    const { duty } = this;
    const place = entry.place ?? { round: duty.round?.round ?? null, phase: duty.phase, stand: duty.stand };
    const tube = entry.tube === undefined ? (this.sealing ? null : this.scope.openTube) : entry.tube;
    return {
      version: EVENT_VERSION,
      station: duty.station,
      ...place,
      tube,
      ...this.#parts.stamp(),
      by: null,
      origin: null,
      ...entry.event,
    };
  }
}
