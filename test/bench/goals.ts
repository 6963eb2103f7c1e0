import { median, quartiles } from './statistics.ts';

/** G3j is G3 with real journals on the kiosks' side, read from disk as they are sent; R1 to R3 are about reading cards. */
export const GOALS = ['G1', 'G2', 'G3', 'G3j', 'G4', 'G6', 'G8', 'G15', 'G16', 'R1', 'R2', 'R3'] as const;
export type GoalId = (typeof GOALS)[number];

/** What a goal asks. `gate` is held by the exit code; `aim` is what a quiet machine of two cores should reach. */
export interface GoalRule {
  what: string;
  unit: string;
  better: 'more' | 'less';
  /** Null: told, not held. */
  gate: number | null;
  aim: number | null;
  /** What the two numbers beside the value are. */
  reference: string;
  subject: string;
}

export const RULES: Readonly<Record<GoalId, GoalRule>> = {
  G1: {
    what: 'durable ingest, 100 kiosks × 1 in flight ÷ serial limit',
    unit: 'ratio',
    better: 'more',
    gate: 0.55,
    aim: 0.65,
    reference: 'swipes/s, 1/(1/echo + 1/SQL)',
    subject: 'swipes/s',
  },
  G2: {
    what: 'server CPU per durable swipe ÷ bare socket.io echo',
    unit: 'ratio',
    better: 'less',
    gate: 4,
    aim: 3,
    reference: 'µs per echo',
    subject: 'µs per swipe',
  },
  G3: {
    what: 'drain of 36,000 from 8 kiosks ÷ raw SQLite group commit',
    unit: 'ratio',
    better: 'more',
    gate: 0.6,
    aim: 0.8,
    reference: 'rows/s of SQLite',
    subject: 'swipes/s',
  },
  G3j: {
    what: 'the same with real journals on the kiosks’ side',
    unit: 'ratio',
    better: 'more',
    gate: null,
    aim: null,
    reference: 'rows/s of SQLite',
    subject: 'swipes/s',
  },
  G4: {
    what: 'the same drain with 20 ms per fsync',
    unit: 's',
    better: 'less',
    gate: 3,
    aim: 1.5,
    reference: 's, raw SQLite on that disk',
    subject: 's',
  },
  G6: {
    what: 'what durability adds at 1,000/s, median of acks',
    unit: 'ms',
    better: 'less',
    gate: 2,
    aim: 1,
    reference: 'ms, no database',
    subject: 'ms',
  },
  G8: {
    what: 'longest event-loop stall, 20 ms per fsync',
    unit: 'ms',
    better: 'less',
    gate: 50,
    aim: 20,
    reference: 'ms, bare echo',
    subject: 'ms',
  },
  G15: {
    what: 'resident memory, 100 kiosks at 1,000/s',
    unit: 'MB',
    better: 'less',
    gate: 200,
    aim: 140,
    reference: 'MB, bare echo',
    subject: 'MB, highest',
  },
  G16: {
    what: 'promises broken: synchronous, sync before ack, kill -9',
    unit: 'violations',
    better: 'less',
    gate: 0,
    aim: 0,
    reference: 'allowed',
    subject: 'seen',
  },
  R1: {
    what: 'a card’s last bytes to its reading, slowest carrier',
    unit: 'ms',
    better: 'less',
    gate: 1,
    aim: 0.5,
    reference: 'ms, quickest carrier',
    subject: 'ms, median',
  },
  R2: {
    what: 'reports dropped at 1,000 a second',
    unit: 'reports',
    better: 'less',
    gate: 0,
    aim: 0,
    reference: 'sent',
    subject: 'told',
  },
  R3: {
    what: 'heap grown over the cards of a site’s year',
    unit: 'MB',
    better: 'less',
    gate: 1,
    aim: 0,
    reference: 'MB, after a tenth of them',
    subject: 'MB, after all',
  },
};

/** One pair of runs. */
export interface Sample {
  value: number;
  reference: number;
  subject: number;
}

export interface GoalResult {
  value: number;
  unit: string;
  /** Lower and upper quartile. */
  spread: [number, number];
  reference: number;
  subject: number;
  gate: number | null;
  aim: number | null;
  pairs: number;
  pass: boolean;
}

/** Medians of the pairs. A goal fails on its median alone. */
export function judge(goal: GoalId, samples: readonly Sample[]): GoalResult {
  const { unit, gate, aim, better } = RULES[goal];
  const value = median(samples.map((s) => s.value));
  return {
    value: rounded(value),
    unit,
    spread: quartiles(samples.map((s) => s.value)).map(rounded) as [number, number],
    reference: rounded(median(samples.map((s) => s.reference))),
    subject: rounded(median(samples.map((s) => s.subject))),
    gate,
    aim,
    pairs: samples.length,
    pass: gate === null || (better === 'more' ? value >= gate : value <= gate),
  };
}

/** Four significant digits: more is noise. */
const rounded = (value: number): number => Number(value.toPrecision(4));
