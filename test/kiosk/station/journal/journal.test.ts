import {
  copyFileSync,
  cpSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, batchItemBytes } from '#shared/event/batch.ts';
import { EMPTY_HEAD } from '#shared/event/chain.ts';
import { parseBody, type EventBytes } from '#shared/event/event.ts';
import { SEQUENCE_SPAN, openDatabase } from '../../../../kiosk/station/disk/database.ts';
import { checkJournal } from '../../../../kiosk/station/journal/journal-check.ts';
import { openJournal, type JournalParts } from '../../../../kiosk/station/journal/journal-opening.ts';
import type { Draft, Journal } from '../../../../kiosk/station/journal/journal.ts';
import { KnownFacts } from '../../../../kiosk/station/disk/known-facts.ts';
import { renameEvents } from '#shared/event/event-table.ts';
import { eventId } from '#shared/ids.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import {
  MORNING,
  TestKiosk,
  makeRound,
  roundsMessage,
  seededBytes,
  temporaryDirectory,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { TestJournal, testUuid, type TestBody } from '../../../support/kiosk/test-journal.ts';
import { message } from '#shared/language/message.ts';

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory();
});
afterEach(() => place.remove());

const dbFile = (): string => path.join(place.directory, 'kiosk.db');

function partsOn(file: string, seed: number): JournalParts {
  const db = openDatabase({ file, nativeBinding: null });
  const stamp = () => ({ wallTime: MORNING, monotonicTime: 0, bootId: 'boot', clockOffset: null });
  const log = (): void => {};
  return {
    db,
    known: new KnownFacts(db, log),
    random: seededBytes(seed),
    stamp,
    device: 'd',
    makeRoom: () => false,
    log,
  };
}

function draft(attempts: number): Draft {
  return {
    sealed: null,
    body: {
      type: 'unreadable',
      version: 1,
      round: null,
      station: 1,
      stand: null,
      phase: 'unfiled',
      tube: null,
      wallTime: MORNING,
      monotonicTime: 0,
      bootId: 'boot',
      clockOffset: null,
      by: null,
      origin: null,
      attempts,
    },
  };
}

function appended(journal: Journal, count: number): void {
  for (let i = 0; i < count; i++) expect(journal.append([draft(1 + (i % 100))]).ok).toBe(true);
}

