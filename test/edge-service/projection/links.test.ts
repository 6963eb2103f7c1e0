import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { eventId, splitEventId, type CredentialKey, type EventId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { countLadder } from '../../../edge-service/counting/round-counts.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { keyOfPerson, storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
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
