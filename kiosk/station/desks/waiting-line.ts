import type { GivenPerson } from './given-person.ts';

/**
 * People whose card was laid down while 谁没采? stood, in order. Nothing of them is written or shown as counted yet: they are
 * recorded as soon as the question is answered or left.
 */
export class WaitingLine {
  #people: GivenPerson[] = [];

  get count(): number {
    return this.#people.length;
  }

  join(person: GivenPerson): void {
    this.#people.push(person);
  }

  /** Takes them one after the other; from the first on that cannot be recorded they go on waiting. */
  take(record: (person: GivenPerson) => boolean): void {
    for (;;) {
      const person = this.#people.shift(); // first: a card that cannot even be tried must not hold up the rest for ever
      if (person === undefined) return;
      if (record(person)) continue;
      this.#people.unshift(person);
      return;
    }
  }
}
