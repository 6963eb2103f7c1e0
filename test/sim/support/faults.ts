import type { SeededRandom } from '../../support/seeded-random.ts';

/** Everything that can go wrong on a site, by name. */
export const FAULT_KINDS = [
  'request-lost',
  'answer-lost',
  'request-twice',
  'old-batch-replayed',
  'message-late',
  'connection-cut',
  'kiosk-killed',
  'kiosk-power-cut',
  'edge-killed-before-commit',
  'edge-killed-after-commit',
  'edge-power-cut',
  'journal-cloned',
  'edge-restored',
  'edge-set-back-silently',
  'clock-wrong',
  'edge-away',
  'kiosk-disk-full',
  'edge-disk-full',
  'kiosk-replaced',
  'journal-damaged',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How likely each fault is, per message or per step of the site; faults of a seed are a handful, not all at once. */
export type FaultPlan = Readonly<Record<FaultKind, number>>;

/** Likelihood when a seed has the fault. Per message for the network, per visit to a table for the rest. */
const LIKELIHOOD: FaultPlan = {
  'request-lost': 0.04,
  'answer-lost': 0.06,
  'request-twice': 0.08,
  'old-batch-replayed': 0.05,
  'message-late': 0.15,
  'connection-cut': 0.04,
  'kiosk-killed': 0.03,
  'kiosk-power-cut': 0.02,
  'edge-killed-before-commit': 0.01,
  'edge-killed-after-commit': 0.015,
  'edge-power-cut': 0.008,
  'journal-cloned': 0.012,
  'edge-restored': 0.01,
  'edge-set-back-silently': 0.004,
  'clock-wrong': 0.02,
  'edge-away': 0.006,
  'kiosk-disk-full': 0.01,
  'edge-disk-full': 0.04,
  'kiosk-replaced': 0.008,
  'journal-damaged': 0.01,
};

/** Each fault is in a seed or not at all: seeds with few faults reach states that seeds with all of them never do. */
export function planFaults(random: SeededRandom): FaultPlan {
  const plan = {} as Record<FaultKind, number>;
  for (const kind of FAULT_KINDS) {
    const strength = random.pick([0, 0, 1, 1, 2]);
    plan[kind] = LIKELIHOOD[kind] * strength;
  }
  return plan;
}

export const NO_FAULTS: FaultPlan = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultPlan;

/** What is hardest together: copied journals, an edge set back and set back again, and one that takes nothing for a while. */
export const STUBBORN_FAULTS: FaultPlan = {
  ...NO_FAULTS,
  'journal-cloned': 0.06,
  'edge-restored': 0.03,
  'edge-set-back-silently': 0.01,
  'edge-disk-full': 0.25,
  'connection-cut': 0.03,
  'edge-away': 0.02,
  'kiosk-killed': 0.02,
  'kiosk-replaced': 0.01,
  'answer-lost': 0.02,
};

/** Throws the dice for faults, counts those that happened, and stops throwing when the site begins to heal. */
export class Misfortune {
  readonly #random: SeededRandom;
  readonly #planned: FaultPlan;
  #plan: FaultPlan = NO_FAULTS;
  readonly counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<FaultKind, number>;

  constructor(random: SeededRandom, plan: FaultPlan) {
    this.#random = random;
    this.#planned = plan;
  }

  /** Whether the fault is to happen now; whoever makes it happen says so with `happened`. */
  strikes(kind: FaultKind): boolean {
    const likelihood = this.#plan[kind];
    return likelihood > 0 && this.#random.next() < likelihood;
  }

  happened(kind: FaultKind): void {
    this.counts[kind]++;
  }

  /** Until then nothing goes wrong. */
  begin(): void {
    this.#plan = this.#planned;
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#plan = NO_FAULTS;
  }
}
