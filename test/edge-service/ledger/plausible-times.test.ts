import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TIME_MS_MAX } from '#shared/event/journal-time.ts';
import type { RoundId } from '#shared/ids.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { countAll } from '../../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const ROUND = testUuid('round', 1);
const START = 1_700_000_000_000;
const place = temporaryDirectory();
const keys = new KeyStore(path.join(place.dir, 'keys'));
keys.site();
keys.createRound(ROUND);

/** How far the edge's clock is ahead, ms. */
let edgeAhead = 0;
let site: EdgeSite;
let lead: string;
let round: RoundId;
beforeAll(async () => {
  site = await EdgeSite.start({ clock: { ...systemClock, wall: () => Date.now() + edgeAhead } });
  lead = await site.lead();
  round = await site.round(lead, { stations: [1, 2].map((station) => ({ station, stand: 'before' })) });
  await site.open(lead, round);
}, 60_000);
afterAll(async () => {
  await site.stop();
  site.remove();
  place.remove();
});

function ledger(name: string): LedgerFixture {
  const fixture = new LedgerFixture({ file: path.join(place.dir, `${name}.sqlite`), keys });
  const stations = [1, 2].map((station) => ({ station, stand: 'before' as const }));
  storeRound(fixture.db, { round: ROUND, number: 1, state: 'open', stations, openedAt: 0 });
  return fixture;
}

/** A clock in 9999 for a tube and two of its swipes, put right by the first answer of the edge; the same two at another table a minute on. */
function histories(): TestJournal[] {
  const wild = new TestJournal({ install: testUuid('install', 1), station: 1 });
  const sane = new TestJournal({ install: testUuid('install', 2), station: 2 });
  const at = { round: ROUND, phase: 'open' as const };
  wild.append({ type: 'installed', device: 'test', parent: null, wallTime: START });
  const wallTime = TIME_MS_MAX;
  const opened = wild.append({
    type: 'tube-opened',
    ...at,
    wallTime,
    code: 'T1',
    batch: null,
    capacity: 10,
    collects: [],
  });
  for (const n of [1, 2]) swipeOf(wild, { keys, round: ROUND, n, withKey: true, tube: opened, wallTime });
  wild.append({ type: 'unreadable', ...at, tube: opened, wallTime, attempts: 3 });
  wild.append({ type: 'tube-sealed', ...at, tube: opened, wallTime, opened, offered: 2, swabbed: 2 });
  wild.append({ type: 'round-ended', ...at, wallTime: START + 7000, clockOffset: 0 });
  swipeOf(wild, { keys, round: ROUND, n: 3, withKey: true, tube: null, wallTime: START + 9000 });
  sane.append({ type: 'installed', device: 'test', parent: null });
  for (const n of [1, 2, 3])
    swipeOf(sane, { keys, round: ROUND, n, withKey: true, tube: null, wallTime: START + 60_000 });
  return [wild, sane];
}

test('LG91 a clock in 9999 makes no later event of its journal late: labels, tubes and counts are right, however it is delivered', () => {
  const [wild, sane] = histories() as [TestJournal, TestJournal];
  const atOnce = ledger('at-once');
  for (const journal of [sane, wild]) atOnce.appendAll(journal);
  const piecemeal = ledger('piecemeal');
  for (let n = 1; n <= wild.head.sequence; n++) {
    if (n === 3) piecemeal.appendAll(sane);
    piecemeal.append(wild.batch(n, n));
  }
  expect(piecemeal.derived()).toEqual(atOnce.derived());
  const counted = countAll(piecemeal.db, ROUND);
  const first = [...counted.swipes].filter(([, s]) => s.label === 'first').map(([id]) => id);
  expect(first.every((id) => id.startsWith(wild.install))).toBe(true);
  const [tube] = counted.tubes.values();
  expect(tube).toMatchObject({ code: 'T1', people: 2, places: 2 });
  const times = piecemeal.db.prepare('SELECT opened_at, sealed_at FROM tube').raw();
  expect(times.get()).toEqual([START + 2000, START + 6000]);
  const latest = piecemeal.db.prepare('SELECT MAX(time) FROM event').pluck().get() as number;
  expect(latest).toBe(START + 60_000);
  for (const fixture of [atOnce, piecemeal]) {
    expect(rebuild(fixture.db, keys, false).differences).toEqual([]);
    fixture.close();
  }
});

