import type { Clock } from '#shared/clock.ts';

import type { Port } from '../port/port.ts';
import type { ReaderTimings } from './reader-timings.ts';
import { SDT_BAUD_RATES, type SdtCommand } from '../sdt/sdt-commands.ts';
import type { SdtLink } from './sdt-link.ts';

/**
 * One round over all rates with each: a module that boots (1.5–2 s) misses the first round, and some clones answer
 * questions about cards only.
 */
const QUESTIONS: readonly SdtCommand[] = ['sam-status', 'sam-id', 'find-card'];

export type Discovery =
  | { outcome: 'found'; baudRate: number | null }
  | { outcome: 'no-answer' | 'disconnected' };

/**
 * Finds the rate the module is set to and remembers; `firstRate` (the last one that worked, or null) is tried first.
 * Where the carrier has no rate it only asks whether anybody is there. Leaves port and link at the rate found.
 */
export async function discoverBaudRate(
  line: { port: Port; link: SdtLink },
  firstRate: number | null,
  pace: { clock: Clock; timings: ReaderTimings },
): Promise<Discovery> {
  const { port, link } = line;
  for (const question of QUESTIONS) {
    for (const rate of port.setBaudRate === null ? [null] : ratesFrom(firstRate)) {
      if (port.setBaudRate !== null && rate !== null) {
        await port.setBaudRate(rate);
        await settled(pace);
      }
      link.baudRate = rate;
      const { outcome } = await link.probe(question, pace.timings.discoveryTimeoutMs);
      // A late answer to the question before tells of a slow reader.
      if (outcome === 'reply' || outcome === 'strange') return { outcome: 'found', baudRate: rate };
      if (outcome === 'ended') return { outcome: 'disconnected' };
    }
  }
  return { outcome: 'no-answer' };
}

function ratesFrom(firstRate: number | null): readonly number[] {
  if (firstRate === null) return SDT_BAUD_RATES;
  return [firstRate, ...SDT_BAUD_RATES.filter((rate) => rate !== firstRate)];
}

function settled(pace: { clock: Clock; timings: ReaderTimings }): Promise<void> {
  return new Promise((resolve) => {
    pace.clock.timer(pace.timings.rateSettleMs, resolve);
  });
}
