import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildEdge } from '../site/edge-process.ts';
import { inventPeople } from '../site/invented-people.ts';
import { tableReader } from '../site/table-reader.ts';
import { LeadClient } from './lead-client.ts';
import { recordedReleases, unpackPrograms } from './release-folder.ts';
import { TODAY, startEdge, startKiosk, type Programs } from './running-programs.ts';

const HOUR_MS = 3_600_000;
const people = inventPeople({ seed: 21, count: 3 });
const anything = z.looseObject({});
const withId = z.looseObject({ id: z.string() });
const withCode = z.looseObject({ code: z.string() });
const installs = z.looseObject({
  installs: z.array(
    z.looseObject({
      id: z.string(),
      station: z.number(),
      parent: z.string().nullable(),
      waiting: z.number(),
    }),
  ),
});

let directory: string;
beforeAll(() => {
  buildEdge();
  directory = mkdtempSync(path.join(tmpdir(), 'muster-release-paired-anew-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(recordedReleases())('paired anew with the programs of release %s', (version) => {
  let then: Programs;
  beforeAll(() => {
    then = unpackPrograms(version, path.join(directory, version));
  });

  it('RL3 today’s kiosk is paired for another table by an edge of that release, and goes on with its journal', async () => {
    const told = await movedToAnotherTable({
      edge: then,
      kiosk: TODAY,
      at: path.join(directory, `${version}-edge`),
    });
    expect(told).toMatchObject([{ station: 2, parent: null, waiting: 0 }]);
  });

  // 0.1.0 shows no earlier token.
  const provesNothing = version === '0.1.0';
  const becomes = provesNothing ? 'a new journal' : 'its own goes on';
  it(`RL3 a kiosk of that release is paired for another table by today’s edge: ${becomes}, and nobody is lost or doubled`, async () => {
    const told = await movedToAnotherTable({
      edge: TODAY,
      kiosk: then,
      at: path.join(directory, `${version}-kiosk`),
    });
    if (!provesNothing) {
      expect(told).toMatchObject([{ station: 2, parent: null, waiting: 0 }]);
      return;
    }
    const child = told.find(({ parent }) => parent !== null);
    expect(told).toHaveLength(2);
    expect(child).toMatchObject({ station: 2, waiting: 0 });
    expect(told.find(({ id }) => id === child?.parent)).toMatchObject({ station: 1, waiting: 0 });
  });
});

/** Two people at one table, the third at another one: the same laptop, paired there. Returns the journals. */
async function movedToAnotherTable(given: {
  edge: Programs;
  kiosk: Programs;
  at: string;
}): Promise<z.infer<typeof installs>['installs']> {
  const edge = await startEdge(given.edge, {
    data: path.join(given.at, 'data'),
    keys: path.join(given.at, 'keys'),
    port: 0,
  });
  const lead = await LeadClient.setUp(edge.url, {
    code: edge.setupCode ?? '',
    name: '现场负责人',
    password: 'four words are long',
  });
  const round = await plan(lead);
  const codeFor = async (station: number): Promise<string> =>
    (await lead.send('POST', '/pairings', { station }, withCode)).code;
  const reader = await tableReader();
  const kiosk = await startKiosk(given.kiosk, {
    data: path.join(given.at, 'kiosk'),
    reader: reader.path,
    pair: await codeFor(1),
  });
  const swipe = async (n: number): Promise<void> => {
    const seen = kiosk.hands.see('counted', (state) => state.face.face === 'counted');
    await reader.swipe(people[n]!);
    await seen;
  };
  await kiosk.hands.see('the round', (seen) => seen.round?.state === 'open');
  for (const n of [0, 1]) {
    await swipe(n);
    await kiosk.hands.see('the next', (seen) => seen.face.face === 'idle');
  }
  await kiosk.hands.delivered();
  await kiosk.hands.press({ command: 'pair', code: await codeFor(2) });
  await kiosk.hands.see('the other table', (seen) => seen['station'] === 2);
  await swipe(2);
  await kiosk.hands.delivered();
  await kiosk.stop();
  await reader.unplug();
  const ladder = await lead.get(`/rounds/${round}/ladder`, anything);
  expect(ladder).toMatchObject({ swipes: 3, repeats: 0, people: 3 });
  const told = await lead.get(`/installs?round=${round}`, installs);
  await edge.stop();
  return told.installs;
}

async function plan(lead: LeadClient): Promise<string> {
  const now = Date.now();
  const session = { from: new Date(now - HOUR_MS).toISOString(), to: new Date(now + HOUR_MS).toISOString() };
  const { id } = await lead.send(
    'POST',
    '/rounds',
    {
      name: '第4轮',
      capacity: 10,
      tubeMode: 'none',
      expectedBasis: 'roster',
      stations: [1, 2].map((station) => ({ station, stand: 'before' })),
      sessions: [{ name: '早场', ...session, shift: null }],
    },
    withId,
  );
  await lead.send('POST', `/rounds/${id}/state`, { state: 'open' }, anything);
  return id;
}
