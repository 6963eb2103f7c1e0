import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
const swabbedFewer = { swiped: 9, swabbed: 8, booked: [], batches: [] };

let site: EdgeSite;
let lead: string;
let round: RoundId;
let kiosk: WireKiosk;
let tube: string;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead, { name: '第4轮', stations: [{ station: 1, stand: 'before' }] });
  await site.open(lead, round);
  kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
  await kiosk.until(() => kiosk.round?.info.state === 'open', 'the round');
  tube = kiosk.openTube('0000017');
  for (let n = 0; n < 4; n++) kiosk.swipe(person(n));
  await kiosk.send();
}, 60_000);
afterAll(async () => {
  kiosk.close();
  await site.stop();
  site.remove();
});

const post = (at: string, json: unknown) => site.ask('POST', `/rounds/${round}/${at}`, { token: lead, json });
const found = async () =>
  (await site.ask('GET', `/rounds/${round}/discrepancies`, { token: lead })).json.discrepancies;
const toVerify = async () =>
  (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json.toVerify;
const list = (count: number) =>
  site.ask('PUT', `/rounds/${round}/lab-counts`, {
    token: lead,
    body: `tube,count\n0000017,${count}\n`,
    type: 'text/csv',
  });
const explain = (reason: string, of: object = {}) =>
  post('discrepancies/decision', { id: `booked-more/${tube}`, state: 'explained', reason, ...of });

describe('a decision and the numbers it was made on', () => {
  test('RC18 a difference explained at 4/10 is open again at 9/9/10, tells the decision, and keeps the round from closing', async () => {
    await list(10);
    expect((await explain('记录未到')).status).toBe(201);
    expect(await found()).toMatchObject([{ swiped: 4, booked: 10, state: 'explained', earlier: [] }]);

    for (let n = 4; n < 9; n++) kiosk.swipe(person(n));
    kiosk.sealTube(9);
    kiosk.append('round-ended', {});
    await kiosk.send();
    await kiosk.status();
    const [difference, ...more] = await found();
    expect(more).toEqual([]);
    expect(difference).toMatchObject({
      state: 'open',
      reason: null,
      numbers: { swiped: 9, swabbed: 9, booked: [10], batches: [] },
      earlier: [
        {
          state: 'explained',
          by: '现场负责人',
          zh: '曾在 4/10 时说明:记录未到',
          en: 'explained before, at 4/10: 记录未到',
        },
      ],
    });
    await post('state', { state: 'settling' });
    const closing = await post('state', { state: 'closed' });
    expect([closing.status, closing.json.code]).toEqual([409, 'discrepancies-open']);
  });

  test('RC18 a corrected list opens it again, and every decision stays readable', async () => {
    expect((await explain('检测机构复数后更正')).status).toBe(201);
    expect(await found()).toMatchObject([{ state: 'explained', reason: '检测机构复数后更正' }]);
    await list(11);
    const told = ['曾在 4/10 时说明:记录未到', '曾在 9/9/10 时说明:检测机构复数后更正'];
    expect(await found()).toMatchObject([
      { state: 'open', reason: null, earlier: told.map((zh) => ({ zh })) },
    ]);
    await list(10);
    expect(await found()).toMatchObject([{ state: 'explained', earlier: [{ zh: told[0] }] }]);
  });

  test('RC19 a decision on numbers that have changed since they were seen is refused and becomes no event', async () => {
    const [{ numbers }] = await found();
    await list(12);
    const late = await explain('看错了', { numbers });
    expect([late.status, late.json.code]).toEqual([409, 'discrepancy-changed']);
    expect(await found()).toMatchObject([{ state: 'open', earlier: [{}, {}] }]);
    const [{ numbers: now }] = await found();
    expect((await explain('看过', { numbers: now })).status).toBe(201);
  });

  test('CT7 待核实 ends with a decision on the numbers of the tube as they are, and begins again with other ones', async () => {
    await list(9);
    const correct = (swabbed: number) => post(`tubes/${tube}/corrections`, { swabbed, reason: '重数' });
    await correct(8);
    expect(await toVerify()).toBe(9);
    expect(await found()).toMatchObject([{ id: `swabbed-fewer/${tube}`, numbers: swabbedFewer }]);
    const decided = await post('discrepancies/decision', {
      id: `swabbed-fewer/${tube}`,
      state: 'explained',
      reason: '采样员确认少采一人',
    });
    expect(decided.status).toBe(201);
    expect(await toVerify()).toBe(0);
    await correct(7);
    expect(await toVerify()).toBe(9);
    expect((await found()).find((d: { kind: string }) => d.kind === 'swabbed-fewer')).toMatchObject({
      state: 'open',
      earlier: [{ zh: '曾在 9/8 时说明:采样员确认少采一人' }],
    });
    await correct(8);
    expect(await toVerify()).toBe(0);
  });
});
