import { afterEach, beforeEach } from 'vitest';
import { HandClock } from '../hand-clock.ts';
import { HandEdge } from './hand-link.ts';
import {
  MORNING,
  roundsMessage,
  temporaryDirectory,
  TestKiosk,
  type KioskOptions,
  type TestRound,
} from './kiosk-fixture.ts';

/** Kiosks for the tests of a file. All of one test lie in its directory, unless they are given another, and end with it. */
export class KioskBench {
  #place: ReturnType<typeof temporaryDirectory> | null = null;
  readonly #kiosks = new Set<TestKiosk>();

  constructor() {
    beforeEach(() => this.anew());
    afterEach(async () => {
      for (const kiosk of this.#kiosks) await this.end(kiosk);
      this.#place?.remove();
      this.#place = null;
    });
  }

  get directory(): string {
    if (this.#place === null) throw new Error('a directory outside any test');
    return this.#place.directory;
  }

  /** An empty directory from here on. */
  anew(): void {
    this.#place?.remove();
    this.#place = temporaryDirectory();
  }

  /** A kiosk whose edge tells these rounds; none: what the given edge tells already. */
  async start(rounds: readonly TestRound[], options: Partial<KioskOptions> = {}): Promise<TestKiosk> {
    const clock = options.clock ?? new HandClock(MORNING);
    const edge = options.edge ?? options.link?.edge ?? new HandEdge(() => clock.wall());
    if (rounds.length > 0) edge.rounds = roundsMessage(...rounds);
    const kiosk = await TestKiosk.start({ directory: this.directory, clock, edge, ...options });
    this.#kiosks.add(kiosk);
    return kiosk;
  }

  /** Before its test does. */
  async end(kiosk: TestKiosk): Promise<void> {
    this.#kiosks.delete(kiosk);
    await kiosk.stop();
  }
}
