import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '#shared/node/system-clock.ts';
import { brokenIdentity } from '#shared/counting/ladder.ts';
import type { RoundId } from '#shared/ids.ts';
import { EdgeClient } from './edge-client.ts';
import { startEdgeProcess } from './edge-process.ts';
import { startKiosk } from './site-kiosk.ts';
import { SimulatedReader } from './readers/simulated-reader.ts';
import { serveReader } from './readers/simulated-reader-carriers.ts';
import { SiteBooks, type NamedFault } from './site-books.ts';
import { labCsv, roundRequest, rosterCsv } from './site-files.ts';
import { planSite, type Fault, type SitePlan, type StationPlan } from './site-plan.ts';
import { StationStaff } from './station-staff.ts';

/** As fast as readers and kiosks go; only so much pause that a card's removal is seen. */
const GAP_MS = 2;
const PACE = { betweenPeople: () => 0, hold: 0, think: 0 };
/** What one station counted must have reached the others before somebody turns up there again: fed twice a second. */
const FEED_MS = 1500;

/** The numbers of a ladder that books and edge both have. */
type Counts = ReturnType<SiteBooks['ladder']>;

export interface SimulationResult {
  truth: { ladder: Counts; faults: NamedFault[] };
  /** `finalUpTo` is the edge's alone: books know no time of it. */
  reported: { ladder: Counts; finalUpTo: string | null; discrepancies: NamedFault[] };
}

/** Plays a whole site to its end with real processes: readers' bytes, kiosks, edge; then asks the edge over HTTP. */
export async function simulateSite(options: {
  seed: number;
  stations: number;
  people: number;
  faults: readonly Fault[];
  /** An empty directory for everything the site writes. */
  directory: string;
  say: (line: string) => void;
}): Promise<SimulationResult> {
  const plan = planSite(options);
  const books = new SiteBooks(plan);
  const keys = path.join(options.directory, 'keys');
  const data = path.join(options.directory, 'edge');
  mkdirSync(keys, { recursive: true });
  mkdirSync(data, { recursive: true });
  const edge = await startEdgeProcess({ data, keys, port: 0, site: '示例机电' });
  try {
    if (edge.setupCode === null) throw new Error('a new edge printed no set-up code');
    const lead = await EdgeClient.setUp(edge.url, {
      code: edge.setupCode,
      name: 'lead',
      password: `simulated-${options.seed}`,
    });
    options.say(`edge ${edge.url}`);
    const round = await lead.createRound(
      roundRequest(plan, { name: '第4轮', now: Date.now(), sessionHours: 4 }),
    );
    await lead.putFile(`/rounds/${round.id}/roster`, rosterCsv(plan.roster));
    await lead.setState(round.id, 'open');
    await runStations({ plan, books, lead, directory: options.directory, say: options.say });
    await excuse(lead, round.id, plan);
    const { lines, faults } = books.laboratory();
    await lead.putFile(`/rounds/${round.id}/lab-counts`, labCsv(lines));
    // People of one name are asked about, and invented ones may bear the same.
    const { finalUpTo, toIdentify: _, ...ladder } = await lead.ladder(round.id);
    const broken = brokenIdentity(ladder);
    if (broken !== null) throw new Error(`the reported ladder does not add up: ${broken}`);
    const { discrepancies } = await lead.discrepancies(round.id);
    return {
      truth: { ladder: books.ladder(), faults },
      reported: { ladder, finalUpTo, discrepancies: discrepancies.map(named).toSorted(byTube) },
    };
  } finally {
    await edge.stop();
  }
}

async function runStations(site: {
  plan: SitePlan;
  books: SiteBooks;
  lead: EdgeClient;
  directory: string;
  say: (line: string) => void;
}): Promise<void> {
  const stations: { staff: StationStaff; plan: StationPlan; close: () => Promise<void> }[] = [];
  try {
    const opened = await Promise.allSettled(site.plan.stations.map((plan) => openStation(site, plan)));
    for (const station of opened) if (station.status === 'fulfilled') stations.push(station.value);
    for (const station of opened) if (station.status === 'rejected') throw station.reason;
    const phase = (visits: (plan: StationPlan) => StationPlan['rush']) =>
      Promise.all(stations.map(({ staff, plan }) => staff.work(visits(plan))));
    await phase((plan) => plan.rush);
    site.say('rush over');
    await new Promise((resolve) => setTimeout(resolve, FEED_MS));
    await phase((plan) => plan.late);
    await Promise.all(stations.map(({ staff }) => staff.packUp()));
    site.say('packed up');
  } finally {
    await Promise.all(stations.map(({ close }) => close()));
  }
}

async function openStation(
  site: { plan: SitePlan; books: SiteBooks; lead: EdgeClient; directory: string },
  plan: StationPlan,
) {
  const reader = new SimulatedReader(systemClock);
  const served = await serveReader(reader, 0);
  const { code } = await site.lead.pairing(plan.station);
  const kiosk = await startKiosk({
    name: `kiosk ${plan.station}`,
    data: path.join(site.directory, `kiosk-${plan.station}`),
    reader: served.path,
    pair: code,
    port: 0,
    gapMs: GAP_MS,
  });
  const staff = new StationStaff({
    plan,
    capacity: site.plan.capacity,
    bridge: kiosk,
    reader,
    books: site.books,
    pace: PACE,
  });
  await staff.see('an open round', (s) => s.round?.state === 'open' && s.reader === 'ready');
  return {
    staff,
    plan,
    close: async () => {
      await kiosk.stop();
      await served.unplug();
    },
  };
}

/** HR enters who is on leave: found on the missing list by name, workshop and team. */
async function excuse(lead: EdgeClient, round: RoundId, plan: SitePlan): Promise<void> {
  const { groups } = await lead.missing(round);
  const taken = new Set<string>();
  for (const { person, reason } of plan.excused) {
    const group = groups.find((g) => g.workshop === person.workshop && g.team === person.team);
    const listed = [...(group?.missing ?? []), ...(group?.notYet ?? [])].find(
      (p) => p.name === person.name && !taken.has(p.id),
    );
    if (!listed) throw new Error('somebody on leave is not on the missing list');
    taken.add(listed.id);
    await lead.excuse(round, { person: listed.id, reason });
  }
}

const named = ({
  kind,
  tube,
  station,
}: {
  kind: string;
  tube: string | null;
  station: number | null;
}): NamedFault => ({
  kind,
  tube: tube ?? '',
  station,
});
const byTube = (a: NamedFault, b: NamedFault): number => (a.tube < b.tube ? -1 : 1);
