import path from 'node:path';
import { BATCH_EVENTS_MAX } from '#shared/event/batch.ts';
import { DRAINING_KIOSKS, KIOSKS, SWIPES, type BenchRuns, type LoadKind } from './bench-runs.ts';
import type { GoalId, Sample } from './goals.ts';
import { checkPromises } from './promises.ts';
import { measureReading } from './reading-measure.ts';

/** How much of everything; the default fits ten minutes on two cores. */
export interface Extent {
  /** Pairs of reference and subject per goal. */
  pairs: number;
  pacedSeconds: number;
  /** Length of the run whose memory is read. */
  memorySeconds: number;
  kills: number;
  /** Cards read one after another for the heap. */
  cards: number;
}

export interface Experiment {
  /** Goals one pair answers. */
  goals: readonly GoalId[];
  /** False: goes without counting or slowing syncs. */
  needsShim: boolean;
  pairs(extent: Extent): number;
  pair(
    runs: BenchRuns,
    extent: Extent,
    say: (line: string) => void,
  ): Promise<Partial<Record<GoalId, Sample>>>;
}

const FAST = { syncDelayMs: 0, watchStalls: false, checkSyncs: false };
const SLOW_DISK_MS = 20;
const SLOW = { syncDelayMs: SLOW_DISK_MS, watchStalls: true, checkSyncs: false };
const PACE = 1000;
/** Long enough for several checkpoints on the slow disk. */
const STALL_SECONDS = 5;
const MB = 1e6;
const DRAIN_MESSAGES = DRAINING_KIOSKS * Math.ceil(SWIPES / DRAINING_KIOSKS / BATCH_EVENTS_MAX);

const alone = (subject: number, reference: number): Sample => ({ value: subject, reference, subject });

/** How many messages went into a commit, at least one. */
function messagesPerCommit(messages: number, commits: number | null): number {
  if (commits === null || commits === 0) throw new Error('the commits were not counted');
  return Math.max(1, Math.round(messages / commits));
}

const ingest: Experiment = {
  goals: ['G1', 'G2'],
  needsShim: true,
  pairs: ({ pairs }) => pairs,
  async pair(runs, _extent, say) {
    const kind: LoadKind = { name: 'one-in-flight', swipesPerKiosk: SWIPES / KIOSKS };
    const echo = await runs.echo(runs.many, kind, { watchStalls: false });
    const edge = await runs.edge(runs.many, kind, FAST);
    const together = messagesPerCommit(edge.swipes, edge.commits);
    const sql = await runs.sql(runs.many, { perMessage: 1, messagesPerCommit: together, syncDelayMs: 0 });
    const sqlPerSecond = (sql.swipes / sql.ms) * 1000;
    const limit = 1 / (1 / echo.swipesPerSecond + 1 / sqlPerSecond);
    say(
      `ingest: edge ${whole(edge.swipesPerSecond)}/s (${together} a commit, ack p50 ${edge.ack.p50.toFixed(1)} ms), ` +
        `echo ${whole(echo.swipesPerSecond)}/s, SQL ${whole(sqlPerSecond)}/s, CPU ${edge.cpuMicrosPerSwipe.toFixed(0)} and ` +
        `${echo.cpuMicrosPerSwipe.toFixed(0)} µs, pushed ${edge.pushed} to kiosks and ${edge.boardChanges} to the board`,
    );
    return {
      G1: { value: edge.swipesPerSecond / limit, reference: limit, subject: edge.swipesPerSecond },
      G2: {
        value: edge.cpuMicrosPerSwipe / echo.cpuMicrosPerSwipe,
        reference: echo.cpuMicrosPerSwipe,
        subject: edge.cpuMicrosPerSwipe,
      },
    };
  },
};

const drain: Experiment = {
  goals: ['G3', 'G3j'],
  needsShim: true,
  pairs: ({ pairs }) => pairs,
  async pair(runs, _extent, say) {
    const edge = await runs.edge(runs.few, { name: 'drain' }, FAST);
    const sql = await runs.sql(runs.few, {
      perMessage: BATCH_EVENTS_MAX,
      messagesPerCommit: messagesPerCommit(DRAIN_MESSAGES, edge.commits),
      syncDelayMs: 0,
    });
    const journals = await runs.inFolder((folder) =>
      runs.edge(runs.few, { name: 'drain-journals', dir: path.join(folder, 'journals') }, FAST),
    );
    const sqlPerSecond = (sql.swipes / sql.ms) * 1000;
    say(
      `drain: edge ${seconds(edge.ms)} (${edge.commits} commits), SQL ${seconds(sql.ms)} (${sql.commits}), ` +
        `with real journals on the kiosks' side ${seconds(journals.ms)}`,
    );
    const against = (subject: number): Sample => ({
      value: subject / sqlPerSecond,
      reference: sqlPerSecond,
      subject,
    });
    return { G3: against(edge.swipesPerSecond), G3j: against(journals.swipesPerSecond) };
  },
};

