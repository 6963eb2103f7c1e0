import type { Clock } from '#shared/clock.ts';

import { CardWatch } from './service-card-watch.ts';
import { SERVICE_DIALECTS, type ServiceDialect } from './service-dialects.ts';
import { parseServiceAddress } from './service-line.ts';
import { openServiceLine } from './service-reader.ts';
import { ServiceSession } from './service-session.ts';

/** A service on this machine answers in milliseconds; a person who looks for readers waits no longer than twice this. */
export const ANSWER_MS_MAX = 1_500;
const TIMINGS = { pollGapMs: 0, readTimeoutMsMax: ANSWER_MS_MAX, serviceRetryMs: 0 };

export interface DetectedService {
  dialect: ServiceDialect;
  at: string;
  /** Whether the service itself says that it has a reader. */
  reader: 'connected' | 'missing';
}

/** Where each maker's installation listens. */
export const SERVICE_PLACES: Readonly<Record<ServiceDialect, string>> = {
  huashi: SERVICE_DIALECTS.huashi.at,
  shensi: SERVICE_DIALECTS.shensi.at,
  decard: SERVICE_DIALECTS.decard.at,
};

/**
 * The makers' services that run on this machine: somebody listens at the place and answers as that service does. It asks
 * them to open their reader, and one of them to read a card, whose content goes nowhere; so call it only when a person
 * looks for readers, and leave out of `places` what is in use. `places`: of `SERVICE_PLACES`, or a test's own; an address of
 * another machine is never asked.
 */
export async function detectServices(
  places: Readonly<Partial<Record<ServiceDialect, string>>>,
  clock: Clock,
): Promise<DetectedService[]> {
  const dialects: ServiceDialect[] = ['huashi', 'shensi', 'decard'];
  const found = await Promise.all(dialects.map((dialect) => detect(dialect, places[dialect] ?? '', clock)));
  return found.filter((service) => service !== null);
}

async function detect(dialect: ServiceDialect, at: string, clock: Clock): Promise<DetectedService | null> {
  const codec = SERVICE_DIALECTS[dialect];
  const address = parseServiceAddress(at);
  if (address === null || !codec.at.startsWith(`${address.protocol}:`)) return null;
  const session = new ServiceSession({
    codec,
    line: openServiceLine(address, clock, () => {}),
    watch: new CardWatch(() => {}),
    clock,
    timings: TIMINGS,
    emit: () => {},
  });
  const proof = await session.prove();
  session.end();
  if (proof.is === 'ready') return { dialect, at, reader: 'connected' };
  return proof.is === 'no-reader' ? { dialect, at, reader: 'missing' } : null;
}
