import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { countedMessageSchema, type CountedMessage, type Redeemed } from '#shared/contract/wire.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rosterKey } from '../../../edge-service/roster/roster-store.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedNumber } from '../../support/edge/ledger-people.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { redeem, WireKiosk } from '../../support/edge/wire-kiosk.ts';

const person = (n: number) => ({ kind: 'id' as const, number: inventedNumber(n), name: `测${n}` });
const planned = (...stations: number[]) => ({
  stations: stations.map((station) => ({ station, stand: 'before' })),
  tubePattern: { length: 10, prefix: 'SY', check: 'mod10' },
});

/** A kiosk that connects, whatever it is told, and what it was told. */
interface Told {
  kiosk: WireKiosk;
  token: string;
  counted: CountedMessage[];
  ids(): RoundId[];
}

describe('what a kiosk is told of rounds', () => {
  let site: EdgeSite;
  let lead: string;
  const kiosks: WireKiosk[] = [];

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
  });
  afterAll(async () => {
    for (const kiosk of kiosks) kiosk.close();
    await site?.stop();
    site?.remove();
  });

  const pair = async (station: number, previous: string | null): Promise<Redeemed> => {
    const { secret } = (await site.ask('POST', '/pairings', { token: lead, json: { station } })).json;
    const own = previous === null ? {} : { previous };
    return redeem({ origin: site.edge.url, fingerprint: null }, { secret, device: 'laptop', ...own });
  };

  async function connected(kiosk: WireKiosk, redeemed: Redeemed): Promise<Told> {
    kiosks.push(kiosk);
    const counted: CountedMessage[] = [];
    kiosk.socket.on('counted', (raw: unknown) => counted.push(countedMessageSchema.parse(raw)));
    expect(await kiosk.connect()).toMatchObject({ outcome: 'welcome', station: redeemed.station });
    await kiosk.until(() => kiosk.rounds !== null, 'rounds');
    const ids = (): RoundId[] => (kiosk.rounds?.rounds ?? []).map(({ info }) => info.round);
    return { kiosk, token: redeemed.token, counted, ids };
  }

  async function at(station: number): Promise<Told> {
    const redeemed = await pair(station, null);
    const edge = { origin: site.edge.url, fingerprint: null };
    const kiosk = await WireKiosk.open({
      edge,
      redeemed,
      device: 'laptop',
      stand: 'before',
      wall: Date.now,
    });
    return connected(kiosk, redeemed);
  }

  const state = async (round: RoundId, to: string, reason?: string): Promise<void> => {
    const reply = await site.ask('POST', `/rounds/${round}/state`, {
      token: lead,
      json: { state: to, ...(reason === undefined ? {} : { reason }) },
    });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.json));
  };

  it('LG95 a kiosk is told keys, patterns and counted people of the rounds that plan its station, and of no other, whatever changes', async () => {
    const first = await site.round(lead, planned(1, 2));
    const second = await site.round(lead, planned(2));
    const none = await at(3);
    const one = await at(1);
    const two = await at(2);
    for (const round of [first, second]) await site.open(lead, round);
    await two.kiosk.until(() => two.counted.length >= 2, 'both feeds');
    expect(one.ids()).toEqual([first]);
    expect(two.ids()).toEqual([second, first]);
    expect(none.ids()).toEqual([]);
    expect(one.kiosk.tubePatterns.map(({ round }) => round)).toEqual([first]);
    expect(none.kiosk.tubePatterns).toEqual([]);

    // Station 2 records for the newer of two that begin alike: nobody else hears of it.
    two.kiosk.swipe(person(1));
    await two.kiosk.send();
    await two.kiosk.until(() => two.counted.some((m) => m.round === second && !m.full), 'a batch');
    const later = await site.round(lead, planned(1, 3));
    await none.kiosk.until(() => none.ids().length > 0, 'the round that plans station 3');
    expect(none.ids()).toEqual([later]);
    await one.kiosk.until(() => one.ids().length > 1, 'it, too');
    expect(one.ids()).toEqual([later, first]);
    expect(two.ids()).toEqual([second, first]);
    expect([...new Set(one.counted.map((m) => m.round))]).toEqual([first]);
    expect(none.counted).toEqual([]);
    const keyOf = (round: RoundId): string =>
      Buffer.from(new KeyStore(path.join(site.dir, 'keys')).round(round)!.key).toString('hex');
    expect(none.kiosk.rounds?.rounds.map(({ key }) => key)).toEqual([keyOf(later)]);
  });

  it('LG96 of a round that does not plan its station, or is closed, a kiosk gets no roster, no counted people and no name by asking', async () => {
    const round = await site.round(lead, planned(5));
    const people = [
      { number: inventedIdNumber(61), name: '试小敏', workshop: '一车间', team: '甲', staff_number: '141' },
    ];
    expect((await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, json: people })).status).toBe(
      200,
    );
    await site.open(lead, round);
    const own = await at(5);
    const other = await at(6);
    await own.kiosk.until(() => own.kiosk.round !== null, 'the round');
    const hash = own.kiosk.round?.info.rosterKeys;
    const roster = (token: string) => site.ask('GET', `/roster-keys/${hash}`, { token });
    const key = rosterKey(new KeyStore(path.join(site.dir, 'keys')).round(round)!.key, {
      kind: 'staff',
      canonical: '141',
    });
    const asked = async ({ kiosk }: Told) => ({
      counted: await kiosk.ask('counted-since', { round, number: null }),
      name: await kiosk.ask('roster-name', { round, key }),
    });
    expect((await roster(own.token)).bytes).toHaveLength(32);
    expect(await asked(own)).toEqual({ counted: { outcome: 'sent' }, name: { name: '试*敏' } });
    expect((await roster(other.token)).json.code).toBe('no-roster-keys');
    expect(await asked(other)).toMatchObject({
      counted: {
        outcome: 'refused',
        code: 'invalid',
        message: expect.stringMatching(/not a round of this station/) as string,
      },
      name: { name: null },
    });
    expect(other.counted).toEqual([]);
    expect(other.kiosk.socket.connected).toBe(true);

    own.kiosk.append('round-ended', {});
    await own.kiosk.send();
    await state(round, 'settling');
    await state(round, 'closed', '收工');
    await own.kiosk.until(() => own.ids().every((id) => id !== round), 'the closing');
    expect((await roster(own.token)).json.code).toBe('no-roster-keys');
    expect((await roster(lead)).status, 'people read it as before').toBe(200);
    expect(await asked(own)).toMatchObject({ counted: { outcome: 'refused' }, name: { name: null } });
  });

  it('LG97 a kiosk paired for another station is told its rounds, and what it holds of the one before arrives and counts', async () => {
    const before = await site.round(lead, planned(7));
    await site.open(lead, before);
    const lent = await at(7);
    await lent.kiosk.until(() => lent.kiosk.round?.info.round === before, 'the round');
    lent.kiosk.swipe(person(7));
    await lent.kiosk.send();
    for (const n of [8, 9]) lent.kiosk.swipe(person(n));
    const held = lent.kiosk.head.sequence;
    const redeemed = await pair(8, lent.token);
    const next = await site.round(lead, planned(8));
    await site.open(lead, next);
    const moved = await connected(
      lent.kiosk.pairedAnew({ origin: site.edge.url, fingerprint: null }, redeemed),
      redeemed,
    );
    expect(moved.ids()).toEqual([next]);
    expect(await moved.kiosk.send()).toMatchObject({ outcome: 'stored', watermark: held });
    moved.kiosk.swipe(person(10));
    expect(await moved.kiosk.send()).toMatchObject({ outcome: 'stored' });
    const people = async (round: RoundId): Promise<unknown> =>
      (await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json.people;
    expect([await people(before), await people(next)]).toEqual([3, 1]);
    await moved.kiosk.until(() => moved.counted.some((m) => m.round === next), 'counted');
    expect(moved.counted.every((m) => m.round === next)).toBe(true);
  });
});
