/** What a server process of the bench has used since its start; server-probe.mjs answers with it. */
export interface ServerUse {
  /** User and system time of all threads, µs. */
  cpuMicros: number;
  rssBytes: number;
  /** Highest ever. */
  rssPeakBytes: number;
  /** Longest time the serving thread's event loop stood still since the last `forget-stalls`, ms; null when not watched. */
  stallMsMax: number | null;
}
export type ProbeQuestion = 'use' | 'forget-stalls';

/** Environment variable that asks for stalls to be watched: the watch wakes the loop, so other runs go without. */
export const WATCH_STALLS = 'MUSTER_BENCH_WATCH_STALLS';
