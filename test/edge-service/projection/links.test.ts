import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { eventId, splitEventId, type CredentialKey, type EventId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { Changes } from '../../../edge-service/projection/commit-changes.ts';
import { PersonRows } from '../../../edge-service/projection/person-rows.ts';
import { IDENTITIES, LINKS_DECIDED } from '../../../edge-service/store/added-tables.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { extent } from '../../support/machine/extent.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { keyOfPerson, storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
const ROUND = testUuid('round', 1);
let keys: KeyStore;
let fixture: LedgerFixture;
let files = 0;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
});
afterAll(() => place.remove());
beforeEach(() => {
  fixture = new LedgerFixture({ file: path.join(place.dir, `links-${++files}.sqlite`), keys });
  storeRound(fixture.db, {
    round: ROUND,
    number: 1,
    state: 'open',
    stations: [{ station: 1, stand: 'before' }],
    openedAt: 1,
  });
  return () => fixture.close();
});

function journal(n: number): TestJournal {
  const made = new TestJournal({ install: testUuid('install', n), station: 1 });
  made.append({ type: 'installed', device: 'test', parent: null });
  return made;
}
/** Key of the n-th invented card's physical number. */
const numberKey = (n: number): CredentialKey =>
  credentialKey(keys.round(ROUND)!.key, {
    kind: 'physical',
    canonical: n.toString(16).toUpperCase().padStart(16, '0'),
  });
const link = (of: TestJournal, n: number, origin: TestJournal | null = null): EventId => {
  const at = origin?.head;
  return of.append({
    type: 'link',
    round: ROUND,
    phase: 'open',
    credentials: [numberKey(n), keyOfPerson(keys, ROUND, n)],
    origin:
      at === undefined || origin === null
        ? null
        : { event: eventId(origin.install, at.sequence), hash: bytesToHex(at.hash) },
  });
};
const swipe = (of: TestJournal, n: number) =>
  swipeOf(of, { keys, round: ROUND, n, withKey: true, tube: null, wallTime: 1_700_000_000_000 });
const byNumber = (of: TestJournal, n: number) =>
  of.append({
    type: 'swipe',
    round: ROUND,
    phase: 'open',
    credential: { kind: 'physical', key: numberKey(n) },
    sealed: '0'.repeat(64),
    entry: 'card',
    shown: 'walk-in',
    ordinal: 1,
  });
/** Any keys of persons, cards' numbers or both, linked at a kiosk. */
const linkKeys = (of: TestJournal, credentials: CredentialKey[], wallTime: number): EventId =>
  of.append({ type: 'link', round: ROUND, phase: 'open', credentials, wallTime });
/** A roster of people 1 to `people`, by their ID numbers, and behind them one for each of `badges`, by that number alone. */
function storeRoster(people: number, badges: readonly number[] = []): void {
  fixture.db.prepare('UPDATE round SET roster_version = 1 WHERE round = ?').run(ROUND);
  const insert = fixture.db.prepare(
    "INSERT INTO roster_row(round, version, row, person, credentials, workshop, team, shift, leader, identified, box) VALUES (?, 1, ?, ?, ?, '一车间', '甲班', NULL, 0, ?, x'00')",
  );
  for (let n = 1; n <= people; n++) {
    const key = keyOfPerson(keys, ROUND, n);
    insert.run(ROUND, n, key, JSON.stringify([key]), 1);
  }
  for (const [i, badge] of badges.entries()) {
    const key = numberKey(badge);
    insert.run(ROUND, people + 1 + i, key, JSON.stringify([key]), 0);
  }
  new PersonRows(fixture.db).refresh(ROUND, new Changes());
}
const ladder = () => countLadder(fixture.db, ROUND);
const decideLink = (id: EventId, state: 'accepted' | 'refused' | 'open') =>
  fixture.write('round.decide', {
    round: ROUND,
    by: 'lead',
    decision: { type: 'link-decided', link: id, state, reason: 'asked both' },
  });
const undo = (id: EventId) =>
  fixture.write('round.decide', { round: ROUND, by: 'lead', decision: { type: 'unlink', link: id } });
const people = (): number => countLadder(fixture.db, ROUND).people;

describe('links made at a kiosk', () => {
  it('KR11 a link joins a card number to its owner, before or after they swiped, and the edge undoes it', () => {
    const one = journal(1);
    byNumber(one, 1);
    swipe(one, 1);
    expect(fixture.appendAll(one)).toMatchObject({ outcome: 'stored' });
    expect(people()).toBe(2);
    const made = link(one, 1);
    expect(fixture.append(one.batch(4, 4))).toMatchObject({
      items: [{ from: splitEventId(made).sequence, outcome: 'created' }],
    });
    expect(people()).toBe(1);
    undo(made);
    expect(people()).toBe(2);
  });

  it.each(['parent', 'child'] as const)(
    'KR11 a link a forked journal repeats is one link with the copy of the %s first, and one undoing ends it',
    (first) => {
      const [parent, child] = [journal(1), journal(2)];
      byNumber(parent, 2);
      swipe(parent, 2);
      const original = link(parent, 2);
      const copy = link(child, 2, parent);
      for (const one of first === 'parent' ? [parent, child] : [child, parent]) fixture.appendAll(one);
      expect(people()).toBe(1);
      undo(first === 'parent' ? copy : original);
      expect(people()).toBe(2);
    },
  );
});

