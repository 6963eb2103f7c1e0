/** Entry of the reports' thread: its connection cannot write, and a long report holds up no swipe. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ReportContext } from '../ledger/contexts.ts';
import type { RefusalCode } from '../ledger/refusal.ts';
import { KeyStore } from '../keys/key-store.ts';
import { REPORTS } from './report-table.ts';
import { isDamage, openStore } from '../store/database.ts';
import { wordsOf } from '#shared/error-words.ts';
import { clearHeap } from '#shared/node/cleared-heap.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { ReportMessage, ReportReply, WorkerData } from './worker-messages.ts';

function serve(port: MessagePort, data: WorkerData): void {
  const db = openStore(data.file, 'read');
  const context: ReportContext = { db, keys: new KeyStore(data.keys), wall: systemClock.wall };
  const reply = (message: ReportReply): void => port.postMessage(message);

  port.on('message', (message: ReportMessage | 'close' | 'clear-heap') => {
    if (message === 'close') {
      db.close();
      port.close();
      return;
    }
    if (message === 'clear-heap') return clearHeap('all');
    void answer(message).then(reply);
  });

  async function answer({ id, name, args }: ReportMessage): Promise<ReportReply> {
    try {
      // The table ties names to arguments for callers (ledger-client.ts); here they arrive from another thread as data.
      const report = REPORTS[name] as (context: ReportContext, args: unknown) => unknown;
      return { kind: 'result', id, result: await report(context, args) };
    } catch (error) {
      const own = error instanceof Error && 'code' in error ? String(error.code) : 'fault';
      const code = isDamage(error) ? ('database-damaged' satisfies RefusalCode) : own;
      return { kind: 'failed', id, code, message: wordsOf(error) };
    }
  }

  reply({ kind: 'ready' });
}

if (parentPort === null) throw new Error('report-worker.ts runs in a worker thread only');
serve(parentPort, workerData as WorkerData);
