import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex, bytesToUtf8, utf8ToBytes } from '#shared/bytes.ts';
import { linkHash, portableSha256 } from '#shared/event/chain.ts';
import type { InstallId } from '#shared/ids.ts';
import { backup, check, databaseIn, restore } from '../../../edge-service/upkeep/backup.ts';
import { chainFaults } from '../../../edge-service/upkeep/chain-check.ts';
import { roundContact } from '../../../edge-service/counting/completeness.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { Linker } from '../../../edge-service/keys/digest.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { installReports } from '../../../edge-service/ledger/install-reports.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { MIGRATIONS, migrate, schemaVersion } from '../../../edge-service/store/schema.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { keyOfPerson, storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
const ROUND = testUuid('round', 1);
let keys: KeyStore;
let folders = 0;
let data: string;
let fixture: LedgerFixture;
let journal: TestJournal;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
});
afterAll(() => place.remove());

beforeEach(() => {
  data = temporaryFolder();
  fixture = new LedgerFixture({ file: databaseIn(data), keys });
  storeRound(fixture.db, {
    round: ROUND,
    number: 1,
    state: 'open',
    stations: [{ station: 1, stand: 'before' }],
    openedAt: 0,
  });
  journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
  journal.append({ type: 'installed', device: 'test', parent: null });
  const opened = journal.append({
    type: 'tube-opened',
    round: ROUND,
    phase: 'open',
    code: 'T1',
    batch: 'B1',
    capacity: 10,
    collects: [],
  });
  const swipes = [1, 2, 3].map((n) =>
    swipeOf(journal, { keys, round: ROUND, n, withKey: true, tube: opened }),
  );
  journal.append({ type: 'void', round: ROUND, phase: 'open', swipe: swipes[0]!, reason: '撤销' });
  fixture.appendAll(journal);
  return () => fixture.close();
});

function temporaryFolder(): string {
  const made = path.join(place.dir, `data-${++folders}`);
  mkdirSync(made);
  return made;
}

const hello = (edgeHead: { install: InstallId; head: { sequence: number; hash: string } } | null) =>
  fixture.write('kiosk.hello', {
    hello: { install: journal.install, head: journal.header(1).head, wallTime: 0, edgeHead, counted: null },
    pairing: 'p',
    station: 1,
    secondConnection: false,
  });

