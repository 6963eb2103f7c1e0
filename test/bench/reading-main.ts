import { type BenchCarrier, heapOver, ownTimesMs, reportsTold } from '../site/readers/reading-runs.ts';

/**
 * Measures reading from bytes to readings and writes one JSON line; run it as `node --expose-gc`, in a process of its
 * own. Arguments: how many cards for the times, how many for the heap, how many reports.
 */
const CARRIERS: readonly BenchCarrier[] = ['serial', 'raw64', 'miaxis', 'dk'];
const [timedCards = 100, heapCards = 100_000, reports = 5_000] = process.argv.slice(2).map(Number);

async function main(): Promise<void> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run as node --expose-gc');
  const ownMs: Record<string, { median: number; p99: number }> = {};
  for (const carrier of CARRIERS) {
    const times = (await ownTimesMs(carrier, timedCards)).toSorted((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
    ownMs[carrier] = { median: at(0.5), p99: at(0.99) };
  }
  const atRate = await reportsTold(reports, 1_000);
  const atMost = await reportsTold(20 * reports, null);
  const heap = await heapOver('raw64', heapCards, () => collect());
  process.stdout.write(`${JSON.stringify({ ownMs, atRate, atMost, heap })}\n`);
}

await main();
