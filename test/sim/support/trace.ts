/** What happened, one line each: two runs of one seed must give the same lines. Ids made by chance are told by order. */
export class Trace {
  readonly lines: string[] = [];
  readonly #labels = new Map<string, string>();

  say(atMs: number, line: string): void {
    this.lines.push(`${(atMs / 1000).toFixed(3)} ${line}`);
  }

  /** A short name for an id, the same for the same id, given in order of appearance. */
  label(id: string): string {
    const known = this.#labels.get(id);
    if (known !== undefined) return known;
    const label = `#${this.#labels.size + 1}`;
    this.#labels.set(id, label);
    return label;
  }

  /** The last lines, for the words of a failure. */
  tail(lines: number): string {
    return this.lines.slice(-lines).join('\n');
  }
}
