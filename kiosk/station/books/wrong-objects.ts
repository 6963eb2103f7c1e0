import type { RoundId } from '#shared/ids.ts';
import type { KioskState, WrongObject } from '#shared/contract/kiosk-screen.ts';
import type { KnownFacts } from '../disk/known-facts.ts';
import type { Log } from '../disk/log.ts';

/**
 * How often what was given instead of a card or a tube code, per round. The event format has no event for it and needs none:
 * nobody is counted or left out by it. It stands on the page of the readers, in the log, and on the disk beside the journal.
 */
export class WrongObjects {
  readonly #known: KnownFacts;
  readonly #log: Log;
  readonly #unwritten: WrongObject[] = [];
  #round: RoundId | null;
  #counts: Map<WrongObject, number>;
  #quiet = true;

  constructor(known: KnownFacts, log: Log) {
    this.#known = known;
    this.#log = log;
    const held = known.get('wrongObjects');
    this.#round = held?.round ?? null;
    this.#counts = new Map(held?.counts.map(({ given, count }) => [given, count]));
  }

  of(round: RoundId | null): KioskState['wrongObjects'] {
    if (round !== this.#round) return [];
    return [...this.#counts].map(([given, count]) => ({ given, count }));
  }

  /** One more. The first after a quiet while is written at once, a flood of them at the next `keep`. */
  add(given: WrongObject, round: RoundId | null): void {
    if (round !== this.#round) {
      this.#round = round;
      this.#counts = new Map();
    }
    this.#counts.set(given, (this.#counts.get(given) ?? 0) + 1);
    this.#unwritten.push(given);
    if (!this.#quiet) return;
    this.#write();
    this.#quiet = false;
  }

  /** Called every few seconds: writes down what has come since. */
  keep(): void {
    this.#quiet = this.#unwritten.length === 0;
    if (!this.#quiet) this.#write();
  }

  #write(): void {
    const told = Map.groupBy(this.#unwritten.splice(0), (given) => given);
    const detail = [...told].map(([given, all]) => `${all.length} × ${given}`).join(', ');
    this.#log({ code: 'wrong-object', detail });
    this.#known.put('wrongObjects', { round: this.#round, counts: this.of(this.#round) });
  }
}