describe('keeping the ledger', () => {
  it('LG13 a backup is a whole checked copy made while the edge serves, and a damaged one is refused', () => {
    const file = path.join(data, 'backups', 'one.sqlite');
    expect(backup(data, file)).toMatchObject({
      ok: true,
      events: 7,
      installs: 2,
      epoch: fixture.ledger.epoch,
    });
    expect(statSync(file).mode & 0o777, 'its owner alone').toBe(0o600);
    const made = readFileSync(file);
    expect(() => backup(data, file)).toThrow(/不覆盖.*not overwritten/);
    expect(readFileSync(file).equals(made)).toBe(true);
    expect(fixture.appendAll(journal)).toMatchObject({ outcome: 'stored' });
    const copy = openStore(file, 'write');
    expect(countLadder(copy, ROUND)).toEqual(countLadder(fixture.db, ROUND));
    copy
      .prepare('UPDATE event SET body = ? WHERE install = ? AND sequence = 3')
      .run(Buffer.from('{}'), journal.install);
    expect(chainFaults(copy)).toEqual([{ install: journal.install, sequence: 3, fault: 'link' }]);
    copy.close();
    expect(check(file)).toMatchObject({ ok: false, chain: [{ sequence: 3, fault: 'link' }] });
    expect(
      restore({ data: temporaryFolder(), keys, from: file, clock: new HandClock(1_700_000_000_000) }),
    ).toMatchObject({ ok: false, code: 'damaged' });
  });

  it('LG14 a restore begins a new epoch and a journal naming its parent, kiosks send again, and lost decisions are known by number', () => {
    const file = path.join(data, 'backups', 'one.sqlite');
    const epoch = fixture.ledger.epoch;
    expect(backup(data, file)).toMatchObject({ ok: true });
    const decide = (n: number) =>
      fixture.write('test.decide', {
        decision: {
          type: 'excuse',
          round: ROUND,
          by: 'lead',
          person: keyOfPerson(keys, ROUND, n),
          reason: '休假',
        },
      });
    for (let n = 4; n <= 8; n++) decide(n);
    const welcome = hello(null);
    if (welcome.outcome !== 'welcome') throw new Error(welcome.outcome);
    expect(welcome.edgeHead.head.sequence).toBe(6);
    swipeOf(journal, { keys, round: ROUND, n: 9, withKey: true, tube: null });
    fixture.appendAll(journal);
    expect(restore({ data, keys, from: file, clock: new HandClock(1_700_000_000_000) })).toMatchObject({
      ok: false,
      code: 'in-use',
    });
    fixture.close();

    const restored = restore({ data, keys, from: file, clock: new HandClock(1_700_000_000_000) });
    if (!restored.ok) throw new Error(restored.words);
    expect(restored.epoch).not.toBe(epoch);
    expect(restored.lost, 'the database put aside knew').toEqual([{ from: 2, to: 6 }]);
    fixture = new LedgerFixture({ file: databaseIn(data), keys });
    const again = hello(welcome.edgeHead);
    expect(again).toMatchObject({ outcome: 'welcome', epoch: restored.epoch, watermark: { sequence: 6 } });
    const context = { db: fixture.db, keys, wall: () => 0 };
    expect(installReports['restore-loss'](context, {})).toMatchObject([
      { install: welcome.edgeHead.install, from: 2, to: 6, toldBy: journal.install },
    ]);
    expect(fixture.append(journal.batch(7, 7))).toMatchObject({ outcome: 'stored', watermark: 7 });
    expect(countLadder(fixture.db, ROUND).people).toBe(3);
    const own = installReports.installs(context, {}).filter((i) => i.kind === 'edge');
    expect(own.find((i) => i.parent !== null)).toMatchObject({
      parent: welcome.edgeHead.install,
      parentSequence: 1,
    });
    expect(hello(welcome.edgeHead), 'a second kiosk with the same news begins no third epoch').toMatchObject({
      epoch: restored.epoch,
    });
  });

  it('LG15 an edge set back without a restore notices it from a kiosk and begins a new epoch by itself', () => {
    const epoch = fixture.ledger.epoch;
    const welcome = hello(null);
    if (welcome.outcome !== 'welcome') throw new Error(welcome.outcome);
    const beyond = { install: welcome.edgeHead.install, head: { sequence: 40, hash: '1'.repeat(64) } };
    const reply = hello(beyond);
    expect(reply).toMatchObject({ outcome: 'welcome' });
    expect(fixture.ledger.epoch).not.toBe(epoch);
    expect(reply.outcome === 'welcome' && reply.epoch).toBe(fixture.ledger.epoch);
    expect(installReports['restore-loss']({ db: fixture.db, keys, wall: () => 0 }, {})).toMatchObject([
      { from: 2, to: 40 },
    ]);
  });

  it('LG24 what a kiosk said it had since the round was made is held before the round is complete, though an edge set back never heard it again', () => {
    // The first kiosk tried cards the day before; its last heartbeat before the opening named an event that was on its way.
    const early = new TestJournal({ install: testUuid('install', 2), station: 1 });
    early.append({ type: 'installed', device: 'early', parent: null });
    fixture.appendAll(early);
    const made = (fixture.now += 1000);
    early.append({ type: 'unreadable', phase: 'test', attempts: 3 });
    fixture.write('kiosk.contacts', {
      contacts: [{ install: early.install, head: early.head.sequence, at: (fixture.now += 1000) }],
    });
    fixture.db.prepare('UPDATE install SET station = 1 WHERE install = ?').run(early.install);
    const opened = (fixture.now += 1000);
    const roundAt = (createdAt: number): void => {
      fixture.db.prepare('UPDATE round SET created_at = ?, opened_at = ?').run(createdAt, opened);
    };
    roundAt(made);
    // Another kiosk took its place, and did all that is asked of a station.
    hello(null);
    journal.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    fixture.appendAll(journal);
    const contact = () => roundContact(fixture.db, ROUND);
    expect(contact()).toMatchObject({
      complete: false,
      finalUpTo: fixture.now - 3000,
      open: { gaps: [early.install], unsettled: [early.install] },
    });

    roundAt(opened);
    expect(contact(), 'named before the round was made: nothing of it').toMatchObject({ complete: true });
    roundAt(made);
    fixture.appendAll(early);
    expect(contact().open.gaps, 'the kiosk came back').toEqual([]);
  });

  it('LG25 a heartbeat written down after a later batch does not make its kiosk last heard earlier', () => {
    const at = fixture.now;
    fixture.now += 2000;
    swipeOf(journal, { keys, round: ROUND, n: 4, withKey: true, tube: null });
    fixture.appendAll(journal);
    const seen = () => roundContact(fixture.db, ROUND).installs[0];
    expect(seen()).toMatchObject({ lastContact: fixture.now, headHeldAt: fixture.now });
    fixture.write('kiosk.contacts', { contacts: [{ install: journal.install, head: 3, at: at + 1000 }] });
    expect(seen()).toMatchObject({ lastContact: fixture.now, headHeldAt: fixture.now });
    fixture.write('kiosk.contacts', {
      contacts: [{ install: journal.install, head: journal.head.sequence, at: fixture.now + 1000 }],
    });
    expect(seen()).toMatchObject({ lastContact: fixture.now + 1000, headHeldAt: fixture.now + 1000 });
  });

  it('LG16 rebuild reports every row that is not what the events say before it repairs them, and changes nothing unasked', () => {
    expect(rebuild(fixture.db, keys, false)).toMatchObject({ events: 7, differences: [], repaired: false });
    fixture.db.prepare('UPDATE swipe SET voided = 0 WHERE sequence = 3').run();
    fixture.db.prepare("UPDATE tube SET code = 'T9'").run();
    fixture.db.prepare('DELETE FROM swipe WHERE sequence = 5').run();
    const report = rebuild(fixture.db, keys, false);
    const named = report.differences.map((d) => `${d.table} ${d.row}`);
    expect(named).toEqual([
      `swipe ${journal.install} 3`,
      `swipe ${journal.install} 5`,
      `tube ${journal.install}:2`,
    ]);
    expect(report.differences[2]).toMatchObject({ held: { code: 'T9' }, recounted: { code: 'T1' } });
    expect(countLadder(fixture.db, ROUND).people, 'only reported').toBe(2);
    expect(rebuild(fixture.db, keys, true)).toMatchObject({ repaired: true });
    expect(rebuild(fixture.db, keys, false).differences).toEqual([]);
    expect(countLadder(fixture.db, ROUND)).toMatchObject({ swipes: 3, voided: 1, people: 2 });
  });

  it('LG27 an event damaged where it lies is named, and nothing is repaired to agree with it', () => {
    const at = fixture.db.prepare('SELECT body FROM event WHERE install = ? AND sequence = 4').pluck();
    const body = new Uint8Array(at.get(journal.install) as Uint8Array);
    const damaged = bytesToUtf8(body).replace('"ordinal":1', '"ordinal":7');
    const write = (bytes: Uint8Array): void => {
      fixture.db
        .prepare('UPDATE event SET body = ? WHERE install = ? AND sequence = 4')
        .run(bytes, journal.install);
    };
    write(utf8ToBytes(damaged));
    const found = {
      damaged: [{ install: journal.install, sequence: 4, fault: 'link' }],
      differences: [{ table: 'swipe', row: `${journal.install} 4` }],
      repaired: false,
    };
    expect(rebuild(fixture.db, keys, false)).toMatchObject(found);
    expect(rebuild(fixture.db, keys, true)).toMatchObject(found);
    expect(rebuild(fixture.db, keys, true), 'still there').toMatchObject(found);
    write(body);
    expect(rebuild(fixture.db, keys, true)).toMatchObject({ damaged: [], differences: [], repaired: false });
  });

  it('LG17 the ledger links events as the contract says, fast', () => {
    const linker = new Linker(journal.install);
    for (const sequence of [1, 2, 2 ** 32, 2 ** 40 + 5]) {
      const link = {
        previous: portableSha256(new Uint8Array([sequence % 256])),
        sequence,
        body: new Uint8Array([1, 2, 3]),
      };
      expect(bytesToHex(linker.next(link))).toBe(
        bytesToHex(linkHash(portableSha256, { ...link, install: journal.install })),
      );
    }
  });

  it('LG18 every migration is applied once, in order, and a database of a newer Muster is refused in words', () => {
    expect(MIGRATIONS.map((m) => m.version)).toEqual(
      MIGRATIONS.map((m) => m.version).toSorted((a, b) => a - b),
    );
    expect(MIGRATIONS.every((m) => Number.isInteger(m.version))).toBe(true);
    expect(schemaVersion(fixture.db)).toBe(MIGRATIONS.at(-1)?.version);
    migrate(fixture.db);
    fixture.db.pragma('user_version = 9990');
    expect(() => migrate(fixture.db)).toThrow(/9990/);
    const rubbish = path.join(data, 'rubbish.sqlite');
    writeFileSync(rubbish, 'this is no database at all, and long enough to have a header of its own');
    expect(() => openStore(rubbish, 'write')).toThrow(/not a database/);
  });
});