const slowDisk: Experiment = {
  goals: ['G4', 'G8'],
  needsShim: true,
  pairs: ({ pairs }) => pairs,
  async pair(runs, _extent, say) {
    const drained = await runs.edge(runs.few, { name: 'drain' }, SLOW);
    const kind: LoadKind = { name: 'paced', swipesPerSecond: PACE, seconds: STALL_SECONDS };
    const paced = await runs.edge(runs.many, kind, SLOW);
    const echo = await runs.echo(runs.many, kind, { watchStalls: true });
    const sql = await runs.sql(runs.few, {
      perMessage: BATCH_EVENTS_MAX,
      messagesPerCommit: messagesPerCommit(DRAIN_MESSAGES, drained.commits),
      syncDelayMs: SLOW_DISK_MS,
    });
    const stall = Math.max(drained.stallMsMax ?? Infinity, paced.stallMsMax ?? Infinity);
    say(
      `slow disk: drain ${seconds(drained.ms)}, stall ${drained.stallMsMax?.toFixed(1)} ms; at ${PACE}/s stall ` +
        `${paced.stallMsMax?.toFixed(1)} ms, ack p50 ${paced.ack.p50.toFixed(1)} ms, p99 ${paced.ack.p99.toFixed(1)} ms`,
    );
    return { G4: alone(drained.ms / 1000, sql.ms / 1000), G8: alone(stall, echo.stallMsMax ?? 0) };
  },
};

const paced: Experiment = {
  goals: ['G6'],
  needsShim: false,
  pairs: ({ pairs }) => pairs,
  async pair(runs, extent, say) {
    const kind: LoadKind = { name: 'paced', swipesPerSecond: PACE, seconds: extent.pacedSeconds };
    const echo = await runs.echo(runs.many, kind, { watchStalls: false });
    const edge = await runs.edge(runs.many, kind, FAST);
    say(
      `paced: ack p50 ${edge.ack.p50.toFixed(2)} ms, p99 ${edge.ack.p99.toFixed(1)} ms; without a database ` +
        `${echo.ack.p50.toFixed(2)} and ${echo.ack.p99.toFixed(1)} ms; core used ${((edge.cpuMicrosPerSwipe * PACE) / 1e6).toFixed(2)}`,
    );
    return { G6: { value: edge.ack.p50 - echo.ack.p50, reference: echo.ack.p50, subject: edge.ack.p50 } };
  },
};

const memory: Experiment = {
  goals: ['G15'],
  needsShim: false,
  pairs: () => 1,
  async pair(runs, extent, say) {
    const kind: LoadKind = { name: 'paced', swipesPerSecond: PACE, seconds: extent.memorySeconds };
    const edge = await runs.edge(runs.many, kind, FAST);
    const echo = await runs.echo(runs.many, { ...kind, seconds: 2 }, { watchStalls: false });
    say(`memory: ${whole(edge.rssPeakBytes / MB)} MB at the highest, ${edge.swipes} swipes`);
    return { G15: alone(edge.rssPeakBytes / MB, echo.rssPeakBytes / MB) };
  },
};

const promises: Experiment = {
  goals: ['G16'],
  needsShim: true,
  pairs: () => 1,
  async pair(runs, extent, say) {
    const violations = await checkPromises(runs, { kills: extent.kills }, say);
    for (const violation of violations) say(`VIOLATION: ${violation}`);
    return { G16: alone(violations.length, 0) };
  },
};

const reading: Experiment = {
  goals: ['R1', 'R2', 'R3'],
  needsShim: false,
  pairs: () => 1,
  async pair(_runs, extent, say) {
    const { ownMs, atRate, heap } = await measureReading(extent.cards);
    const medians = Object.values(ownMs).map(({ median }) => median);
    const told = Object.entries(ownMs).map(([carrier, { median }]) => `${carrier} ${median.toFixed(2)} ms`);
    say(
      `reading: ${told.join(', ')}; ${atRate.told} of ${atRate.sent} reports told; ${whole(heap.cards)} cards`,
    );
    const [early, late] = [heap.earlyBytes / MB, heap.lateBytes / MB];
    return {
      R1: { value: Math.max(...medians), reference: Math.min(...medians), subject: Math.max(...medians) },
      R2: { value: atRate.sent - atRate.told, reference: atRate.sent, subject: atRate.told },
      R3: { value: Math.max(0, late - early), reference: early, subject: late },
    };
  },
};

export const EXPERIMENTS: readonly Experiment[] = [ingest, drain, slowDisk, paced, memory, promises, reading];

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