test('LG92 a time nobody can believe is shown as the latest it can have been, and the board says of which kiosk', async () => {
  let wrong = TIME_MS_MAX - Date.now();
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before', wall: () => Date.now() + wrong });
  await kiosk.until(() => kiosk.round?.info.state === 'open', 'the round');
  kiosk.clockOffset = null; // not heard in this boot: it swipes on alone
  kiosk.openTube('T1');
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(1), name: '测一' });
  wrong = -Date.now();
  kiosk.swipe({ kind: 'id', number: inventedIdNumber(2), name: '测二' });
  const before = Date.now();
  await kiosk.send();
  const about = (time: string): number => Math.abs(Date.parse(time) - before);
  const told = async (at: string) => (await site.ask('GET', at, { token: lead })).json;
  const [tube] = (await told(`/rounds/${round}/tubes`)).tubes;
  expect(about(tube.openedAt)).toBeLessThan(60_000);
  const { people } = await told(`/rounds/${round}/tubes/${tube.id}/people?reason=test`);
  expect(people).toHaveLength(2);
  for (const person of people) {
    expect(person.timeDoubtful).toBe(true);
    expect(about(person.time)).toBeLessThan(60_000);
  }
  const { installs } = await told(`/installs?round=${round}`);
  expect(installs).toMatchObject([{ station: 1, doubtfulTimes: 2 }]);
  const csv = await site.ask('GET', `/rounds/${round}/headcount.csv`, { token: lead });
  const year = new Date().getFullYear();
  expect(new TextDecoder().decode(csv.bytes).match(new RegExp(`≤ ${year}-`, 'g'))).toHaveLength(2);
  const found = await site.ask('POST', '/people/search', {
    token: lead,
    json: { who: inventedIdNumber(2), reason: 'test' },
  });
  expect(JSON.stringify(found.json)).toContain('"timeDoubtful":true');
});

test('TI51 kiosks that agree, or what is stored, speak against the edge’s clock; a kiosk alone leaves it open', async () => {
  const finding = async () => (await site.ask('GET', '/edge-clock', { token: lead })).json.finding;
  let ahead = 0;
  const wall = () => Date.now() + ahead;
  const kiosks = [
    await site.kiosk(lead, { station: 1, stand: 'before', wall }),
    await site.kiosk(lead, { station: 2, stand: 'before', wall }),
  ];
  const tell = async (): Promise<void> => {
    for (const kiosk of kiosks) await kiosk.status();
  };
  await tell();
  expect(await finding()).toBeNull();
  ahead = 6 * 3_600_000;
  await tell();
  expect(await finding()).toMatchObject({ why: 'kiosks', agreeing: 2, kiosks: 2, stations: [1, 2] });
  ahead = 240_000; // within what clocks may differ
  await tell();
  expect(await finding()).toBeNull();
  edgeAhead = -2 * 3_600_000; // the edge's clock is put back: it now stands before what it has stored
  ahead += edgeAhead;
  await tell();
  expect(await finding()).toBeNull(); // two kiosks say that it is right now
  for (const kiosk of kiosks) kiosk.close();
  await expect.poll(finding).toMatchObject({ why: 'stored', kiosks: 0 });
  const alone = await site.kiosk(lead, { station: 1, stand: 'before', wall: Date.now });
  await alone.status();
  expect(await finding()).toMatchObject({ why: 'one-kiosk', agreeing: 1, stations: [1] });
  edgeAhead = 0;
  await alone.status();
  expect(await finding()).toBeNull();
});
