import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { parseBody } from '#shared/event/event.ts';
import { eventId, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { countAll } from '../../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { installReports } from '../../../edge-service/ledger/install-reports.ts';
import { Copies } from '../../../edge-service/projection/copies.ts';
import { recreatedDefinition } from '../../../edge-service/rounds/recreated-round.ts';
import { unfiledRuns } from '../../../edge-service/rounds/unfiled-runs.ts';
import { extent } from '../../support/machine/extent.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { ROUNDS, actionArbitrary, writeHistory, type History } from '../../support/edge/ledger-history.ts';
import { storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
/** Of the two rounds of a history this edge knows the one; the other it has forgotten. */
const [KNOWN] = ROUNDS;
const OTHER = testUuid('round', 3);
let keys: KeyStore;
let files = 0;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  for (const round of [...ROUNDS, OTHER]) keys.createRound(round);
});
afterAll(() => place.remove());

/** The kiosk that went on under another install, with what came after `common` appended anew. */
function forkOf(parent: TestJournal, common: number): TestJournal {
  const child = new TestJournal({ install: testUuid('install', 9), station: parent.station });
  const shared = parent.events[common - 1];
  if (shared === undefined) throw new Error('nothing to fork from');
  const { sequence, hash } = shared;
  child.append({
    type: 'installed',
    device: 'fork',
    parent: { install: parent.install, sequence, hash: bytesToHex(hash) },
  });
  for (const event of parent.events.slice(common)) {
    const parsed = parseBody(event.body);
    if (!parsed.ok) continue;
    const origin = { event: eventId(parent.install, event.sequence), hash: bytesToHex(event.hash) };
    child.append({ ...parsed.body, origin }, event.sealed);
  }
  return child;
}

function deliver(history: History, forkAt: number): LedgerFixture {
  const fixture = new LedgerFixture({ file: path.join(place.dir, `${++files}.sqlite`), keys });
  fixture.db.pragma('synchronous = OFF'); // what is looked at here is where events stand, not disks
  [KNOWN, OTHER].forEach((round, i) =>
    storeRound(fixture.db, {
      round,
      number: i + 1,
      state: 'open',
      stations: [{ station: 1, stand: 'before' }],
      openedAt: 1,
    }),
  );
  const [first, ...others] = history.journals;
  if (first === undefined) throw new Error('no journal');
  const journals = [first, forkOf(first, 1 + (forkAt % first.head.sequence)), ...others];
  for (const journal of journals) {
    const reply = fixture.appendAll(journal);
    if (reply.outcome !== 'stored') throw new Error(JSON.stringify(reply));
  }
  for (const { wall, decision } of history.decisions) {
    fixture.now = wall;
    fixture.write('test.decide', { decision });
  }
  return fixture;
}

interface Row {
  install: InstallId;
  sequence: number;
}
const idOf = ({ install, sequence }: Row): EventId => eventId(install, sequence);

const ladderSwipes = ({ db }: LedgerFixture, round: RoundId): EventId[] =>
  db.prepare<[RoundId], Row>('SELECT install, sequence FROM swipe WHERE round = ?').all(round).map(idOf);

function listedSwipes({ db }: LedgerFixture): EventId[] {
  const inRun = db.prepare<[InstallId, number, number], Row>(
    'SELECT install, sequence FROM swipe WHERE install = ? AND sequence BETWEEN ? AND ?',
  );
  return unfiledRuns({ db, keys }).flatMap((run) => {
    const rows = inRun.all(run.install, run.from, run.to);
    expect(rows, 'nothing else lies in the run').toHaveLength(run.swipes);
    return rows.map(idOf);
  });
}

test('LG70 every stored swipe stands in exactly one ladder or one list, and a run filed takes along nothing that stood elsewhere', () => {
  const historyArbitrary = fc.array(actionArbitrary, { minLength: 10, maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(historyArbitrary, fc.nat(50), (actions, forkAt) => {
      const fixture = deliver(writeHistory(actions, keys), forkAt);
      const { db } = fixture;
      const context = { db, keys, wall: () => fixture.now };
      const copies = new Copies(db);
      const stored = db
        .prepare<[], Row>("SELECT install, sequence FROM event WHERE type = 'swipe' AND status = 'valid'")
        .all()
        .map((row) => copies.speakerOf(idOf(row)));
      const expected = [...new Set(stored)].toSorted();
      const ladders = [KNOWN, OTHER].flatMap((round) => {
        const here = ladderSwipes(fixture, round);
        expect(countAll(db, round).ladder.swipes).toBe(here.length);
        return here;
      });
      expect([...ladders, ...listedSwipes(fixture)].toSorted()).toEqual(expected);

      const unusable = db
        .prepare<[], Row>("SELECT install, sequence FROM event WHERE status <> 'valid'")
        .all()
        .map(idOf);
      const listed = installReports.quarantine(context, { rowsMax: 1000 }).events.map(({ event }) => event);
      expect(listed.toSorted()).toEqual(unusable.toSorted());

      const before = ladderSwipes(fixture, KNOWN).toSorted();
      for (const { install, from, to } of unfiledRuns(context))
        fixture.write('round.decide', {
          round: OTHER,
          by: 'lead',
          decision: { type: 'filed', install, from, to, reason: 'test' },
        });
      expect(unfiledRuns(context)).toEqual([]);
      expect(ladderSwipes(fixture, KNOWN).toSorted(), 'nothing was taken from another ladder').toEqual(
        before,
      );
      expect([...before, ...ladderSwipes(fixture, OTHER)].toSorted()).toEqual(expected);
      fixture.close();
    }),
    { numRuns: extent({ everyday: 40, full: 100 }) },
  );
});

test('HT97 the times of a round made again are those of its swipes, and a wild clock does not date it', () => {
  const fixture = new LedgerFixture({ file: path.join(place.dir, `${++files}.sqlite`), keys });
  const journal = new TestJournal({ install: testUuid('install', 1), station: 3 });
  journal.append({ type: 'installed', device: 'test', parent: null });
  const day = 24 * 3_600_000;
  const evening = Date.parse('2026-11-30T20:05:00+08:00');
  fixture.now = evening + 3 * day;
  for (const wallTime of [0, evening, Date.parse('9999-01-01T00:00:00Z')])
    swipeOf(journal, { keys, round: KNOWN, n: 1, withKey: true, tube: null, wallTime });
  fixture.appendAll(journal);
  const { definition, from } = recreatedDefinition(fixture.db, { round: KNOWN, name: null })!;
  expect(from, 'what a clock at zero stood before is known').toBe(evening);
  expect(definition).toMatchObject({
    stations: [{ station: 3, stand: 'before' }],
    tubeMode: 'none',
    sessions: [{ from, to: Date.parse('2026-12-03T23:59:00+08:00') }],
  });
  expect(recreatedDefinition(fixture.db, { round: OTHER, name: null })).toBeNull();
  fixture.close();
});
