import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bytesToUtf8, utf8ToBytes } from '#shared/bytes.ts';
import { parseBody } from '#shared/event/event.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { storeRound } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
afterAll(() => place.remove());
const ROUND = testUuid('round', 1);

it('HO78 half a surrogate pair in an event is read as the database holds it, and a recount comes to the same', () => {
  const keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
  const fixture = new LedgerFixture({ file: path.join(place.dir, 'edge.sqlite'), keys });
  const stations = [{ station: 1, stand: 'before' as const }];
  storeRound(fixture.db, { round: ROUND, number: 1, state: 'open', stations, openedAt: 1 });
  const kiosk = new TestJournal({ install: testUuid('install', 1), station: 1 });
  kiosk.append({ type: 'installed', device: 'test', parent: null });
  const own = { round: ROUND, phase: 'open' as const, collects: [], capacity: 10 };
  kiosk.append({ type: 'tube-opened', ...own, code: '0000001', batch: 'a\u{d959}b' });
  kiosk.append({ type: 'tube-opened', ...own, code: '0000002', batch: '甲😀' });
  expect(fixture.appendAll(kiosk)).toMatchObject({ outcome: 'stored', watermark: 3 });
  expect(fixture.db.prepare('SELECT batch FROM tube ORDER BY code').pluck().all()).toEqual([
    'a\u{fffd}b',
    '甲😀',
  ]);
  const { damaged, differences } = rebuild(fixture.db, keys, false);
  expect({ damaged, differences }).toEqual({ damaged: [], differences: [] });
  fixture.close();
  const whole = bytesToUtf8(kiosk.events[2]!.body).replace('😀', String.raw`\ud83d\ude00`);
  expect(parseBody(utf8ToBytes(whole))).toMatchObject({ ok: true, body: { batch: '甲😀' } });
});
