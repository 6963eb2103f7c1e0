import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, expect, it } from 'vitest';
import { systemClock } from '#shared/node/system-clock.ts';
import { maskNumber } from '#shared/id-number.ts';
import { EdgeClient } from '../../site/edge-client.ts';
import { startEdgeProcess } from '../../site/edge-process.ts';
import { startKiosk } from '../../site/site-kiosk.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SiteBooks } from '../../site/site-books.ts';
import { roundRequest, rosterCsv } from '../../site/site-files.ts';
import { planSite, type SitePlan } from '../../site/site-plan.ts';
import { StationStaff } from '../../site/station-staff.ts';
import { temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { ptyToTcp } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const CARDS = 200;
const WALK_INS = 7;
const SEED = 200;
/** Looks at the reader this often: a serial line at 115,200 baud is read as fast as it goes. */
const GAP_MS = 2;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Everybody swipes once, some of them without standing on the roster, and nobody stays away. */
function plainPlan(): SitePlan {
  const plan = planSite({ seed: SEED, stations: 1, people: CARDS, faults: [] });
  const [station] = plan.stations;
  if (station === undefined) throw new Error('a site without stations');
  const people = new Map(
    station.rush.flatMap(({ kind, person }) =>
      kind === 'without-card' ? [] : [[person.number, person] as const],
    ),
  );
  const coming = [...people.values()];
  return {
    ...plan,
    roster: coming.slice(WALK_INS),
    excused: [],
    stations: [{ ...station, rush: coming.map((person) => ({ kind: 'ordinary', person })), late: [] }],
  };
}

describeNeeding(['socat'], 'a site on a serial line', () => {
  it('PR1 200 cards through a real pseudo-terminal, kiosk and edge are the ladder and the file of the books', async () => {
    const place = temporaryDirectory();
    cleanups.push(async () => place.remove());
    const plan = plainPlan();
    const books = new SiteBooks(plan);
    const data = path.join(place.directory, 'edge');
    mkdirSync(data);
    const edge = await startEdgeProcess({
      data,
      keys: path.join(place.directory, 'keys'),
      port: 0,
      site: '示例机电',
    });
    cleanups.push(() => edge.stop());
    const code = edge.setupCode ?? '';
    const lead = await EdgeClient.setUp(edge.url, { code, name: 'lead', password: 'a serial line is slow' });
    const round = await lead.createRound(
      roundRequest(plan, { name: '第4轮', now: Date.now(), sessionHours: 4 }),
    );
    await lead.putFile(`/rounds/${round.id}/roster`, rosterCsv(plan.roster));
    await lead.setState(round.id, 'open');

    const reader = new SimulatedReader(systemClock);
    const served = await serveReader(reader, 0);
    cleanups.push(() => served.unplug());
    const line = await ptyToTcp(served.port);
    cleanups.push(() => line.dispose());
    const kiosk = await startKiosk({
      name: 'kiosk 1',
      data: path.join(place.directory, 'kiosk'),
      reader: line.host,
      pair: (await lead.pairing(1)).code,
      port: 0,
      gapMs: GAP_MS,
    });
    cleanups.push(() => kiosk.stop());
    const [station] = plan.stations;
    if (station === undefined) throw new Error('a site without stations');
    const staff = new StationStaff({
      plan: station,
      capacity: plan.capacity,
      bridge: kiosk,
      reader,
      books,
      pace: { betweenPeople: () => 0, hold: 0, think: 0 },
    });
    await staff.see('an open round', (s) => s.round?.state === 'open' && s.reader === 'ready');
    await staff.work(station.rush);
    await staff.packUp();

    const { finalUpTo: _, toIdentify: __, ...ladder } = await lead.ladder(round.id);
    expect(ladder).toEqual(books.ladder());
    expect(ladder).toMatchObject({ swipes: CARDS, people: CARDS, walkIns: WALK_INS, missing: 0 });
    const tubes = await lead.tubes(round.id);
    expect(tubes.tubes.map((t) => ({ code: t.code, station: t.station, swabs: t.places }))).toEqual(
      books.tubes,
    );
    const rows: Record<string, string>[] = parse(Buffer.from(await lead.headcountCsv(round.id)), {
      bom: true,
      columns: true,
      relax_column_count: true,
    });
    expect(rows).toHaveLength(CARDS);
    expect(rows.map((row) => [row['姓名'], row['证件号码']].join()).toSorted()).toEqual(
      station.rush.map(({ person }) => [person.name, maskNumber(person.number)].join()).toSorted(),
    );
    const perTube = new Map<string, number>();
    for (const row of rows) perTube.set(row['管号'] ?? '', (perTube.get(row['管号'] ?? '') ?? 0) + 1);
    expect(perTube).toEqual(new Map(books.tubes.map((t) => [t.code, t.swabs])));
    expect(new Set(rows.map((row) => row['是否已检']))).toEqual(new Set(['是']));
  });
});
