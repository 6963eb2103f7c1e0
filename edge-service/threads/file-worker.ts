/**
 * Entry of the process that reads and writes whole files (file-process.ts starts it): a report-worker.ts in a process of its
 * own, because an allocator keeps what a large file took, and only a process that ends gives it back on every system. The
 * first thread only passes messages on, so that it hears at once when the edge is gone, whatever the file makes its reader do.
 */
import type { Cancel } from '#shared/clock.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { FILE_HEAP_MB_MAX, FILE_YOUNG_MB, isExport } from './file-process.ts';
import { startWorker } from './start-worker.ts';
import { piecesIn } from '../tables/pieces.ts';
import type { PieceMessage, ReportMessage, ReportReply, WorkerData } from './worker-messages.ts';

/** How often it is looked how much the process has worked. */
const LOOK_MS = 200;

async function serve({ file, keys, cpuMsMax }: WorkerData & { cpuMsMax: number }): Promise<void> {
  // Without the edge there is nobody to answer, and a thread in the middle of a file cannot be asked to end.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Ctrl-C reaches every process of a terminal; the edge ends this one when it has ended its own work.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  const limits = { youngMb: FILE_YOUNG_MB, heapMbMax: FILE_HEAP_MB_MAX, isSilent: true };
  const worker = await startWorker('report-worker.ts', { file, keys }, limits);
  const answer = (reply: ReportReply): void => void process.send?.(reply);
  // What libraries say about a file that they read may quote it: it comes into no log.
  for (const said of [worker.stdout, worker.stderr]) said.resume();
  let cancelWatch: Cancel = () => {};
  worker.on('message', (reply: ReportReply) => {
    cancelWatch();
    const result = reply.kind === 'result' ? piecesIn(reply.result) : null;
    for (const bytes of result?.pieces.splice(0) ?? []) answer({ kind: 'piece', bytes });
    answer(reply);
  });
  const watchFrom = (before: NodeJS.CpuUsage): void => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 > cpuMsMax) process.exit(1);
    cancelWatch = systemClock.timer(LOOK_MS, () => watchFrom(before));
  };
  // Out of memory, or too much work: the edge learns it by the end of this process.
  worker.once('error', () => process.exit(1));
  worker.once('exit', () => process.exit(1));
  const pieces: Uint8Array[] = [];
  process.on('message', (message: ReportMessage | PieceMessage) => {
    if ('piece' in message) return void pieces.push(new Uint8Array(message.piece));
    piecesIn(message.args)?.pieces.push(...pieces.splice(0));
    worker.postMessage(message);
    if (!isExport(message.name)) watchFrom(process.cpuUsage());
  });
  answer({ kind: 'ready' });
}

const [, , file, keys, cpuMsMax] = process.argv;
if (process.send === undefined || file === undefined || keys === undefined || cpuMsMax === undefined)
  throw new Error('file-worker.ts is started by the edge only');
await serve({ file, keys, cpuMsMax: Number(cpuMsMax) });
