import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { testUuid } from '../../support/kiosk/test-journal.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

let site: EdgeSite;
let lead: string;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  await site.open(lead, await site.round(lead));
}, 60_000);
afterAll(async () => {
  await site.stop();
  site.remove();
});

const losses = async () => (await site.ask('GET', '/restore-losses', { token: lead })).json.losses;
const acknowledge = (loss: string) =>
  site.ask('POST', `/restore-losses/${loss}/acknowledgement`, {
    token: lead,
    json: { reason: '已核对并重做' },
  });

test('LG40 decisions a kiosk knows to be lost are shown by number until a person has acknowledged them, and again when more are known', async () => {
  expect(await losses()).toEqual([]);
  const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  const lost = testUuid('install', 99);
  const remember = async (sequence: number): Promise<void> => {
    kiosk.close();
    kiosk.edgeHead = { install: lost, head: { sequence, hash: '1'.repeat(64) } };
    await kiosk.connect();
  };
  await remember(8);
  const [loss, ...more] = await losses();
  expect(more).toEqual([]);
  expect(loss).toMatchObject({ install: lost, from: 1, to: 8, acknowledgedBy: null, acknowledgedAt: null });

  expect((await acknowledge(`${lost}:5`)).json.code).toBe('no-loss');
  expect((await acknowledge(loss.id)).status).toBe(201);
  expect(await losses()).toMatchObject([{ to: 8, acknowledgedBy: '现场负责人' }]);
  const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
  const made = db.prepare("SELECT COUNT(*) FROM event WHERE type = 'restore-loss-acknowledged'").pluck();
  expect(made.get()).toBe(1);
  db.close();

  await remember(9);
  expect(await losses()).toMatchObject([{ from: 1, to: 9, acknowledgedBy: null }]);
});
