import { once } from 'node:events';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { WorkerData } from './worker-messages.ts';

/** A file of this folder; beside this one it is called .js where the edge is bundled. */
export const beside = (file: string): URL =>
  new URL(file.replace('.ts', path.extname(import.meta.filename)), import.meta.url);

/**
 * Starts a thread and waits until it is ready; rejects with the thread's error when it could not begin. `isSilent`: what it writes
 * to the console goes to `worker.stdout` and `worker.stderr` alone.
 */
export async function startWorker(
  file: string,
  workerData: WorkerData,
  { youngMb, heapMbMax, isSilent }: { youngMb: number; heapMbMax: number | null; isSilent: boolean },
): Promise<Worker> {
  // For threads started from here on; a flag of the command line would win over the limit of a single thread.
  setFlagsFromString(`--max-semi-space-size=${youngMb}`);
  const worker = new Worker(beside(file), {
    workerData,
    stdout: isSilent,
    stderr: isSilent,
    ...(heapMbMax !== null && { resourceLimits: { maxOldGenerationSizeMb: heapMbMax } }),
  });
  await once(worker, 'message'); // 'ready'; rejects with the thread's error if opening failed
  return worker;
}
