/** Entry of the thread that looks through the database file once, and ends. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { wordsOf } from '#shared/error-words.ts';
import { quickCheck } from '../store/quick-check.ts';
import type { CheckReply, WorkerData } from './worker-messages.ts';

function look(port: MessagePort, { file }: Pick<WorkerData, 'file'>): void {
  const reply = (message: CheckReply): void => port.postMessage(message);
  try {
    reply({ kind: 'checked', faults: quickCheck(file) });
  } catch (error) {
    reply({ kind: 'failed', message: wordsOf(error) });
  }
  port.close();
}

if (parentPort === null) throw new Error('check-worker.ts runs in a worker thread only');
look(parentPort, workerData as WorkerData);
