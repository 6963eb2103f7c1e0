import path from 'node:path';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBatch } from '#shared/event/batch.ts';
import { parseBody } from '#shared/event/event.ts';
import { eventsHeaderSchema, eventsReplySchema } from '#shared/contract/wire.ts';
import type { EventId } from '#shared/ids.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { rebuild } from '../../edge-service/upkeep/rebuild.ts';
import { LedgerFixture, temporaryDirectory } from '../support/edge/ledger-fixture.ts';
import { storeRound } from '../support/edge/ledger-people.ts';
import { testUuid } from '../support/kiosk/test-journal.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzHere, shown } from './fuzz-case.ts';
import { HostileJournal } from './hostile-journal.ts';
import { anyJson, bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';
import { recordedBodies, recordedRequests } from './recorded-samples.ts';

const ROUND = testUuid('round', 1);
const place = temporaryDirectory();
let keys: KeyStore;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
});
afterAll(() => place.remove());

/** A few journals at a time, as at a site. */
const JOURNALS = 4;

interface Site {
  fixture: LedgerFixture;
  file: string;
  known: EventId[];
  journals: { journal: HostileJournal; watermark: number }[];
  installs: number;
}

function newJournal(site: Site): Site['journals'][number] {
  const install = testUuid('install', ++site.installs);
  return { journal: new HostileJournal({ install, round: ROUND, known: site.known }), watermark: 0 };
}

let files = 0;
function open(): Site {
  const file = path.join(place.dir, `${++files}.sqlite`);
  const fixture = new LedgerFixture({ file, keys });
  storeRound(fixture.db, {
    round: ROUND,
    number: 1,
    state: 'open',
    stations: [{ station: 1, stand: 'before' }],
    openedAt: 1,
  });
  // No power is cut here, and a hundred thousand commits would wait for the disk alone.
  fixture.db.pragma('synchronous = OFF');
  const site: Site = { fixture, file, known: [], journals: [], installs: 0 };
  for (let i = 0; i < JOURNALS; i++) site.journals.push(newJournal(site));
  return site;
}

/** A new journal takes the place of one that forked or broke: its kiosk would begin a child. */
function make(random: SeededRandom, site: Site): { slot: number; header: unknown; bytes: Uint8Array } {
  const slot = random.below(JOURNALS);
  const { journal, watermark } = site.journals[slot]!;
  journal.write(random);
  return { slot, ...journal.batch(random, watermark) };
}

function take(site: Site, { slot, header, bytes }: ReturnType<typeof make>): void {
  const parsed = eventsHeaderSchema.safeParse(header);
  if (!parsed.success) return;
  site.fixture.now += 10;
  const reply = eventsReplySchema.parse(site.fixture.append({ header: parsed.data, bytes }));
  const at = site.journals[slot]!;
  if (parsed.data.install !== at.journal.install) return;
  if (reply.outcome === 'stored') at.watermark = reply.watermark;
  if (reply.outcome === 'busy') throw new Error('the ledger is busy');
  const stuck =
    reply.outcome === 'broken' || (reply.outcome === 'stored' && reply.watermark > at.journal.head.sequence);
  if (stuck || at.watermark > 400) site.journals[slot] = newJournal(site);
}

/** The file is whole, its chains verify, and a recount from the events comes to the same. */
function close({ fixture, file }: Site): void {
  expect(fixture.db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const { damaged, differences } = rebuild(fixture.db, keys, false);
  expect({ damaged, differences: shown(differences) }).toEqual({ damaged: [], differences: '[]' });
  fixture.close();
  for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
}

describe('batches at the ledger', () => {
  it('HO71 whatever verifies or does not is stored, held in quarantine or refused, and a recount comes to the same', async () => {
    const told = await fuzzHere({
      name: 'batches',
      runLength: 500,
      open,
      make,
      take,
      close,
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO71 no header, batch or body is read in more than its time, and none makes its reader throw', async () => {
    const headers = recordedRequests().get('events')!;
    const bodies = recordedBodies(20).map((body) => JSON.stringify(body));
    const told = await fuzzHere({
      name: 'readers of batches',
      runLength: 10_000,
      open: () => null,
      make: (random) => {
        const [header, bytes] = random.pick(headers) as [unknown, Uint8Array];
        const text = random.pick(bodies);
        const body =
          random.next() < 0.5
            ? mutatedText(text, random)
            : (JSON.stringify(mutated(JSON.parse(text), random)) ?? '');
        return {
          header: random.next() < 0.9 ? mutated(header, random) : anyJson(random),
          bytes: random.next() < 0.9 ? mutatedBytes(bytes, random) : bytesOf(random, random.below(2000)),
          first: random.below(1000),
          body: new TextEncoder().encode(body),
        };
      },
      take: (_, { header, bytes, first, body }) => {
        eventsHeaderSchema.safeParse(header);
        decodeBatch(bytes, first);
        parseBody(body);
        parseBody(bytes);
      },
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });
});
