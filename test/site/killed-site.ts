import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '#shared/node/system-clock.ts';
import type { RoundId } from '#shared/ids.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';
import { EdgeClient } from './edge-client.ts';
import { startEdgeProcess } from './edge-process.ts';
import { KilledStation } from './killed-station.ts';
import { SimulatedReader } from './readers/simulated-reader.ts';
import { serveReader } from './readers/simulated-reader-carriers.ts';
import { roundRequest, rosterCsv } from './site-files.ts';
import { planSite, type SitePerson, type SitePlan } from './site-plan.ts';

/** Kills come up to so long after the swipe that sets them off, so that they fall anywhere into the ones that follow. */
const KILL_DELAY_MS_MAX = 40;
/** Every other kill of a kiosk comes right behind a card, between its reading and the screen. */
const KILL_AFTER_READ_MS_MAX = 4;
/** An edge lies dead for up to so long; kiosks go on alone meanwhile, and may start alone. */
const EDGE_DOWN_MS_MAX = 1500;
/** One person in so many goes to the next table as well. */
const SECOND_TABLE_ONE_IN = 25;

/** What the site's own people know afterwards; nothing of it was read from a disk. */
export interface KilledSite {
  round: RoundId;
  data: string;
  keys: string;
  kiosks: { station: number; data: string }[];
  stations: KilledStation[];
  /** People who swiped. */
  people: readonly SitePerson[];
  onRoster: number;
  kills: { kiosk: number; edge: number };
  /** Answers of the edge over HTTP, after all was received. */
  ladder: Awaited<ReturnType<EdgeClient['ladder']>>;
  tubes: Awaited<ReturnType<EdgeClient['tubes']>>['tubes'];
}

/**
 * A rush at several tables over accelerated readers, in which kiosks and edge are killed with -9 at seeded moments and started
 * again at once. Ends when every person has had an answer and the edge has everything.
 */
export async function playKilledSite(options: {
  seed: number;
  stations: number;
  /** Cards laid down. */
  swipes: number;
  /** How often something is killed. */
  kills: number;
  directory: string;
}): Promise<KilledSite> {
  const random = seededRandom(options.seed);
  const people = options.swipes - Math.floor(options.swipes / SECOND_TABLE_ONE_IN);
  const plan = planSite({ seed: options.seed, stations: options.stations, people, faults: [] });
  const keys = path.join(options.directory, 'keys');
  const data = path.join(options.directory, 'edge');
  mkdirSync(data, { recursive: true });
  const account = { name: 'lead', password: `simulated-${options.seed}` };
  const at = { data, keys, site: '示例机电' };
  let edge = await startEdgeProcess({ ...at, port: 0 });
  const stations: KilledStation[] = [];
  const unplug: (() => Promise<void>)[] = [];
  try {
    const lead = await EdgeClient.setUp(edge.url, { ...account, code: edge.setupCode ?? '' });
    const round = await lead.createRound(
      roundRequest(plan, { name: '第4轮', now: Date.now(), sessionHours: 4 }),
    );
    await lead.putFile(`/rounds/${round.id}/roster`, rosterCsv(plan.roster));
    await lead.setState(round.id, 'open');
    for (const { station } of plan.stations) {
      const reader = new SimulatedReader(systemClock);
      const served = await serveReader(reader, 0);
      unplug.push(() => served.unplug());
      const { code } = await lead.pairing(station);
      stations.push(
        await KilledStation.open({
          station,
          capacity: plan.capacity,
          data: path.join(options.directory, `kiosk-${station}`),
          pair: code,
          reader,
          readerPath: served.path,
        }),
      );
    }
    const queues = queuesOf(plan, options.swipes);
    const work = Promise.all(stations.map((s, i) => s.work(queues[i] ?? [])));
    const failed = new AbortController();
    work.catch(() => failed.abort());
    const kills = { kiosk: 0, edge: 0 };
    for (const { after, victims, delayMs, downMs, aimed } of killPlan(random, options)) {
      while (shownAt(stations) < after && !failed.signal.aborted) await pause(1);
      if (failed.signal.aborted) break;
      await pause(delayMs);
      await Promise.all(
        victims.map(async (victim) => {
          const station = stations[victim];
          if (station !== undefined) {
            kills.kiosk++;
            return station.kill(aimed);
          }
          kills.edge++;
          const port = Number(new URL(edge.url).port);
          await edge.kill();
          await pause(downMs);
          edge = await startEdgeProcess({ ...at, port });
        }),
      );
    }
    await work;
    await Promise.all(stations.map((s) => s.packUp()));
    const again = await EdgeClient.logIn(edge.url, account);
    const swiped = plan.stations.flatMap((s) => peopleOf(s.rush));
    const roster = new Set(plan.roster.map((p) => p.number));
    return {
      round: round.id,
      data,
      keys,
      kiosks: stations.map(({ station, data: of }) => ({ station, data: of })),
      stations,
      people: swiped,
      onRoster: swiped.filter((p) => roster.has(p.number)).length,
      kills,
      ladder: await again.ladder(round.id),
      tubes: (await again.tubes(round.id)).tubes,
    };
  } finally {
    await Promise.all(stations.map((s) => s.stop()));
    await Promise.all(unplug.map((end) => end()));
    await edge.stop();
  }
}

const shownAt = (stations: readonly KilledStation[]): number =>
  stations.reduce((sum, s) => sum + s.shown.length, 0);

const peopleOf = (visits: SitePlan['stations'][number]['rush']): SitePerson[] => [
  ...new Map(
    visits.flatMap(({ kind, person }) => (kind === 'without-card' ? [] : [[person.number, person] as const])),
  ).values(),
];

/** Who lays a card down where: everybody once, and then some of them at the next table, `swipes` cards in all. */
function queuesOf(plan: SitePlan, swipes: number): SitePerson[][] {
  const queues = plan.stations.map((s) => peopleOf(s.rush));
  const own = queues.map((queue) => [...queue]);
  let cards = queues.reduce((sum, queue) => sum + queue.length, 0);
  for (let n = 0; cards < swipes; n++, cards++) {
    const person = own[n % own.length]?.[Math.floor(n / own.length) * 7];
    if (person === undefined) throw new Error('too few people for so many swipes');
    queues[(n + 1) % queues.length]?.push(person);
  }
  return queues;
}

/** Victims are station indexes; the number behind the last is the edge. */
function killPlan(random: SeededRandom, of: { swipes: number; kills: number; stations: number }) {
  // The beginning is everybody's start, the last tenth is for the proof that it goes on.
  const moments = Array.from({ length: of.kills }, () =>
    Math.floor(of.swipes * (0.05 + random.next() * 0.85)),
  );
  return moments
    .toSorted((a, b) => a - b)
    .map((after, i) => ({
      after,
      // Every fourth time everything at once, as when the power fails; else one of them.
      victims:
        i % 4 === 3 ? Array.from({ length: of.stations + 1 }, (_, v) => v) : [random.below(of.stations + 1)],
      delayMs: random.below(KILL_DELAY_MS_MAX),
      downMs: random.below(EDGE_DOWN_MS_MAX),
      aimed: random.below(2) === 0 ? null : { afterReadMs: random.below(KILL_AFTER_READ_MS_MAX) },
    }));
}
