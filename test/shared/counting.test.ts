import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRound } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { brokenIdentity } from '#shared/counting/ladder.ts';
import { parseBody } from '#shared/event/event.ts';
import type { EventId } from '#shared/ids.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { temporaryDirectory } from '../support/edge/ledger-fixture.ts';
import { ROUNDS, actionArbitrary, asCountingInput, writeHistory } from '../support/edge/ledger-history.ts';
import { keyOfPerson, swipeOf } from '../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../support/kiosk/test-journal.ts';

const place = temporaryDirectory();
const [ROUND] = ROUNDS;
let keys: KeyStore;
beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  for (const round of ROUNDS) keys.createRound(round);
});
afterAll(() => place.remove());

const historyArbitrary = fc.array(actionArbitrary, { minLength: 10, maxLength: 60, size: 'max' });

describe('counting rule', () => {
  it('CT3 any order and any redelivery of the same events gives the same numbers and labels', () => {
    fc.assert(
      fc.property(historyArbitrary, fc.infiniteStream(fc.nat()), (actions, chance) => {
        const input = asCountingInput(writeHistory(actions, keys), [], ROUND, keys);
        const counted = countRound(input);
        const shuffled = input.events
          .flatMap((e) => (chance.next().value % 3 === 0 ? [e, e] : [e]))
          .map((e) => ({ e, at: chance.next().value }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ e }) => e);
        expect(countRound({ ...input, events: shuffled })).toEqual(counted);
      }),
      { numRuns: 60 },
    );
  });

  it('CT4 the ladder adds up for any history', () => {
    fc.assert(
      fc.property(historyArbitrary, (actions) => {
        for (const round of ROUNDS) {
          const { ladder, swipes, stations, seenAtSeveralStations } = countRound(
            asCountingInput(writeHistory(actions, keys), [], round, keys),
          );
          expect(brokenIdentity(ladder)).toBeNull();
          expect(Object.values(ladder).every((n) => n >= 0)).toBe(true);
          expect([...swipes.values()].filter((s) => s.label === 'first')).toHaveLength(ladder.people);
          expect(
            [...stations.values()].reduce((sum, n) => sum + n, 0) - seenAtSeveralStations,
          ).toBeLessThanOrEqual(ladder.people);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('CT5 a void, a move and a collection work whether they come before or after what they name', () => {
    const later = new TestJournal({ install: testUuid('install', 1), station: 1 });
    const earlier = new TestJournal({ install: testUuid('install', 2), station: 2 });
    const at = { keys, round: ROUND, withKey: true, tube: null };
    const [a, b, c] = [1, 2, 3].map((n) => swipeOf(later, { ...at, n, wallTime: 1_700_000_500_000 })) as [
      EventId,
      EventId,
      EventId,
    ];
    const before = { round: ROUND, phase: 'open', wallTime: 1_700_000_000_000 } as const;
    earlier.append({ type: 'void', ...before, swipe: a, reason: '撤销' });
    const opened = earlier.append({
      type: 'tube-opened',
      ...before,
      code: 'T1',
      batch: 'B1',
      capacity: 10,
      collects: [b],
    });
    earlier.append({ type: 'swipes-moved', ...before, swipes: [c], to: opened });
    const events = [later, earlier].flatMap((journal) =>
      journal.events.map((e): LedgerEvent => {
        const parsed = parseBody(e.body);
        if (!parsed.ok) throw new Error(parsed.at);
        const key = parsed.body.type === 'swipe' ? parsed.body.credential.key : null;
        return { install: journal.install, sequence: e.sequence, body: parsed.body, key };
      }),
    );
    const roster = [
      { credentials: [keyOfPerson(keys, ROUND, 1)], identified: true },
      { credentials: [keyOfPerson(keys, ROUND, 2)], identified: true },
    ];
    const counted = countRound({ round: ROUND, events, roster });
    expect(counted.ladder).toMatchObject({
      swipes: 3,
      voided: 1,
      people: 2,
      onRoster: 1,
      walkIns: 1,
      missing: 1,
      withoutTube: 0,
    });
    expect(counted.tubes.get(opened)).toMatchObject({ code: 'T1', people: 2, places: 2 });
    expect(counted.batches).toEqual(new Map([['B1', 2]]));
  });
});
