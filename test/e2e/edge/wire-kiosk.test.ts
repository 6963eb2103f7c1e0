import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { chooseDuty } from '../../../kiosk/station/desks/duty.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { redeem, WireKiosk } from '../../support/edge/wire-kiosk.ts';

const invented = { kind: 'id' as const, number: '11019919751103008X', name: '样·买买提' };

const history = () => ({ tookPart: false, ended: false });

describe('a kiosk written from docs/protocol.md', () => {
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  beforeAll(async () => {
    site = await EdgeSite.start({ tls: true });
    // the pin is the kiosk's trust; this process only asks its own edge over HTTPS
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    lead = await site.lead();
    round = await site.round(lead);
    await site.open(lead, round);
  });
  afterAll(async () => {
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    await site?.stop();
    site?.remove();
  });

  it('PG7 pairs over TLS by the public key alone and is counted; to a wrong key it sends nothing', async () => {
    expect(site.edge.url).toMatch(/^https:/);
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.openTube('0000017');
    kiosk.swipe(invented);
    kiosk.sealTube(1);
    expect(await kiosk.send()).toMatchObject({
      outcome: 'stored',
      items: [{ from: 1, to: 4, outcome: 'created' }],
    });
    const ladder = await site.ask('GET', `/rounds/${round}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({ swipes: 1, people: 1, walkIns: 1 });
    await kiosk.until(() => kiosk.counted.size === 1, 'the counted key');
    expect([...kiosk.counted.values()]).toMatchObject([{ station: 1, tubeCode: '0000017' }]);
    expect(await kiosk.tubeUsed('0000017')).toMatchObject({ station: 1, sealed: true });

    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
    const secret = pairing.json.secret as string;
    const wrong = { origin: site.edge.url, fingerprint: 'ab'.repeat(32) };
    await expect(redeem(wrong, { secret, device: 'thief' })).rejects.toThrow(/public key/);
    const right = { origin: site.edge.url, fingerprint: site.edge.fingerprint };
    await expect(redeem(right, { secret, device: 'kiosk' })).resolves.toMatchObject({ station: 1 });
    await expect(redeem(right, { secret, device: 'kiosk' })).rejects.toThrow(/403.*pairing-secret/);
  });

  it('PG8 a batch again is `exists`, one too early a `gap`, a changed one `broken`, one before hello is refused', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(invented, 'repeat-elsewhere');
    expect(await kiosk.send()).toMatchObject({
      outcome: 'stored',
      verdicts: [{ sequence: 2, repeatOf: { station: 1 } }],
    });
    expect(await kiosk.sendBatch(1)).toMatchObject({
      outcome: 'stored',
      items: [{ from: 1, to: 2, outcome: 'exists' }],
    });
    kiosk.swipe(invented);
    kiosk.swipe(invented);
    expect(await kiosk.sendBatch(4)).toMatchObject({ outcome: 'gap', watermark: 2 });
    const event = kiosk.journal[2];
    if (event === undefined) throw new Error('no third event');
    event.body = Uint8Array.from(event.body, (byte, i) => (i === event.body.length - 2 ? byte ^ 1 : byte));
    expect(await kiosk.sendBatch(3)).toMatchObject({ outcome: 'broken', at: 3, watermark: 2 });

    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
    const edge = { origin: site.edge.url, fingerprint: site.edge.fingerprint };
    const redeemed = await redeem(edge, { secret: pairing.json.secret as string, device: 'kiosk' });
    const silent = await WireKiosk.open({ edge, redeemed, device: 'kiosk', stand: 'before', wall: Date.now });
    await silent.until(() => silent.socket.connected, 'a connection');
    expect(await silent.sendBatch(1)).toMatchObject({ outcome: 'refused', code: 'no-hello' });
    silent.close();
    const stranger = await WireKiosk.open({
      edge,
      redeemed: { ...redeemed, token: 'x'.repeat(43) },
      device: 'kiosk',
      stand: 'before',
      wall: Date.now,
    });
    await expect(stranger.connect()).rejects.toThrow('unpaired');
    stranger.close();
  });

  it('PG11 rounds are told newest first, and a kiosk of the page stays on a settling one until it has ended it', async () => {
    const now = Date.now();
    const times = { from: new Date(now).toISOString(), to: new Date(now + 3_600_000).toISOString() };
    const plan = {
      stations: [{ station: 7, stand: 'before' }],
      sessions: [{ name: '早场', ...times, shift: null }],
    };
    const older = await site.round(lead, { ...plan, name: '先建的' });
    const newer = await site.round(lead, { ...plan, name: '后建的' });
    await site.open(lead, older);
    await site.open(lead, newer);
    const kiosk = await site.kiosk(lead, { station: 7, stand: 'before' });
    const told = kiosk.rounds?.rounds.map(({ info }) => info) ?? [];
    expect(told.map((info) => info.round)).toEqual([newer, older]);
    expect(kiosk.round?.info.round).toBe(newer);
    expect(chooseDuty({ rounds: told, station: 7, history }).round?.round).toBe(newer);

    kiosk.swipe(invented);
    const next = await site.round(lead, { ...plan, name: '下一轮' });
    for (const id of [newer, older])
      await site.ask('POST', `/rounds/${id}/state`, { token: lead, json: { state: 'settling' } });
    await kiosk.until(
      () => (kiosk.rounds?.rounds.filter(({ info }) => info.state === 'settling').length ?? 0) === 2,
      'both rounds to settle',
    );
    expect(kiosk.round?.info).toMatchObject({ round: newer, state: 'settling' });
    kiosk.swipe({ ...invented, number: '110199198001010018' });
    kiosk.append('round-ended', {});
    expect(kiosk.round?.info).toMatchObject({ round: next, state: 'draft' });
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored' });
    const installs = await site.ask('GET', `/installs?round=${newer}`, { token: lead });
    expect(installs.json.installs).toContainEqual(
      expect.objectContaining({ id: kiosk.install, settled: true }),
    );
    const ladder = await site.ask('GET', `/rounds/${newer}/ladder`, { token: lead });
    expect(ladder.json).toMatchObject({ people: 2, complete: true });
  });
});
