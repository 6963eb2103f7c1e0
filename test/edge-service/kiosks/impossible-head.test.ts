import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { HEAD_AHEAD_MAX } from '../../../edge-service/ledger/possible-head.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const invented = { kind: 'id' as const, number: '11019919751103008X', name: '样·买买提' };
const FAR = 9_000_000_000_000_000;

describe('a head beyond any possible journal', () => {
  let site: EdgeSite;
  let lead: string;
  let round: string;
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
    await site.open(lead, round as never);
  });
  afterAll(async () => {
    await site?.stop();
    site?.remove();
  });

  const isComplete = async (): Promise<boolean> =>
    Boolean((await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).json.complete);
  const headOf = (kiosk: WireKiosk, sequence: number) => ({ sequence, hash: bytesToHex(kiosk.head.hash) });
  const helloOf = (kiosk: WireKiosk, sequence: number) => ({
    install: kiosk.install,
    head: headOf(kiosk, sequence),
    wallTime: Date.now(),
    edgeHead: kiosk.edgeHead,
    counted: null,
  });
  const statusOf = (kiosk: WireKiosk, sequence: number) => ({
    head: headOf(kiosk, sequence),
    pending: 0,
    reader: 'ready',
    readerSince: null,
    openTube: null,
    round,
    version: 'test',
    wallTime: Date.now(),
  });
  const epochOf = (kiosk: WireKiosk): unknown => kiosk.hello?.outcome === 'welcome' && kiosk.hello.epoch;

  it('HO50 it is refused in words in hello, batch and heartbeat, nothing of the message is kept, and the round is complete', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.swipe(invented);
    kiosk.append('round-ended', {});
    const header = { install: kiosk.install, first: 1, head: headOf(kiosk, FAR), wallTime: Date.now() };
    const refused = { outcome: 'refused', code: 'invalid', message: expect.stringContaining(String(FAR)) };
    expect(await kiosk.ask('events', header, encodeBatch(kiosk.journal))).toMatchObject(refused);
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored' });
    expect(await isComplete()).toBe(true);
    expect(await kiosk.ask('status', statusOf(kiosk, FAR))).toMatchObject(refused);
    expect(await kiosk.ask('hello', helloOf(kiosk, FAR))).toMatchObject(refused);
    expect(await isComplete()).toBe(true);

    const epoch = epochOf(kiosk);
    const { edgeHead } = kiosk.hello as { edgeHead: { install: string; head: object } };
    const told = { ...edgeHead, head: { ...edgeHead.head, sequence: FAR } };
    expect(await kiosk.ask('hello', { ...helloOf(kiosk, 3), edgeHead: told })).toMatchObject(refused);
    await kiosk.connect();
    expect(epochOf(kiosk), 'no history of the edge was lost').toBe(epoch);
  });

  it('HO50, BN1 as far ahead as the bound it is believed, and what is missing is waited for; one more is not', async () => {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    kiosk.append('round-ended', {});
    await kiosk.send();
    const held = kiosk.head.sequence;
    const beyond = await kiosk.ask('status', statusOf(kiosk, held + HEAD_AHEAD_MAX + 1));
    expect(beyond).toMatchObject({ outcome: 'refused' });
    expect(await isComplete()).toBe(true);
    expect(await kiosk.ask('status', statusOf(kiosk, held + HEAD_AHEAD_MAX))).toHaveProperty('edgeTime');
    expect(await isComplete()).toBe(false);
  });
});
