import type { Clock } from '#shared/clock.ts';
import { TryLimit } from './try-limit.ts';

/** Ten wrong passwords in five minutes per name and address: a person who forgot needs fewer, a program more. */
const PLACE_TRIES = { triesMax: 10, windowMs: 5 * 60_000 };
/** Per address more, because several people may share one board; still few for a program. */
const ADDRESS_TRIES = { triesMax: 40, windowMs: 5 * 60_000 };
/** Per name from addresses where it has never logged in, because a guesser may have many addresses. */
const NAME_TRIES = { triesMax: 100, windowMs: 5 * 60_000 };

/** Where a name is tried. `familiar`: it has logged in from this address before. */
export interface LoginPlace {
  name: string;
  address: string;
  familiar: boolean;
}

/**
 * Wrong passwords, counted so that nobody can use up another's tries: a familiar place has its own and no other count holds
 * for it. A strange one is also bounded by its address and by all that strange addresses have tried for the name.
 */
export class LoginTries {
  readonly #places: TryLimit;
  readonly #addresses: TryLimit;
  readonly #names: TryLimit;

  constructor(clock: Clock) {
    this.#places = new TryLimit({ clock, ...PLACE_TRIES });
    this.#addresses = new TryLimit({ clock, ...ADDRESS_TRIES });
    this.#names = new TryLimit({ clock, ...NAME_TRIES });
  }

  /** Takes a try before the password is looked at. False when none is left; then no other count has moved. */
  take(place: LoginPlace): boolean {
    const counts = this.#countsOf(place);
    if (!counts.every(({ limit, subject }) => limit.allows(subject))) return false;
    for (const { limit, subject } of counts) limit.failed(subject);
    return true;
  }

  /** The password was right. */
  succeeded(place: LoginPlace): void {
    for (const { limit, subject } of this.#countsOf(place)) limit.giveBack(subject);
    this.#places.succeeded(placeSubject(place));
  }

  /** Takes one of the address's tries for a secret that belongs to no name. False when none is left. */
  takeOfAddress(address: string): boolean {
    return this.#addresses.take(address);
  }

  giveBackToAddress(address: string): void {
    this.#addresses.giveBack(address);
  }

  #countsOf(place: LoginPlace): { limit: TryLimit; subject: string }[] {
    const own = { limit: this.#places, subject: placeSubject(place) };
    if (place.familiar) return [own];
    return [
      own,
      { limit: this.#addresses, subject: place.address },
      { limit: this.#names, subject: place.name },
    ];
  }
}

function placeSubject({ name, address }: LoginPlace): string {
  return `${address} ${name}`;
}
