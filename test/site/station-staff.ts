import { setTimeout as pause } from 'node:timers/promises';
import type { Face, KioskBridge, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { cardOf } from './readers/simulated-reader-card.ts';
import type { SimulatedReader } from './readers/simulated-reader.ts';
import type { SiteBooks } from './site-books.ts';
import type { SitePerson, StationPlan, Visit } from './site-plan.ts';
import { say } from '#shared/language/say.ts';

/** Milliseconds; all zero for a simulation that runs as fast as the readers allow. */
export interface Pace {
  /** Between two people: drawn anew for each. */
  betweenPeople: () => number;
  /** How long a card lies at least. */
  hold: number;
  /** How long staff think before they press a key. */
  think: number;
}

/** A kiosk that does not answer for so long has failed; a busy machine may be slow. */
const ANSWER_MS_MAX = 60_000;
/** reader-protocols.md 1.4: a card that will not do. */
const CARD_REJECTS_SAM = 0x31;
/** Failed reads after which the kiosk calls staff. */
const UNREADABLE_ATTEMPTS = 3;

/**
 * The people at one table, kiosk's screen before them: they lay down cards, change tubes when their tube is full, type
 * what cannot be read, and write down in the books what they did with their own hands. They know of the kiosk only its
 * screen.
 */
export class StationStaff {
  readonly #plan: StationPlan;
  readonly #capacity: number;
  readonly #bridge: KioskBridge;
  readonly #reader: SimulatedReader;
  readonly #books: SiteBooks;
  readonly #pace: Pace;
  readonly #unsubscribe: () => void;
  #state: KioskState | null = null;
  /** The last answer to a card or an entry, as it was first shown: the edge may turn it into other words at once. */
  #answered: KioskState | null = null;
  #wake: () => void = () => {};
  #tubesUsed = 0;
  /** Swabs in the tube in hand; null when none is open. */
  #swabs: number | null = null;

  constructor(options: {
    plan: StationPlan;
    capacity: number;
    bridge: KioskBridge;
    reader: SimulatedReader;
    books: SiteBooks;
    pace: Pace;
  }) {
    this.#plan = options.plan;
    this.#capacity = options.capacity;
    this.#bridge = options.bridge;
    this.#reader = options.reader;
    this.#books = options.books;
    this.#pace = options.pace;
    this.#unsubscribe = this.#bridge.onState((state) => {
      this.#state = state;
      if (isAnswer(state.face) && state.lastSequence > (this.#answered?.lastSequence ?? 0))
        this.#answered = state;
      this.#wake();
    });
  }

  /** Goes on where staff before left the table: with the tube in hand and the swabs the screen says are in it, or the next. */
  takeOver(): void {
    const tube = this.#state?.tube ?? null;
    const used = [tube?.code, ...this.#books.tubes.map(({ code }) => code)];
    this.#tubesUsed = Math.max(...used.map((code) => this.#plan.tubeCodes.indexOf(code ?? '') + 1));
    this.#swabs = tube?.count ?? null;
  }

  /** The name of the round the screen shows. */
  get round(): string | null {
    return this.#state?.round?.name ?? null;
  }

  /** Waits until the kiosk's screen shows a state that fits. */
  async see(what: string, fits: (state: KioskState) => boolean): Promise<KioskState> {
    const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
    for (;;) {
      if (this.#state && fits(this.#state)) return this.#state;
      if (timeout.aborted)
        throw new Error(
          `station ${this.#plan.station}: no "${what}" on the screen, but ${JSON.stringify(this.#state?.face)}`,
        );
      const changed = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([changed, pause(100)]);
    }
  }

  async work(visits: readonly Visit[]): Promise<void> {
    for (const visit of visits) {
      await pause(this.#pace.betweenPeople());
      if (this.#isFull()) await this.#changeTube(); // staff before left it so
      if (this.#swabs === null) await this.#openTube();
      await this.#receive(visit);
      if (this.#isFull()) await this.#changeTube();
    }
  }

  #isFull(): boolean {
    const full = this.#tubesUsed - 1 === this.#plan.shortTube ? this.#capacity - 1 : this.#capacity;
    return this.#swabs !== null && this.#swabs >= full;
  }

  /** Seals what is open, ends the round and waits until the edge has everything. */
  async packUp(): Promise<void> {
    if (this.#swabs !== null) await this.#changeTube();
    await this.#press({ command: 'end-round' });
    await this.see('all received', (s) => s.face.face === 'round-ended' && s.received === s.lastSequence);
    this.#unsubscribe();
  }

  async #receive({ kind, person }: Visit): Promise<void> {
    switch (kind) {
      case 'ordinary':
      case 'again-here':
      case 'turned-away':
        await this.#swipe(person);
        return;
      case 'undone': {
        const face = await this.#swipe(person);
        await this.#undo(person);
        // Who was in the tube before staff took over is in it still: only the repeat was taken back.
        if (face === 'counted') this.#swabs = (this.#swabs ?? 0) - 1;
        await this.#swipe(person);
        return;
      }
      case 'typed':
        await this.#failToRead(person);
        await this.#typeIn(person);
        return;
      case 'without-card':
        await this.#failToRead(person);
        await this.#press({ command: 'settle-unreadable', sampled: true });
        this.#books.sampledWithoutCard();
        this.#swabs = (this.#swabs ?? 0) + 1;
    }
  }

  /** One card down and up again; what the screen then says decides whether the person is sampled. */
  #swipe(person: SitePerson): Promise<Answer['face']> {
    return this.#take(person, async () => {
      const read = await this.#reader.placeCard(cardOf(person), {
        holdMs: this.#pace.hold,
        patienceMs: ANSWER_MS_MAX,
      });
      if (read !== 'read') throw new Error(`station ${this.#plan.station}: a good card was not read`);
    });
  }

  #typeIn(person: SitePerson): Promise<Answer['face']> {
    const { number, name } = person;
    return this.#take(person, () =>
      this.#press({ command: 'manual', kind: 'id', number, documentType: null, name, phone: null }),
    );
  }

  /**
   * A person given to the kiosk, and what it says. A kiosk that was just started cannot tell who is in the tube already until
   * it has heard the edge: what it could not check is taken back, and given again.
   */
  async #take(person: SitePerson, give: () => Promise<void>): Promise<Answer['face']> {
    for (;;) {
      const before = this.#state?.lastSequence ?? 0;
      await give();
      const face = await this.#answer(before);
      this.#books.swiped(person);
      const isUnchecked = face.face === 'counted' && !face.checked;
      if (isUnchecked) await this.#undo(person);
      else if (face.face === 'counted') this.#swabs = (this.#swabs ?? 0) + 1;
      else if (face.face === 'repeat-elsewhere' && face.asks)
        await this.#press({ command: 'sampled-again', yes: false });
      await this.#reader.seenEmpty();
      if (!isUnchecked) return face.face;
      await this.see('the edge', isOnline);
    }
  }

  async #answer(before: number): Promise<Answer> {
    await this.see('an answer', () => (this.#answered?.lastSequence ?? 0) > before);
    const face = this.#answered?.face;
    if (face === undefined || !isAnswer(face)) throw new Error('an answer was seen and is none');
    return face;
  }

  async #undo(person: SitePerson): Promise<void> {
    await this.#press({ command: 'ask-undo' });
    const { face } = await this.see('the question', (s) => s.face.face === 'undo-asked');
    if (face.face === 'undo-asked') await this.#press({ command: 'undo', swipe: face.swipe });
    await this.see('undone', (s) => s.face.face === 'undone');
    this.#books.undone(person);
  }

  async #failToRead(person: SitePerson): Promise<void> {
    for (let attempt = 1; attempt <= UNREADABLE_ATTEMPTS; attempt++) {
      this.#reader.refuseAlways('read-card', CARD_REJECTS_SAM);
      this.#reader.layDown(cardOf(person));
      await this.see(`failure ${attempt}`, ({ face }) =>
        attempt < UNREADABLE_ATTEMPTS
          ? face.face === 'unreadable' && face.attempt === attempt
          : face.face === 'unreadable-staff',
      );
      this.#reader.lift();
      await this.#reader.seenEmpty();
      this.#reader.refuseAlways('read-card', null);
    }
  }

  async #openTube(): Promise<void> {
    const code = this.#plan.tubeCodes[this.#tubesUsed];
    if (code === undefined) throw new Error(`station ${this.#plan.station} has run out of tubes`);
    await this.#press({ command: 'tube-code', code });
    await this.see('the tube', (s) => s.tube?.code === code);
    this.#tubesUsed++;
    this.#swabs = 0;
  }

  /** 换管: the sampler's count is taken over unlooked at, as it is on a busy morning. */
  async #changeTube(): Promise<void> {
    await this.#press({ command: 'change-tube' });
    const { face } = await this.see('the count to accept', (s) => s.face.face === 'sealing');
    const code = this.#plan.tubeCodes[this.#tubesUsed - 1];
    // Into the books first: whoever is interrupted between the two finds the tube open and racks it once more.
    if (code !== undefined)
      this.#books.racked({ code, station: this.#plan.station, swabs: this.#swabs ?? 0 });
    await this.#press({ command: 'seal', swabbed: face.face === 'sealing' ? face.offered : 0 });
    await this.see('no tube', (s) => s.tube === null);
    this.#swabs = null;
  }

  async #press(command: KioskCommand): Promise<void> {
    await pause(this.#pace.think);
    const reply = await this.#bridge.send(command);
    if (!reply.ok)
      throw new Error(
        `station ${this.#plan.station}: ${command.command} refused: ${reply.code} ${say('en', reply.words)}`,
      );
  }
}

/** Whether the kiosk has heard the edge since it was started. */
export const isOnline = ({ bands }: KioskState): boolean => bands.every(({ band }) => band !== 'offline');

/** What a screen says to somebody who was taken in. */
type Answer = Extract<Face, { face: 'counted' | 'repeat-here' | 'repeat-elsewhere' }>;

const isAnswer = (face: Face): face is Answer =>
  face.face === 'counted' || face.face === 'repeat-here' || face.face === 'repeat-elsewhere';
