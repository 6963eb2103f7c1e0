import { setTimeout as pause } from 'node:timers/promises';
import type { Face, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import type { ShownSwipe } from '../support/kiosk/shown-swipes.ts';
import { startKiosk, type SiteKiosk } from './site-kiosk.ts';
import { cardOf } from './readers/simulated-reader-card.ts';
import type { SimulatedReader } from './readers/simulated-reader.ts';
import type { SitePerson } from './site-plan.ts';
import { say } from '#shared/language/say.ts';

const GAP_MS = 1;
/** A kiosk that is started answers within this, also on a machine that is busy with all of them. */
const ANSWER_MS_MAX = 60_000;
/** After a command the state it makes is awaited this long; a press without effect is looked at again. */
const LOOK_AGAIN_MS = 200;
/** An aimed kill does not wait longer for a card: the table may have none left. */
const AIM_MS_MAX = 500;

/**
 * One table whose kiosk may be killed under people's hands: who saw no answer lays the card down again, and staff go by what
 * the screen of the started kiosk shows. `shown` and `tubes` are their own books.
 */
export class KilledStation {
  readonly station: number;
  readonly data: string;
  readonly shown: ShownSwipe[] = [];
  /** Who was sampled into which tube, by what they were shown. */
  readonly tubes = new Map<string, Set<string>>();
  readonly #capacity: number;
  readonly #reader: SimulatedReader;
  readonly #readerPath: string;
  #kiosk: SiteKiosk | null = null;
  #state: KioskState | null = null;
  /** The last state that answered a card, as it was first shown: a later one may say the same in other words. */
  #answer: KioskState | null = null;
  #lives = 0;
  #died = Promise.withResolvers<null>();
  #codes = 0;
  #changed = Promise.withResolvers<void>();
  #nextRead = Promise.withResolvers<void>();

  /** Starts the kiosk and waits until it knows the open round. */
  static async open(options: {
    station: number;
    capacity: number;
    data: string;
    pair: string;
    reader: SimulatedReader;
    readerPath: string;
  }): Promise<KilledStation> {
    const made = new KilledStation(options);
    await made.#start(options.pair);
    await made.#see('an open round', (s) => s.round?.state === 'open' && s.reader === 'ready');
    return made;
  }

  private constructor(options: {
    station: number;
    capacity: number;
    data: string;
    reader: SimulatedReader;
    readerPath: string;
  }) {
    this.station = options.station;
    this.data = options.data;
    this.#capacity = options.capacity;
    this.#reader = options.reader;
    this.#readerPath = options.readerPath;
  }

  /** kill -9, and a new start of the same program on the same data; `aimed`: so long after the next card was read. */
  async kill(aimed: { afterReadMs: number } | null): Promise<void> {
    if (aimed !== null) {
      await Promise.race([this.#nextRead.promise, pause(AIM_MS_MAX)]);
      await pause(aimed.afterReadMs);
    }
    await this.#kiosk?.kill();
    this.#kiosk = null;
    this.#state = null;
    this.#lives++;
    this.#died.resolve(null);
    this.#died = Promise.withResolvers();
    this.#tell();
    await this.#start(null);
  }

  async stop(): Promise<void> {
    await this.#kiosk?.stop();
  }

  async work(queue: readonly SitePerson[]): Promise<void> {
    for (const person of queue) {
      await this.#untilTubeIsOpen();
      await this.#swipe(person);
    }
  }

  /** Seals what is open, ends the round and waits until the edge has everything. */
  async packUp(): Promise<void> {
    await this.#until((s) =>
      s.tube === null && s.face.face !== 'who-was-not-sampled' ? null : this.#seal(s),
    );
    await this.#until((s) => (s.face.face === 'round-ended' ? null : { command: 'end-round' }));
    await this.#see('all received', (s) => s.received === s.lastSequence);
  }

  async #start(pair: string | null): Promise<void> {
    const kiosk = await startKiosk({
      name: `kiosk ${this.station}`,
      data: this.data,
      reader: this.#readerPath,
      pair,
      port: 0,
      gapMs: GAP_MS,
    });
    this.#kiosk = kiosk;
    kiosk.onState((state) => {
      if (this.#kiosk !== kiosk) return;
      this.#state = state;
      if (isAnswer(state.face) && state.lastSequence > (this.#answer?.lastSequence ?? 0))
        this.#answer = state;
      this.#tell();
    });
  }

  #tell(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }

  async #see(what: string, fits: (state: KioskState) => boolean): Promise<KioskState> {
    const late = Date.now() + ANSWER_MS_MAX;
    for (;;) {
      if (this.#state !== null && fits(this.#state)) return this.#state;
      if (Date.now() > late)
        throw new Error(`station ${this.station}: no "${what}", but ${JSON.stringify(this.#state)}`);
      await Promise.race([this.#changed.promise, pause(LOOK_AGAIN_MS)]);
    }
  }

  /** Lays the card down until the person has seen an answer. */
  async #swipe(person: SitePerson): Promise<void> {
    const before = (await this.#see('a screen', () => true)).lastSequence;
    const answered = (): boolean => (this.#answer?.lastSequence ?? 0) > before;
    for (;;) {
      const read = await this.#reader.placeCard(cardOf(person), { holdMs: 0, patienceMs: ANSWER_MS_MAX });
      if (read !== 'read') throw new Error(`station ${this.station}: a good card was not read`);
      // A kiosk that lives owes the answer; one that was killed since cannot give it, and the next one does not know of it.
      const life = this.#lives;
      this.#nextRead.resolve();
      this.#nextRead = Promise.withResolvers();
      await this.#see('an answer', (s) => answered() || (this.#lives !== life && s.reader === 'ready'));
      await this.#reader.seenEmpty();
      if (this.#answer !== null && answered()) {
        const { face } = this.#answer;
        this.#book(person, this.#answer);
        if (face.face === 'repeat-elsewhere' && face.asks) await this.#turnAway();
        return;
      }
    }
  }

  #book({ number }: SitePerson, { face, lastSequence, tube }: KioskState): void {
    this.shown.push({ station: this.station, sequence: lastSequence, number });
    const code = tube?.code ?? null;
    if (face.face === 'repeat-elsewhere' || code === null) return;
    this.tubes.set(code, (this.tubes.get(code) ?? new Set()).add(number));
  }

  /** 又采了一次?: no, as long as the screen asks it. */
  async #turnAway(): Promise<void> {
    await this.#until(({ face }) =>
      face.face === 'repeat-elsewhere' && face.asks ? { command: 'sampled-again', yes: false } : null,
    );
  }

  /** A tube is open and not full; whatever the screen asks on the way is answered. */
  async #untilTubeIsOpen(): Promise<void> {
    await this.#until((s) => {
      if (s.reader !== 'ready' || s.round === null) return 'wait';
      if (s.tube !== null && s.tube.count < this.#capacity && s.face.face !== 'sealing') return null;
      return s.tube === null && s.face.face !== 'who-was-not-sampled' ? this.#nextTube() : this.#seal(s);
    });
  }

  #nextTube(): KioskCommand {
    const code = `${this.station}${String(++this.#codes).padStart(6, '0')}`;
    return { command: 'tube-code', code };
  }

  /** 换管, with the swabs that staff know to be in the tube. */
  #seal({ face, tube }: KioskState): KioskCommand {
    if (face.face === 'who-was-not-sampled') return { command: 'not-sampled', swipe: null };
    if (face.face !== 'sealing') return { command: 'change-tube' };
    return { command: 'seal', swabbed: this.tubes.get(tube?.code ?? '')?.size ?? 0 };
  }

  /** Presses what `next` says until it says null; a kiosk that is killed meanwhile is asked again when it is back. */
  async #until(next: (state: KioskState) => KioskCommand | 'wait' | null): Promise<void> {
    const late = Date.now() + ANSWER_MS_MAX;
    for (;;) {
      if (Date.now() > late)
        throw new Error(`station ${this.station}: stands at ${JSON.stringify(this.#state)}`);
      const changed = this.#changed.promise;
      const state = this.#state;
      const command = state === null ? 'wait' : next(state);
      if (command === null) return;
      if (command !== 'wait') await this.#press(command);
      if (this.#state === state) await Promise.race([changed, pause(LOOK_AGAIN_MS)]);
    }
  }

  /** A kiosk that dies under the finger gives no answer; what it then shows says whether the key was taken. */
  async #press(command: KioskCommand): Promise<void> {
    const life = this.#lives;
    const kiosk = this.#kiosk;
    if (kiosk === null) return;
    const died = this.#died.promise;
    const answered = kiosk.send(command).catch(async (error: unknown) => {
      await pause(LOOK_AGAIN_MS); // a line that broke before the kill was told
      if (this.#lives === life && this.#kiosk === kiosk) throw error;
      return null;
    });
    const reply = await Promise.race([answered, died]);
    if (reply !== null && !reply.ok)
      throw new Error(
        `station ${this.station}: ${command.command} refused: ${reply.code} ${say('en', reply.words)}`,
      );
  }
}

const isAnswer = ({ face }: Face): boolean =>
  face === 'counted' || face === 'repeat-here' || face === 'repeat-elsewhere';
