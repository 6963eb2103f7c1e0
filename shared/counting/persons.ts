/**
 * Joins credential keys to persons: sets, order-free. A person's id is the smallest key of its set, so that any order
 * of joins names the same persons.
 */
export class Persons {
  readonly #parent = new Map<string, string>();

  /** Makes all `keys` one person. */
  join(keys: readonly string[]): void {
    const [first] = keys;
    if (first === undefined) return;
    for (const key of keys) {
      const a = this.of(first);
      const b = this.of(key);
      if (a < b) this.#parent.set(b, a);
      else if (b < a) this.#parent.set(a, b);
    }
  }

  /** The person a key belongs to; an unlinked key is a person of its own. */
  of(key: string): string {
    let root = key;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    for (let k = key; k !== root;) {
      const next = this.#parent.get(k) ?? root;
      this.#parent.set(k, root);
      k = next;
    }
    return root;
  }

  /** Every key that was joined to another, with its person; keys not listed are persons of their own. */
  joined(): Map<string, string> {
    const all = new Map<string, string>();
    for (const key of this.#parent.keys()) all.set(key, this.of(key));
    for (const person of new Set(all.values())) all.set(person, person);
    return all;
  }
}
