import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

let site: EdgeSite;
let kiosk: WireKiosk;

beforeAll(async () => {
  site = await EdgeSite.start();
  const lead = await site.lead();
  await site.open(lead, await site.round(lead));
  kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

const levels = (message: string): number[] =>
  site.logged
    .map((line) => JSON.parse(line) as { level: number; msg: string; error?: string })
    .filter((line) => line.msg === message || line.error === message)
    .map((line) => line.level);

describe('a message that wants no answer', () => {
  it('HO77 is a fault of the kiosk: it is a warning in the log, and the connection stays', async () => {
    const requests = ['hello', 'events', 'hashes', 'status', 'tube-used', 'roster-name', 'counted-since'];
    for (const request of requests) kiosk.socket.emit(request, {});
    await kiosk.status(); // answered behind them
    expect(levels('no acknowledgement wanted')).toEqual(requests.map(() => 40));
    expect(site.logged.filter((line) => /"level":[56]\d/.test(line))).toEqual([]);
  });
});
