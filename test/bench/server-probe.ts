/**
 * Preloaded (`node --import`) into every server process of the bench: answers, over the process's own channel, what the
 * process has used so far. It changes nothing in what the server does.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** What the process has used since its start. */
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
/** The watch's own period; a stall shorter than this is none. */
const STALL_RESOLUTION_MS = 2;
const NANOSECONDS = 1e6;

function answerQuestions(send: (use: ServerUse) => void): void {
  const stalls =
    process.env[WATCH_STALLS] === undefined
      ? null
      : monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS });
  stalls?.enable();
  process.on('message', (question: ProbeQuestion) => {
    if (question === 'forget-stalls') stalls?.reset();
    const { user, system } = process.cpuUsage();
    send({
      cpuMicros: user + system,
      rssBytes: process.memoryUsage.rss(),
      rssPeakBytes: process.resourceUsage().maxRSS * 1024,
      // the monitor measures from tick to tick, its own period included
      stallMsMax: stalls === null ? null : Math.max(0, stalls.max / NANOSECONDS - STALL_RESOLUTION_MS),
    });
  });
  // the channel alone must not keep a server alive that was told to stop
  process.channel?.unref();
}

if (isMainThread && process.send !== undefined) {
  const send = process.send.bind(process);
  answerQuestions((use) => void send(use));
}
