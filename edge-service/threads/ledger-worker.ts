/** Entry of the writer's thread: the only connection that writes. */
import { randomUUID } from 'node:crypto';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { KeyStore } from '../keys/key-store.ts';
import { Ledger, type LedgerJob } from '../ledger/ledger.ts';
import { openStore } from '../store/database.ts';
import { clearHeap } from '#shared/node/cleared-heap.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import {
  batchBytes,
  packAnswers,
  unpackJobs,
  type LedgerMessage,
  type LedgerReply,
  type WorkerData,
} from './worker-messages.ts';
import { WRITES } from './write-table.ts';

/**
 * Jobs per transaction: a rush of 500 kiosks with full batches must not hold everybody's acknowledgement for seconds. The
 * rest goes into the next transaction, at once.
 */
const JOBS_PER_COMMIT_MAX = 512;
/** Bytes per transaction, for the same reason: about half a second of inserting. */
const BYTES_PER_COMMIT_MAX = 16 * 1024 * 1024;

function serve(port: MessagePort, data: WorkerData): void {
  const ledger = new Ledger({
    db: openStore(data.file, 'write'),
    keys: new KeyStore(data.keys),
    time: { wall: systemClock.wall, monotonic: systemClock.monotonic, bootId: randomUUID() },
    uuid: randomUUID,
    writes: WRITES,
  });
  const reply = (message: LedgerReply): void => port.postMessage(message);
  let damageTold = false;

  port.on('message', (message: LedgerMessage | 'close' | 'clear-heap') => {
    if (message === 'close') return close();
    if (message === 'clear-heap') return clearHeap('all');
    const jobs = unpackJobs(message);
    let bytes = batchBytes(message);
    let closing = false;
    // Group commit without a timer: whatever has arrived meanwhile goes along.
    while (jobs.length < JOBS_PER_COMMIT_MAX && bytes < BYTES_PER_COMMIT_MAX && !closing) {
      const next = receiveMessageOnPort(port);
      if (next === undefined) break;
      const more: LedgerMessage | 'close' | 'clear-heap' = next.message;
      if (more === 'close') closing = true;
      else if (more === 'clear-heap') clearHeap('all');
      else {
        jobs.push(...unpackJobs(more));
        bytes += batchBytes(more);
      }
    }
    run(jobs);
    if (closing) close();
  });

  function run(jobs: readonly LedgerJob[]): void {
    const { answers, notice } = ledger.run(jobs);
    if (ledger.damage !== null && !damageTold) {
      damageTold = true;
      reply({ kind: 'damaged', message: ledger.damage });
    }
    const told =
      notice.rounds.length + notice.installs.length + notice.renewed.length > 0 || notice.roundsChanged;
    reply(packAnswers(answers, told ? notice : null));
  }

  function close(): void {
    ledger.close();
    port.close();
  }

  reply({ kind: 'ready' });
}

if (parentPort === null) throw new Error('ledger-worker.ts runs in a worker thread only');
serve(parentPort, workerData as WorkerData);
