import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** What reading-main.ts prints. */
export interface ReadingMeasure {
  ownMs: Record<string, { median: number; p99: number }>;
  /** Reports sent at 1,000 a second, and how many of them were told. */
  atRate: { sent: number; told: number };
  /** Heap in use after a tenth of the cards and after all of them. */
  heap: { cards: number; earlyBytes: number; lateBytes: number };
}

const TIMED_CARDS = 200;
const REPORTS = 5000;
const MS_MAX = 240_000;

/** Measures reading in a process of its own, `cards` of them for the heap. */
export async function measureReading(cards: number): Promise<ReadingMeasure> {
  const script = path.join(import.meta.dirname, 'reading-main.ts');
  const args = ['--expose-gc', script, String(TIMED_CARDS), String(cards), String(REPORTS)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: MS_MAX });
  return JSON.parse(stdout) as ReadingMeasure;
}
