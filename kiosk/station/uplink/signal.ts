/** Wakes one waiting loop; a wake while nobody waits is remembered once. */
export class Signal {
  #raised = false;
  #resolve: (() => void) | null = null;

  raise(): void {
    this.#raised = true;
    this.#resolve?.();
  }

  /** Resolves at the next raise, or at once if one was missed; takes it down again. */
  async wait(): Promise<void> {
    if (!this.#raised) await new Promise<void>((resolve) => (this.#resolve = resolve));
    this.#resolve = null;
    this.#raised = false;
  }
}
