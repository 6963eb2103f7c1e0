import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { SiteBooks, type RackTube } from './site-books.ts';
import type { SitePlan } from './site-plan.ts';

const count = z.int().min(0);
const playedSchema = z.strictObject({
  /** The round made for it. */
  round: roundIdSchema,
  /** Visits done, by station. */
  done: z.record(z.string(), count),
  /** The rack: what the laboratory books. */
  tubes: z.array(z.strictObject({ code: z.string(), station: count, swabs: count })),
  /** The stations have packed up and the edge has the laboratory's list. */
  over: z.boolean(),
});
type Facts = z.infer<typeof playedSchema>;

/** What of a plan has been played, on the disk with every person and every tube, so that starting again goes on. */
export class Played {
  readonly #at: string;
  readonly #facts: Facts;

  private constructor(at: string, facts: Facts) {
    this.#at = at;
    this.#facts = facts;
  }

  /** What was kept; null where nothing was, or nothing that can be read. */
  static kept(at: string): Played | null {
    try {
      return new Played(at, playedSchema.parse(JSON.parse(readFileSync(at, 'utf8'))));
    } catch {
      return null; // nothing to go on with: a round is made
    }
  }

  static begin(at: string, round: RoundId): Played {
    const played = new Played(at, { round, done: {}, tubes: [], over: false });
    played.#keep();
    return played;
  }

  get round(): RoundId {
    return this.#facts.round;
  }

  get over(): boolean {
    return this.#facts.over;
  }

  get tubes(): readonly RackTube[] {
    return this.#facts.tubes;
  }

  done(station: number): number {
    return this.#facts.done[station] ?? 0;
  }

  visited(station: number): void {
    this.#facts.done[station] = this.done(station) + 1;
    this.#keep();
  }

  racked(tubes: readonly RackTube[]): void {
    this.#facts.tubes = [...tubes];
    this.#keep();
  }

  finish(): void {
    this.#facts.over = true;
    this.#keep();
  }

  /** Whole or not at all: whoever pulls the plug finds the file before or the file after. */
  #keep(): void {
    const temporary = `${this.#at}.tmp`;
    writeFileSync(temporary, JSON.stringify(this.#facts), { flush: true });
    renameSync(temporary, this.#at);
  }
}

/** Books that outlive the process: a tube is on the disk before its kiosk is told that it is sealed. */
export class KeptBooks extends SiteBooks {
  readonly #played: Played;

  constructor(plan: SitePlan, played: Played) {
    super(plan);
    for (const tube of played.tubes) super.racked(tube);
    this.#played = played;
  }

  override racked(tube: RackTube): void {
    super.racked(tube);
    this.#played.racked(this.tubes);
  }
}
