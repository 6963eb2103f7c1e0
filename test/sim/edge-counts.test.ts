import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countRound } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { brokenIdentity } from '#shared/counting/ladder.ts';
import { bytesToUtf8 } from '#shared/bytes.ts';
import type { EventBody } from '#shared/event/event.ts';
import type { InstallId } from '#shared/ids.ts';
import { Changes } from '../../edge-service/projection/commit-changes.ts';
import { countAll } from '../../edge-service/counting/round-counts.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { LastSwipes, lastSwipes } from '../../edge-service/counting/last-swipes.ts';
import { PersonRows } from '../../edge-service/projection/person-rows.ts';
import { Standing } from '../../edge-service/store/kept-reading.ts';
import { GrowingTally, tallyRound, type Tally } from '../../edge-service/counting/tally.ts';
import { extent } from '../support/machine/extent.ts';
import { LedgerFixture, temporaryDirectory } from '../support/edge/ledger-fixture.ts';
import {
  ROUNDS,
  actionArbitrary,
  asCountingInput,
  writeHistory,
  type History,
} from '../support/edge/ledger-history.ts';

const place = temporaryDirectory();
let keys: KeyStore;
let files = 0;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  for (const round of ROUNDS) keys.createRound(round);
});
afterAll(() => place.remove());

// Long ones on purpose: most laws need several events that name one another.
const historyArbitrary = fc.array(actionArbitrary, { minLength: 10, maxLength: 150, size: 'max' });
/** How the history reaches the edge: which journal speaks next, how far it goes back and how much it sends. */
const deliveryArbitrary = fc.array(
  fc.record({ who: fc.nat(3), back: fc.nat(4), length: fc.integer({ min: 1, max: 25 }) }),
  {
    minLength: 5,
    maxLength: 60,
  },
);
type Delivery = { who: number; back: number; length: number }[];

describe('counts of the ledger', () => {
  it('CT1 the SQL of the ledger counts what the pure rule counts, for any history', () => {
    fc.assert(
      fc.property(historyArbitrary, deliveryArbitrary, (actions, delivery) => {
        const history = writeHistory(actions, keys);
        const fixture = deliver(history, delivery);
        const decided = edgeEvents(fixture);
        for (const round of ROUNDS) {
          const counted = countRound(asCountingInput(history, decided, round, keys));
          expect(countAll(fixture.db, round)).toEqual(counted);
          expect(brokenIdentity(counted.ladder)).toBeNull();
        }
        fixture.close();
      }),
      { numRuns: extent({ everyday: 60, full: 1_500 }) },
    );
  });

  it('CT6 what a board keeps counted between looks is what a count of the whole gives, whatever happened in between', () => {
    fc.assert(
      fc.property(historyArbitrary, deliveryArbitrary, (actions, delivery) => {
        const history = writeHistory(actions, keys);
        let tallies: Standing<GrowingTally> | null = null;
        let swipes: Standing<LastSwipes> | null = null;
        const fixture = deliver(history, delivery, ({ db }) => {
          tallies ??= new Standing(db, () => new GrowingTally());
          swipes ??= new Standing(db, () => new LastSwipes());
          for (const round of ROUNDS) {
            expect(plain(tallies.look(round))).toEqual(plain(tallyRound(db, round)));
            expect(swipes.look(round).of).toEqual(lastSwipes(db, round).of);
          }
        });
        fixture.close();
      }),
      { numRuns: extent({ everyday: 30, full: 600 }) },
    );
  });

  it('CT2 any order, split and redelivery of the same events leaves the same derived tables', () => {
    fc.assert(
      fc.property(historyArbitrary, deliveryArbitrary, deliveryArbitrary, (actions, one, other) => {
        const history = writeHistory(actions, keys);
        const first = deliver(history, one);
        const second = deliver(history, other.toReversed());
        expect(second.derived()).toEqual(first.derived());
        first.close();
        second.close();
      }),
      { numRuns: extent({ everyday: 40, full: 1_000 }) },
    );
  });
});

const plain = ({ swipes, live, persons, stations, tubes, somewhere, withoutTube }: Tally) => ({
  swipes,
  live,
  persons,
  stations,
  tubes,
  somewhere,
  withoutTube,
});

/** Delivers all of it in the order given, then whatever is left, then everything once more; `look` sees every step. */
function deliver(
  history: History,
  delivery: Delivery,
  look: (fixture: LedgerFixture) => void = () => undefined,
): LedgerFixture {
  const fixture = new LedgerFixture({ file: path.join(place.dir, `${++files}.sqlite`), keys });
  // Counts are looked at here, not disks: thousands of commits need not wait for one.
  fixture.db.pragma('synchronous = OFF');
  storeRoster(fixture, history);
  const watermarks = history.journals.map(() => 0);
  let decided = 0;
  const decide = (): void => {
    const next = history.decisions[decided++];
    if (!next) return;
    fixture.now = next.wall;
    decideBy(fixture, next.decision);
    look(fixture);
  };
  const send = (who: number, step: { back: number; length: number }): void => {
    const journal = history.journals[who];
    if (!journal) return decide();
    const held = watermarks[who] ?? 0;
    const from = Math.max(1, held + 1 - step.back);
    const to = Math.min(journal.head.sequence, from + step.length - 1);
    if (to < from) return;
    const reply = fixture.append(journal.batch(from, to));
    if (reply.outcome !== 'stored') throw new Error(JSON.stringify(reply));
    watermarks[who] = reply.watermark;
    look(fixture);
  };
  for (const { who, ...step } of delivery) send(who, step);
  while (decided < history.decisions.length) decide();
  history.journals.forEach((_, who) => send(who, { back: 3, length: 1000 }));
  for (const journal of history.journals) {
    const reply = fixture.appendAll(journal);
    if (reply.outcome !== 'stored' || reply.items.some((i) => i.outcome !== 'exists'))
      throw new Error(JSON.stringify(reply));
  }
  return fixture;
}

function decideBy(fixture: LedgerFixture, decision: History['decisions'][number]['decision']): void {
  fixture.write('test.decide', { decision });
}

function storeRoster(fixture: LedgerFixture, history: History): void {
  ROUNDS.forEach((round, i) => {
    fixture.db
      .prepare(
        "INSERT INTO round(round, number, definition, state, public_key, roster_version, created_at) VALUES (?, ?, '{}', 'open', '', 1, 0)",
      )
      .run(round, i + 1);
  });
  history.roster.forEach(({ round, credentials, identified }, row) => {
    fixture.db
      .prepare(
        "INSERT INTO roster_row(round, version, row, person, credentials, workshop, team, shift, leader, identified, box) VALUES (?, 1, ?, ?, ?, '一车间', '甲班', NULL, 0, ?, x'00')",
      )
      .run(round, row, credentials[0], JSON.stringify(credentials), Number(identified));
  });
  const persons = new PersonRows(fixture.db);
  for (const round of ROUNDS) persons.refresh(round, new Changes());
}

function edgeEvents(fixture: LedgerFixture): LedgerEvent[] {
  return fixture.db
    .prepare<[], { install: InstallId; sequence: number; body: Uint8Array }>(
      "SELECT e.install, e.sequence, e.body FROM event e JOIN install i ON i.install = e.install WHERE i.kind = 'edge'",
    )
    .all()
    .map((e) => ({
      install: e.install,
      sequence: e.sequence,
      body: JSON.parse(bytesToUtf8(e.body)) as EventBody,
      key: null,
    }));
}