describe('links that would make one person of two', () => {
  it('CT18 a card linked to two of the roster joins neither until a person has decided, and nobody who was not there is tested', () => {
    storeRoster(40);
    const one = journal(1);
    swipe(one, 1);
    byNumber(one, 77);
    const right = linkKeys(one, [numberKey(77), keyOfPerson(keys, ROUND, 1)], 1_700_000_001_000);
    fixture.appendAll(one);
    expect(ladder()).toMatchObject({ roster: 40, onRoster: 1, walkIns: 0, repeats: 1 });
    const two = journal(2);
    const wrong = linkKeys(two, [numberKey(77), keyOfPerson(keys, ROUND, 2)], 1_700_000_002_000);
    fixture.appendAll(two);
    expect(ladder()).toMatchObject({ roster: 40, expected: 40, onRoster: 1, walkIns: 1, missing: 39 });
    decideLink(wrong, 'refused');
    expect(ladder()).toMatchObject({ roster: 40, onRoster: 1, walkIns: 0, missing: 39 });
    decideLink(wrong, 'open');
    expect(ladder()).toMatchObject({ onRoster: 1, walkIns: 1 });
    undo(right);
    expect(ladder(), 'the other one alone contradicts nothing').toMatchObject({ onRoster: 2, walkIns: 0 });
  });

  it('CT18 two of the roster become one by a decision alone, and two again when it is taken back', () => {
    storeRoster(40);
    const one = journal(1);
    swipe(one, 1);
    const made = linkKeys(one, [keyOfPerson(keys, ROUND, 1), keyOfPerson(keys, ROUND, 2)], 1_700_000_001_000);
    fixture.appendAll(one);
    expect(ladder()).toMatchObject({ roster: 40, expected: 40, onRoster: 1, missing: 39 });
    decideLink(made, 'accepted');
    expect(ladder()).toMatchObject({ roster: 39, expected: 39, onRoster: 1, missing: 38 });
    decideLink(made, 'open');
    expect(ladder()).toMatchObject({ roster: 40, expected: 40, onRoster: 1, missing: 39 });
  });

  it('CT18 an ID number of nobody on the roster is somebody else’s, whether it is swiped before or after the link', () => {
    storeRoster(2);
    const one = journal(1);
    linkKeys(one, [keyOfPerson(keys, ROUND, 9), keyOfPerson(keys, ROUND, 1)], 1_700_000_001_000);
    linkKeys(one, [keyOfPerson(keys, ROUND, 8), keyOfPerson(keys, ROUND, 7)], 1_700_000_002_000);
    for (const n of [9, 8, 7]) swipe(one, n);
    fixture.appendAll(one);
    expect(ladder()).toMatchObject({ roster: 2, people: 3, onRoster: 0, walkIns: 3, missing: 2 });
  });

  it('CT18 whose ID number the roster lacks and one ID number of nobody are one person, unless another link says otherwise of either', () => {
    storeRoster(2, [90, 91]);
    const one = journal(1);
    swipe(one, 8);
    linkKeys(one, [numberKey(90), keyOfPerson(keys, ROUND, 8)], 1_700_000_001_000);
    fixture.appendAll(one);
    const joined = { roster: 4, people: 1, onRoster: 1, walkIns: 0, missing: 3 };
    expect(ladder()).toMatchObject(joined);
    const two = journal(2);
    swipe(two, 9);
    const second = linkKeys(two, [numberKey(90), keyOfPerson(keys, ROUND, 9)], 1_700_000_002_000);
    fixture.appendAll(two);
    expect(ladder(), 'two ID numbers').toMatchObject({ roster: 4, people: 2, onRoster: 0, walkIns: 2 });
    undo(second);
    expect(ladder()).toMatchObject({ roster: 4, people: 2, onRoster: 1, walkIns: 1 });
    const third = linkKeys(two, [numberKey(91), keyOfPerson(keys, ROUND, 8)], 1_700_000_003_000);
    fixture.appendAll(two);
    expect(ladder(), 'two of the roster').toMatchObject({ roster: 4, people: 2, onRoster: 0, walkIns: 2 });
    undo(third);
    linkKeys(two, [numberKey(90), keyOfPerson(keys, ROUND, 1)], 1_700_000_004_000);
    fixture.appendAll(two);
    expect(ladder(), 'one of the roster has an ID number').toMatchObject({
      roster: 4,
      onRoster: 0,
      walkIns: 2,
    });
  });

  it('CT18 what an edge of before joined stays joined, and a link of a kiosk is held back as soon as its data is opened', () => {
    storeRoster(4);
    const one = journal(1);
    swipe(one, 1);
    linkKeys(one, [keyOfPerson(keys, ROUND, 1), keyOfPerson(keys, ROUND, 2)], 1_700_000_001_000);
    fixture.appendAll(one);
    const decision = {
      type: 'link',
      round: ROUND,
      by: 'lead',
      credentials: [3, 4].map((n) => keyOfPerson(keys, ROUND, n)),
    } as const;
    fixture.write('test.decide', { decision: { ...decision, credentials: [...decision.credentials] } });
    // The database as it was left by the version before: no decisions, and everything joined.
    const { db } = fixture;
    const file = db.name;
    db.exec(
      'ALTER TABLE link DROP COLUMN decision; ALTER TABLE link DROP COLUMN held; DROP TABLE identity; DROP TABLE walk_in;',
    );
    const first = keyOfPerson(keys, ROUND, 1);
    const person = first < keyOfPerson(keys, ROUND, 2) ? first : keyOfPerson(keys, ROUND, 2);
    for (const n of [1, 2])
      db.prepare('INSERT INTO person(round, key, person) VALUES (?, ?, ?)').run(
        ROUND,
        keyOfPerson(keys, ROUND, n),
        person,
      );
    db.exec(LINKS_DECIDED + IDENTITIES);
    fixture.close();
    fixture = new LedgerFixture({ file, keys });
    expect(ladder()).toMatchObject({ roster: 3, onRoster: 1, missing: 2 });
    fixture.close();
    const again = openStore(file, 'write');
    expect(rebuild(again, keys, false).differences).toEqual([]);
    again.close();
    fixture = new LedgerFixture({ file, keys });
  });

  it('CT19 any order of links, swipes, undoings and decisions leaves the same people, and a roster that only decisions can shrink', () => {
    const key = (n: number): CredentialKey => (n < 8 ? keyOfPerson(keys, ROUND, n + 1) : numberKey(n));
    const step = fc.record({
      kind: fc.constantFrom('link', 'link', 'link', 'swipe', 'swipe', 'undo', 'decide'),
      a: fc.nat(11),
      b: fc.nat(11),
      state: fc.constantFrom('accepted' as const, 'refused' as const, 'open' as const),
    });
    const seeds = fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 24 }), seeds, (steps, orders) => {
        const pictures = [0, ...orders].map((order) => {
          const own = new LedgerFixture({ file: path.join(place.dir, `order-${++files}.sqlite`), keys });
          own.db.pragma('synchronous = OFF');
          const outer = fixture;
          fixture = own;
          storeRound(own.db, { round: ROUND, number: 1, state: 'open', stations: [], openedAt: 1 });
          storeRoster(5);
          const journals = [1, 2, 3].map((n) => journal(n));
          const links: EventId[] = [];
          const later: (() => void)[] = [];
          for (const [i, { kind, a, b, state }] of steps.entries()) {
            const of = journals[i % 3]!;
            if (kind === 'link' && a !== b) links.push(linkKeys(of, [key(a), key(b)], 1_700_000_000_000 + i));
            if (kind === 'swipe' && a < 8) swipe(of, a + 1);
            else if (kind === 'swipe') byNumber(of, a);
            if (kind === 'undo' || kind === 'decide') {
              const named = () => links[a % Math.max(1, links.length)];
              later.push(() => {
                const link = named();
                if (link === undefined) return;
                own.now = 1_700_000_000_000 + i;
                const about = { round: ROUND, by: 'lead', link } as const;
                own.write('test.decide', {
                  decision:
                    kind === 'undo'
                      ? { type: 'unlink', ...about }
                      : { type: 'link-decided', ...about, state, reason: 'asked' },
                });
              });
            }
          }
          // Each order: which journal speaks when, a few events at a time, the decisions before, between or after.
          const held = journals.map(() => 0);
          const turn = seededRandom(order + 1);
          const parts = turn.shuffled([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
          if (!parts.includes(3)) throw new Error('the edge never speaks');
          for (const who of parts) {
            if (who === 3) for (const decide of later) decide();
            const from = journals[who];
            if (from === undefined) continue;
            const to = Math.min(from.head.sequence, (held[who] ?? 0) + 1 + turn.below(4));
            if (to > (held[who] ?? 0)) own.append(from.batch((held[who] ?? 0) + 1, to));
            held[who] = to;
          }
          for (const from of journals) own.appendAll(from);
          const { reference: _, ...derived } = own.derived();
          const shrunk = steps.some(({ kind, state }) => kind === 'decide' && state === 'accepted');
          if (!shrunk) expect(ladder().roster).toBe(5);
          own.close();
          fixture = outer;
          return derived;
        });
        for (const picture of pictures) expect(picture).toEqual(pictures[0]);
      }),
      { numRuns: extent({ everyday: 15, full: 100 }) },
    );
  });
});
