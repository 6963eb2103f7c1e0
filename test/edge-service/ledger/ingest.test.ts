import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, utf8ToBytes } from '#shared/bytes.ts';
import { parseBody } from '#shared/event/event.ts';
import { eventId, splitEventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { closingBars } from '../../../edge-service/rounds/closing.ts';
import { roundContact } from '../../../edge-service/counting/completeness.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { openStore, synchronousOf } from '../../../edge-service/store/database.ts';
import { appendJob, LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { keyOfPerson, storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
const ROUND = testUuid('round', 1);
const OTHER_ROUND = testUuid('round', 2);
let keys: KeyStore;
let files = 0;
let fixture: LedgerFixture;
let one: TestJournal;
let two: TestJournal;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
  keys.createRound(OTHER_ROUND);
});
afterAll(() => place.remove());

beforeEach(() => {
  fixture = new LedgerFixture({ file: path.join(place.dir, `ingest-${++files}.sqlite`), keys });
  one = new TestJournal({ install: testUuid('install', 1), station: 1 });
  two = new TestJournal({ install: testUuid('install', 2), station: 2 });
  for (const journal of [one, two]) journal.append({ type: 'installed', device: 'test', parent: null });
  return () => fixture.close();
});

const swipe = (journal: TestJournal, n: number, wallTime = 1_700_000_000_000) =>
  swipeOf(journal, { keys, round: ROUND, n, withKey: true, tube: null, wallTime });
const stored = () =>
  fixture.db.prepare('SELECT COUNT(*) FROM event WHERE install = ?').pluck().get(one.install);

describe('ingest', () => {
  it('LG1 every connection to the database reads synchronous = 2 (FULL), before and after writing', () => {
    const file = path.join(place.dir, 'fresh.sqlite');
    const writer = openStore(file, 'write');
    expect(synchronousOf(writer)).toBe(2);
    writer.exec('CREATE TABLE t(a) STRICT'.replace('(a)', '(a INTEGER)'));
    writer.exec('INSERT INTO t VALUES (1)');
    expect(synchronousOf(writer)).toBe(2);
    expect(writer.pragma('journal_mode', { simple: true })).toBe('wal');
    const reader = openStore(file, 'read');
    expect(synchronousOf(reader)).toBe(2);
    expect(() => reader.exec('INSERT INTO t VALUES (2)')).toThrow(/readonly/);
    reader.close();
    writer.close();
    expect(synchronousOf(fixture.db)).toBe(2);
  });

  it('LG2 a batch that leaves a gap is refused whole, with the watermark to go on from', () => {
    swipe(one, 1);
    swipe(one, 2);
    expect(fixture.append(one.batch(2, 3))).toEqual({
      outcome: 'gap',
      watermark: 0,
      epoch: fixture.ledger.epoch,
    });
    expect(stored()).toBe(0);
    expect(fixture.append(one.batch(1, 1))).toMatchObject({ outcome: 'stored', watermark: 1 });
    expect(fixture.append(one.batch(3, 3))).toMatchObject({ outcome: 'gap', watermark: 1 });
  });

  it('LG3 an event held already answers exists, another one under its number conflict, and neither changes a number', () => {
    swipe(one, 1);
    expect(fixture.appendAll(one)).toMatchObject({ items: [{ from: 1, to: 2, outcome: 'created' }] });
    expect(fixture.appendAll(one)).toMatchObject({
      watermark: 2,
      items: [{ from: 1, to: 2, outcome: 'exists' }],
    });
    const clone = new TestJournal({ install: one.install, station: 1 });
    clone.append({ type: 'installed', device: 'test', parent: null });
    swipe(clone, 9);
    const before = fixture.derived();
    expect(fixture.appendAll(clone)).toMatchObject({
      outcome: 'stored',
      items: [
        { from: 1, to: 1, outcome: 'exists' },
        { from: 2, to: 2, outcome: 'conflict' },
      ],
    });
    expect(fixture.derived()).toEqual(before);
    expect(fixture.db.prepare('SELECT trouble FROM install WHERE install = ?').pluck().get(one.install)).toBe(
      'forked',
    );
  });

  it('LG4 where a link or a sealed part does not verify, what came before is stored and nothing from it on', () => {
    for (let n = 1; n <= 6; n++) swipe(one, n);
    const broken = one.events.map((e, i) => (i === 4 ? { ...e, hash: new Uint8Array(32) } : e));
    const reply = fixture.append({ header: one.header(1), bytes: encodeBatch(broken) });
    expect(reply).toMatchObject({ outcome: 'broken', code: 'link', at: 5, watermark: 4 });
    expect(stored()).toBe(4);
    const otherBox = one.events.map((e, i) => (i === 5 ? { ...e, sealed: new Uint8Array(176) } : e));
    expect(fixture.append({ header: one.header(5), bytes: encodeBatch(otherBox.slice(4)) })).toMatchObject({
      outcome: 'broken',
      code: 'sealed',
      at: 6,
      watermark: 5,
    });
    const unnamed = one.append({ type: 'round-ended' }, new Uint8Array(10));
    expect(fixture.append(one.batch(6, 8))).toMatchObject({
      outcome: 'broken',
      code: 'sealed-not-named',
      at: splitEventId(unnamed).sequence,
      watermark: 7,
    });
  });

  it('LG36 what is told of a batch’s chain beforehand changes nothing, whatever is broken in it and however it is cut', () => {
    for (let n = 1; n <= 6; n++) swipe(one, n);
    const whole = one.events.slice();
    const other = new LedgerFixture({ file: path.join(place.dir, `ingest-${++files}.sqlite`), keys });
    try {
      fc.assert(
        fc.property(
          fc.array(
            fc.tuple(fc.nat(6), fc.nat(6), fc.option(fc.tuple(fc.nat(6), fc.constantFrom('hash', 'body')))),
            {
              maxLength: 6,
            },
          ),
          (batches) => {
            for (const [a, b, spoilt] of batches) {
              const [first, last] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
              const events = whole.slice(first - 1, last).map((event, i) => {
                if (spoilt === null || spoilt[0] !== i) return event;
                const bytes = Uint8Array.from(event[spoilt[1]]);
                bytes[bytes.length - 1]! ^= 1;
                return { ...event, [spoilt[1]]: bytes };
              });
              const request = { header: one.header(first), bytes: encodeBatch(events) };
              const [linked] = fixture.ledger.run([appendJob(request)]).answers;
              const bare = { kind: 'append' as const, batch: { ...request, links: new Uint8Array(0) } };
              expect(linked).toEqual(other.ledger.run([bare]).answers[0]);
            }
            const held = (of: LedgerFixture): unknown[] => of.db.prepare('SELECT * FROM event').all();
            expect(held(fixture)).toEqual(held(other));
          },
        ),
        { numRuns: 60 },
      );
      expect(fixture.appendAll(one)).toEqual(other.appendAll(one));
      expect(stored()).toBe(7);
    } finally {
      other.close();
    }
  });

  it('LG5 a body that cannot be used is kept raw, holds its place, and is answered by name', () => {
    one.appendBytes(utf8ToBytes('{"version":1,"type":"swipe"}'));
    one.appendBytes(utf8ToBytes('no json'));
    one.appendBytes(utf8ToBytes('{"version":9,"type":"later"}'));
    one.append({ type: 'unlink', round: ROUND, link: eventId(one.install, 1) });
    swipe(one, 1);
    expect(fixture.appendAll(one)).toMatchObject({
      outcome: 'stored',
      watermark: 6,
      items: [
        { from: 1, to: 1, outcome: 'created' },
        { from: 2, to: 3, outcome: 'invalid' },
        { from: 4, to: 4, outcome: 'not-understood' },
        // only the edge undoes links
        { from: 5, to: 5, outcome: 'invalid' },
        { from: 6, to: 6, outcome: 'created' },
      ],
    });
    expect(
      fixture.db
        .prepare('SELECT body FROM event WHERE install = ? AND sequence = 3')
        .pluck()
        .get(one.install),
    ).toEqual(Buffer.from('no json'));
    expect(countLadder(fixture.db, ROUND).people).toBe(1);
  });

  it('LG6 bytes that are no batch are refused by name and nothing is stored', () => {
    const header = one.header(1);
    for (const bytes of [
      new Uint8Array(0),
      new Uint8Array(39),
      new Uint8Array(50).fill(255),
      new Uint8Array(800_000),
    ]) {
      expect(fixture.append({ header, bytes })).toMatchObject({ outcome: 'refused', code: 'invalid' });
    }
    expect(stored()).toBe(0);
  });

  it('LG7 everything waiting shares one transaction, and a write that fails is rolled back alone', () => {
    swipe(one, 1);
    swipe(two, 2);
    const { answers, notice } = fixture.ledger.run([
      appendJob(one.batch(1, 2)),
      {
        kind: 'write',
        name: 'test.decide',
        args: { decision: { type: 'void', swipe: 'no id', reason: 'x', round: null, by: null } },
      },
      {
        kind: 'write',
        name: 'test.decide',
        args: {
          decision: { type: 'void', swipe: `${one.install}:2`, reason: 'x', round: ROUND, by: 'lead' },
        },
      },
      appendJob(two.batch(1, 2)),
    ]);
    expect(answers.map((a) => a.kind)).toEqual(['append', 'failed', 'done', 'append']);
    expect(countLadder(fixture.db, ROUND)).toMatchObject({ swipes: 2, voided: 1, people: 1 });
    expect(notice.rounds).toEqual([ROUND]);
    const edge = fixture.db.prepare("SELECT watermark FROM install WHERE kind = 'edge'").pluck().get();
    expect(edge, 'installed and one void, without a hole').toBe(2);
  });

  it('LG8 on a full disk nothing is half stored, the kiosk is told in words, and later it goes on', () => {
    for (let n = 1; n <= 200; n++) swipe(one, n);
    swipe(two, 1);
    const pages = Number(fixture.db.pragma('page_count', { simple: true }));
    fixture.db.pragma(`max_page_count = ${pages + 2}`);
    const { answers } = fixture.ledger.run([appendJob(one.batch(1, 201)), appendJob(two.batch(1, 2))]);
    expect(answers[0]).toMatchObject({ kind: 'append', reply: { outcome: 'busy' } });
    expect(
      answers[0]?.kind === 'append' && 'message' in answers[0].reply ? answers[0].reply.message : '',
    ).toMatch(/磁盘/);
    expect(answers[1], 'what fits is taken all the same').toMatchObject({
      kind: 'append',
      reply: { outcome: 'stored', watermark: 2 },
    });
    expect(stored()).toBe(0);
    fixture.db.pragma(`max_page_count = ${pages + 10_000}`);
    expect(fixture.appendAll(one)).toMatchObject({ outcome: 'stored', watermark: 201 });
    expect(countLadder(fixture.db, ROUND)).toMatchObject({ swipes: 201, people: 200 });
  });

  it('LG9 the verdict names the first swipe of the person on another install, with station, tube and time', () => {
    fixture.now = 1_700_001_000_000; // received after they happened
    const opened = one.append({
      type: 'tube-opened',
      round: ROUND,
      phase: 'open',
      code: '0000017',
      batch: null,
      capacity: 10,
      collects: [],
    });
    swipeOf(one, { keys, round: ROUND, n: 1, withKey: true, tube: opened, wallTime: 1_700_000_500_000 });
    fixture.appendAll(one);
    swipe(two, 1, 1_700_000_600_000);
    swipe(two, 1, 1_700_000_700_000);
    swipe(two, 2, 1_700_000_800_000);
    expect(fixture.appendAll(two)).toMatchObject({
      verdicts: [
        { sequence: 2, repeatOf: { station: 1, tubeCode: '0000017', time: 1_700_000_500_000 } },
        { sequence: 3, repeatOf: { station: 1, tubeCode: '0000017', time: 1_700_000_500_000 } },
      ],
    });
  });

  it('LG9 the verdict finds each of many stored together, whatever lay between them', () => {
    const time = 1_700_000_500_000;
    fixture.now = 1_700_001_000_000; // received after they happened
    for (let n = 1; n <= 45; n++) {
      swipe(one, n, time + n);
      if (n % 13 === 0) one.append({ type: 'unreadable', attempts: 3, wallTime: time + n });
    }
    fixture.appendAll(one);
    for (let n = 45; n >= 1; n--) swipe(two, n, time + 1_000);
    const reply = fixture.appendAll(two);
    expect(reply.outcome === 'stored' && reply.verdicts.map((v) => v.repeatOf.time - time)).toEqual(
      Array.from({ length: 45 }, (_, i) => 45 - i),
    );
  });

  it('LG10 a swipe without a key gets it from its box at ingest, and a filed run anew under the round it is filed to', () => {
    swipeOf(one, { keys, round: ROUND, n: 1, withKey: false, tube: null });
    swipeOf(one, { keys, round: null, n: 2, withKey: false, tube: null });
    swipeOf(one, { keys, round: ROUND, n: 3, withKey: true, tube: null, phase: 'test' });
    fixture.appendAll(one);
    const key = (sequence: number) =>
      fixture.db.prepare('SELECT key FROM swipe WHERE sequence = ?').pluck().get(sequence);
    expect([key(2), key(3), key(4)]).toEqual([keyOfPerson(keys, ROUND, 1), null, null]);
    expect(countLadder(fixture.db, ROUND).people).toBe(1);
    const file = (round: RoundId) =>
      fixture.write('test.decide', {
        decision: {
          type: 'filed',
          install: one.install,
          from: 3,
          to: 4,
          reason: '忘了开轮次',
          round,
          by: 'lead',
        },
      });
    file(ROUND);
    expect([key(3), key(4)]).toEqual([keyOfPerson(keys, ROUND, 2), keyOfPerson(keys, ROUND, 3)]);
    expect(countLadder(fixture.db, ROUND).people).toBe(3);
    file(OTHER_ROUND);
    expect([key(3), key(4)]).toEqual([keyOfPerson(keys, OTHER_ROUND, 2), keyOfPerson(keys, OTHER_ROUND, 3)]);
    expect([countLadder(fixture.db, ROUND).people, countLadder(fixture.db, OTHER_ROUND).people]).toEqual([
      1, 2,
    ]);
  });

  it('LG11 a round is complete when every install that took part or was planned is settled, without gap or quarantine', () => {
    const report = contact;
    storeRound(fixture.db, {
      round: ROUND,
      number: 1,
      state: 'open',
      stations: [
        { station: 1, stand: 'before' },
        { station: 2, stand: 'after' },
      ],
      openedAt: fixture.now,
    });
    hello(one, 1);
    expect(report(), 'station 2 was never heard').toMatchObject({
      complete: false,
      finalUpTo: null,
      unheardStations: [2],
    });
    hello(two, 2);
    swipe(one, 1);
    one.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    two.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    fixture.now += 60_000;
    fixture.appendAll(one);
    expect(report()).toMatchObject({ complete: false, open: { unsettled: [two.install] }, finalUpTo: null });
    fixture.now += 60_000;
    const { sequence } = two.head;
    fixture.append({ header: two.header(1), bytes: two.batch(1, sequence - 1).bytes });
    expect(report(), 'a gap: its head is one further').toMatchObject({
      complete: false,
      open: { gaps: [two.install] },
    });
    fixture.appendAll(two);
    expect(report()).toMatchObject({ complete: true, finalUpTo: fixture.now });
    const garbage = one.appendBytes(utf8ToBytes('garbage'));
    fixture.appendAll(one);
    expect(report()).toMatchObject({ complete: false, open: { quarantined: 1 } });
    one.append({ type: 'void', swipe: garbage, reason: '误刷', round: ROUND, phase: 'open' });
    fixture.appendAll(one);
    expect(report(), 'a kiosk naming it settles nothing').toMatchObject({ open: { quarantined: 1 } });
    fixture.write('test.decide', {
      decision: { type: 'quarantine-settled', event: garbage, reason: '看过', round: null, by: 'lead' },
    });
    expect(report()).toMatchObject({ complete: true });
    swipe(one, 2);
    fixture.appendAll(one);
    expect(report(), 'a swipe after the end').toMatchObject({
      complete: false,
      open: { unsettled: [one.install] },
    });
    fixture.write('test.decide', {
      decision: {
        type: 'exception',
        install: one.install,
        lastSequence: one.head.sequence,
        reason: '机器丢了',
        round: ROUND,
        by: 'lead',
      },
    });
    expect(report()).toMatchObject({ complete: true });
  });

  it('LG11 what will never come is named by number and closed over once a person answers for it, and the round is never called complete', () => {
    const stations = [1, 2, 3].map((station) => ({ station, stand: 'before' as const }));
    storeRound(fixture.db, {
      round: ROUND,
      number: 1,
      state: 'settling',
      stations,
      openedAt: fixture.now,
    });
    const last = () => ({ install: one.install, journal: one.install, station: 1 });
    const close = (reason: string) => () =>
      fixture.write('round.state', { round: ROUND, state: 'closed', reason, by: 'lead' });
    const except = (install: InstallId, lastSequence: number) =>
      fixture.write('round.decide', {
        round: ROUND,
        by: 'lead',
        decision: { type: 'exception', install, lastSequence, reason: '电脑摔坏' },
      });
    for (const [journal, station] of [
      [one, 1],
      [two, 2],
    ] as const) {
      hello(journal, station);
      swipe(journal, station);
    }
    two.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    fixture.appendAll(one);
    fixture.appendAll(two);
    fixture.write('kiosk.contacts', { contacts: [{ install: one.install, head: 4, at: fixture.now }] });
    expect(contact(), 'the laptop said 4 and was run over with two of them').toMatchObject({
      complete: false,
      open: { gaps: [one.install], unexcepted: [{ install: one.install, station: 1 }] },
      lacking: [{ ...last(), from: 3, to: 4 }],
    });
    expect(close('没有用 3号台')).toThrow(/not-complete/);
    expect(() => except(one.install, 3), 'it has said 4').toThrow(/below-head/);
    except(one.install, 6);
    expect(contact(), 'read off its screen before it was run over').toMatchObject({
      complete: false,
      open: { unsettled: [one.install], unexcepted: [] },
      lacking: [{ ...last(), from: 3, to: 6 }],
    });
    expect(close('按计划,3月 13号台'), 'nobody has answered for station 3').toThrow(/not-complete/);
    const named = ['2、3号台没有用', '3 号台', '1–3号台', 'station 3 was not used'];
    for (const reason of named) expect(closingBars(contact(), reason), reason).toEqual([]);

    fixture.write('kiosk.contacts', { contacts: [{ install: one.install, head: 9, at: fixture.now }] });
    expect(close('3号台没有用'), 'it lives, and has more than the lead knew').toThrow(/not-complete/);
    except(one.install, 9);
    const closed = close('3号台没有用')();
    expect(closed.state).toBe('closed');
    expect(contact()).toMatchObject({
      complete: false,
      unheardStations: [],
      lacking: [{ ...last(), from: 3, to: 9 }],
    });
  });

  it('LG11 an exception settles its install when what has not arrived is here as copies', () => {
    storeRound(fixture.db, {
      round: ROUND,
      number: 1,
      state: 'open',
      stations: [{ station: 1, stand: 'before' }],
      openedAt: fixture.now,
    });
    hello(one, 1);
    swipe(one, 1);
    fixture.appendAll(one);
    swipe(one, 2);
    hello(one, 1);
    const child = new TestJournal({ install: testUuid('install', 3), station: 1 });
    child.append({
      type: 'installed',
      device: 'test',
      parent: { install: one.install, sequence: 2, hash: '0'.repeat(64) },
    });
    const copied = one.events.at(-1)!;
    const parsed = parseBody(copied.body);
    if (!parsed.ok) throw new Error(parsed.code);
    const origin = { event: eventId(one.install, 3), hash: bytesToHex(copied.hash) };
    child.append({ ...parsed.body, origin }, copied.sealed);
    child.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    fixture.appendAll(child);
    hello(child, 1);
    fixture.now += 1000;
    hello(one, 1); // the disk of before, started once more: it has not ended the round
    fixture.write('test.decide', {
      decision: { type: 'fork-reviewed', install: one.install, reason: '看过', round: null, by: 'lead' },
    });
    fixture.db.prepare('UPDATE install SET last_contact = ? WHERE install = ?').run(fixture.now, one.install);
    expect(contact()).toMatchObject({ open: { unsettled: [one.install], gaps: [] }, lacking: [] });
    fixture.write('round.decide', {
      round: ROUND,
      by: 'lead',
      decision: { type: 'exception', install: one.install, lastSequence: 3, reason: '旧盘' },
    });
    expect(contact()).toMatchObject({ complete: true });
  });

  function hello(journal: TestJournal, station: number, head = journal.header(1).head) {
    return fixture.write('kiosk.hello', {
      hello: {
        install: journal.install,
        head,
        wallTime: 0,
        edgeHead: null,
        counted: null,
      },
      pairing: `pairing ${station}`,
      station,
      secondConnection: false,
    });
  }

  it('LG12 hello says fork for another hash, for more held than the head, and for a second live connection', () => {
    swipe(one, 1);
    fixture.appendAll(one);
    expect(hello(one, 1)).toMatchObject({ outcome: 'welcome', watermark: { sequence: 2 }, station: 1 });
    const restored = new TestJournal({ install: one.install, station: 1 });
    restored.append({ type: 'installed', device: 'test', parent: null });
    expect(hello(restored, 1)).toMatchObject({ outcome: 'fork', reason: 'beyond-head' });
    swipe(restored, 5);
    expect(hello(restored, 1)).toMatchObject({
      outcome: 'fork',
      reason: 'other-hash',
      watermark: { sequence: 2 },
    });
    expect(
      fixture.write('kiosk.hello', {
        hello: { install: one.install, head: one.header(1).head, wallTime: 0, edgeHead: null, counted: null },
        pairing: 'p',
        station: 1,
        secondConnection: true,
      }),
    ).toMatchObject({ outcome: 'fork', reason: 'second-connection' });
    const child = new TestJournal({ install: testUuid('install', 3), station: 1 });
    child.append({
      type: 'installed',
      device: 'test',
      parent: { install: one.install, sequence: 1, hash: '0'.repeat(64) },
    });
    swipe(child, 5);
    child.append({ type: 'round-ended', round: ROUND, phase: 'open' });
    expect(contact(), 'the parent has not ended the round').toMatchObject({
      open: { unsettled: [one.install] },
    });
    fixture.now += 1000;
    fixture.appendAll(child);
    expect(contact(), 'two machines may be at work until a person has looked').toMatchObject({
      complete: false,
      open: { unsettled: [one.install] },
    });
    fixture.now += 1000;
    hello(child, 1);
    hello(one, 1, { sequence: 1, hash: bytesToHex(one.events[0]!.hash) });
    expect(contact().open.unreviewedForks.toSorted()).toEqual([one.install, child.install]);
    fixture.write('test.decide', {
      decision: { type: 'fork-reviewed', install: child.install, reason: '看过', round: null, by: 'lead' },
    });
    expect(contact(), 'its kiosk went on under the child; asked after, not written to').toMatchObject({
      complete: true,
      open: { unsettled: [] },
    });
    fixture.now += 1000;
    hello(one, 1);
    expect(contact(), 'a copy of the kiosk writes on where the parent was left').toMatchObject({
      complete: false,
      open: { unsettled: [one.install] },
    });
  });

  const contact = () => roundContact(fixture.db, ROUND);
});
