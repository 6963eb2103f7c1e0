/**
 * Preloaded (`node --import`) into every server process of the bench: answers, over the process's own channel, what the
 * process has used so far (server-use.ts). It changes nothing in what the server does, and is JavaScript because what strips
 * types from a source would stand in the memory that is measured: 20 MB.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** The watch's own period; a stall shorter than this is none. */
const STALL_RESOLUTION_MS = 2;
const NANOSECONDS = 1e6;

function answerQuestions(send) {
  const watched = process.env.MUSTER_BENCH_WATCH_STALLS !== undefined;
  const stalls = watched ? monitorEventLoopDelay({ resolution: STALL_RESOLUTION_MS }) : null;
  stalls?.enable();
  process.on('message', (question) => {
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