describe('the journal', () => {
  it('JN1 the database is in WAL mode, and synchronous reads back FULL after a write', () => {
    const parts = partsOn(dbFile(), 1);
    const journal = openJournal(parts, null);
    appended(journal, 2);
    expect(parts.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(parts.db.pragma('synchronous', { simple: true })).toBe(2);
    parts.db.close();
  });

  it('JN2 sequences have no gaps, each hash links, and a reopened journal goes on where it was', () => {
    const parts = partsOn(dbFile(), 1);
    const journal = openJournal(parts, null);
    expect(journal.append([draft(1), draft(2), draft(3)]).ok).toBe(true);
    const { head, install } = journal;
    expect(head.sequence).toBe(4);
    parts.db.close();
    const again = partsOn(dbFile(), 2);
    const reopened = openJournal(again, install);
    expect(reopened.install).toBe(install);
    expect(reopened.head).toEqual(head);
    const current = reopened.current;
    if (current === null) throw new Error('no install');
    expect(checkJournal(install, reopened.read(current, 1))).toMatchObject({
      whole: true,
      good: head,
      lost: [],
    });
    expect([...reopened.read(current, 1)].map((e) => e.sequence)).toEqual([1, 2, 3, 4]);
    again.db.close();
  });

  it('JN3 a batch holds at most 500 events and 768 KiB', () => {
    const parts = partsOn(dbFile(), 1);
    const journal = openJournal(parts, null);
    journal.append(Array.from({ length: 600 }, () => draft(1)));
    const big = draft(1);
    const id = `${journal.install}:1`;
    big.body = {
      ...big.body,
      type: 'swipes-moved',
      swipes: Array.from({ length: 1000 }, () => id),
      to: null,
    } as Draft['body'];
    journal.append(Array.from({ length: 30 }, () => big));
    const current = journal.current;
    if (current === null) throw new Error('no install');
    expect(journal.readBatch(current, 1)).toHaveLength(BATCH_EVENTS_MAX);
    const rest = journal.readBatch(current, 602);
    expect(rest.length).toBeLessThan(30);
    expect(rest.reduce((sum, e) => sum + batchItemBytes(e), 0)).toBeLessThanOrEqual(BATCH_BYTES_MAX);
    expect(journal.readBatch(current, 632)).toEqual([]);
    parts.db.close();
  });

  it('JN9 a second program on the same folder is refused by name', () => {
    const parts = partsOn(dbFile(), 1);
    expect(() => openDatabase({ file: dbFile(), nativeBinding: null })).toThrow(/another kiosk program uses/);
    parts.db.close();
  }, 30_000);
});

describe('a damaged journal', () => {
  it('JN4 the check finds what is good, keeps what proves itself behind the damage, and names what is lost', () => {
    const journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
    for (let i = 0; i < 9; i++) journal.append({ type: 'unreadable', attempts: 1 });
    const flipped = (n: number, part: 'body' | 'hash'): EventBytes[] =>
      journal.events.map((e) => {
        if (e.sequence !== n) return e;
        const bytes = e[part].slice();
        bytes[10]! ^= 1;
        return { ...e, [part]: bytes };
      });
    const check = (events: EventBytes[]) => checkJournal(journal.install, events);
    expect(check(journal.events)).toMatchObject({ whole: true, good: journal.head });
    const body = check(flipped(5, 'body'));
    expect(body).toMatchObject({ whole: false, good: { sequence: 4 }, lost: [5] });
    expect(body.keptAfter.map((e) => e.sequence)).toEqual([6, 7, 8, 9]);
    const hash = check(flipped(5, 'hash'));
    expect(hash).toMatchObject({ whole: false, good: { sequence: 4 }, lost: [] });
    expect(hash.keptAfter.map((e) => e.sequence)).toEqual([5, 6, 7, 8, 9]);
    const gap = check(journal.events.filter((e) => e.sequence !== 5));
    expect(gap.lost).toContain(5);
    expect(gap.keptAfter.map((e) => e.sequence)).toEqual([7, 8, 9]);
    expect(check([])).toMatchObject({ whole: true, good: EMPTY_HEAD });
  });

  it('JN4 a journal that fails its own check begins a new install that names its parent, and loses nothing else', async () => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    edge.rounds = roundsMessage(await makeRound(1));
    const link = new HandLink(edge);
    const first = await TestKiosk.start({ directory: place.directory, clock, edge, link });
    await first.open('T1');
    await first.swipe(0);
    link.reachable = false;
    link.cut();
    await first.settle();
    for (const n of [1, 2, 3, 4]) await first.swipe(n);
    const parent = first.install;
    expect(first.state.lastSequence).toBe(7);
    await first.stop();
    const raw = new Sqlite(dbFile());
    const row = SEQUENCE_SPAN + 5;
    raw
      .prepare(
        'UPDATE event SET body = CAST(replace(CAST(body AS TEXT), \'"card"\', \'"scan"\') AS BLOB) WHERE id = ?',
      )
      .run(row);
    raw.close();

    link.reachable = true;
    const second = await TestKiosk.start({ directory: place.directory, clock, edge, link, seed: 9 });
    expect(second.install).not.toBe(parent);
    expect(second.band('forked')?.words).toEqual(message('band.forked-damaged'));
    const bodies = edge.bodies(second.install);
    expect(bodies[0]).toMatchObject({ type: 'installed', parent: { install: parent, sequence: 3 } });
    // 4, 6 and 7 were not acknowledged: they come again with their origin. 5 is lost, and its number says so.
    expect(bodies.slice(1).map((b) => b.origin?.event)).toEqual([
      `${parent}:4`,
      `${parent}:6`,
      `${parent}:7`,
    ]);
    expect(edge.bodies(parent)).toHaveLength(3);
    expect(second.lines.find((l) => l.code === 'journal-damaged')?.detail).toContain('lost 5');
    expect(second.state.tube).toEqual({ code: 'T1', count: 4, capacity: 10 });
    expect(await second.swipe(3)).toMatchObject({ face: 'repeat-here' });
    expect(await second.swipe(2)).toMatchObject({ face: 'counted', ordinal: 5 });
    await second.stop();
  });

  it('JN4 a database cut or flipped anywhere is set aside untouched, and the kiosk starts and records', async () => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    edge.rounds = roundsMessage(await makeRound(1));
    const link = new HandLink(edge);
    link.reachable = false;
    const original = await TestKiosk.start({
      directory: place.directory,
      clock,
      edge,
      link,
      ballastBytes: 0,
    });
    for (let n = 0; n < 40; n++) await original.swipe(n);
    await original.stop();
    const size = statSync(dbFile()).size;
    const damage = fc.oneof(
      fc.record({ cutAt: fc.nat(size) }),
      fc.record({ flip: fc.array(fc.nat(size - 1), { minLength: 1, maxLength: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (how) => {
        const own = temporaryDirectory();
        cpSync(place.directory, own.directory, { recursive: true });
        const file = path.join(own.directory, 'kiosk.db');
        if ('cutAt' in how) truncateSync(file, how.cutAt);
        else flip(file, how.flip);
        const damaged = readFileSync(file);
        const k = await TestKiosk.start({
          directory: own.directory,
          clock,
          edge,
          link,
          seed: 3,
          salvage: true,
          ballastBytes: 0,
        });
        try {
          expect(k.face.face).not.toBe('stopped');
          const before = k.state.lastSequence;
          await k.swipe(50);
          expect(k.state.lastSequence).toBe(before + 1);
          const aside = readdirSync(own.directory).find((name) => /damaged-[0-9]+$/.test(name));
          if (aside !== undefined)
            expect(readFileSync(path.join(own.directory, aside)).equals(damaged)).toBe(true);
        } finally {
          await k.stop();
          own.remove();
        }
      }),
      { numRuns: 25, seed: 4 },
    );
  }, 60_000);

  it('JN4 a journal that is gone altogether is named by the install that follows it', async () => {
    const clock = new HandClock(MORNING);
    const first = await TestKiosk.start({ directory: place.directory, clock });
    const parent = first.install;
    await first.stop();
    truncateSync(dbFile(), 0);
    const second = await TestKiosk.start({
      directory: place.directory,
      clock,
      edge: first.edge,
      seed: 8,
      salvage: true,
    });
    expect(second.edge.bodies(second.install)[0]).toMatchObject({ parent: { install: parent, sequence: 0 } });
    await second.stop();
  });

  it('JN5 in events appended anew every named event follows its new name', () => {
    const [a, b, x] = [
      eventId(testUuid('install', 1), 4),
      eventId(testUuid('install', 2), 2),
      eventId(testUuid('install', 3), 1),
    ];
    const renamed = new Map([[a, b]]);
    const journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
    const named = [
      { type: 'void', swipe: a, reason: 'undo' },
      { type: 'sampled-again', swipe: a, sampled: true },
      { type: 'tube-opened', code: 'T', batch: null, capacity: 10, collects: [x, a] },
      { type: 'tube-joined', opened: a },
      { type: 'tube-sealed', opened: a, offered: 1, swabbed: null },
      { type: 'swipes-moved', swipes: [a, x], to: a },
      { type: 'unreadable-settled', unreadable: a, outcome: 'resolved', swipe: a },
    ] as const;
    for (const body of named) {
      const given: unknown = { ...body, tube: a };
      journal.append(given as TestBody);
      const parsed = parseBody(journal.events.at(-1)!.body);
      if (!parsed.ok) throw new Error(parsed.code);
      const text = JSON.stringify(renameEvents(parsed.body, (id) => renamed.get(id) ?? id));
      expect(text).not.toContain(a);
      expect(text).toContain(b);
      if (JSON.stringify(body).includes(x)) expect(text).toContain(x);
    }
  });
});

describe('settings', () => {
  it('JN10 settings that cannot be used are refused naming file and field', async () => {
    const clock = new HandClock(MORNING);
    const first = await TestKiosk.start({ directory: place.directory, clock });
    await first.stop();
    const file = path.join(place.directory, 'settings.json');
    copyFileSync(file, `${file}.kept`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"port": 8443', '"port": 0'));
    await expect(TestKiosk.start({ directory: place.directory, clock })).rejects.toThrow(
      /settings\.json: "pairing\.addresses\.0\.port"/,
    );
    writeFileSync(file, '{');
    await expect(TestKiosk.start({ directory: place.directory, clock })).rejects.toThrow(
      /settings\.json is no JSON/,
    );
  });
});

function flip(file: string, places: readonly number[]): void {
  const bytes = readFileSync(file);
  const handle = openSync(file, 'r+');
  for (const at of places) writeSync(handle, Uint8Array.of(bytes[at]! ^ 0x55), 0, 1, at);
  closeSync(handle);
}
