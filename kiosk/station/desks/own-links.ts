import { Persons } from '#shared/counting/persons.ts';

/**
 * Which credential keys of one round this kiosk has joined to persons. What the edge links, and what it undoes, it does not
 * know: a repeat it cannot see is told by the edge's verdict.
 */
export class OwnLinks {
  readonly #persons = new Persons();
  readonly #keys = new Set<string>();

  join(keys: readonly string[]): void {
    this.#persons.join(keys);
    for (const key of keys) this.#keys.add(key);
  }

  personOf(key: string): string {
    return this.#keys.has(key) ? this.#persons.of(key) : key;
  }

  /** Every key of this key's person, itself first. */
  keysOf(key: string): string[] {
    if (!this.#keys.has(key)) return [key];
    const person = this.#persons.of(key);
    return [key, ...[...this.#keys].filter((other) => other !== key && this.#persons.of(other) === person)];
  }
}
