import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCH_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

describe('bounds of a kiosk’s messages', () => {
  let site: EdgeSite;
  let lead: string;
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    await site.open(lead, await site.round(lead));
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  /** What becomes of a batch of so many bytes that are none. */
  async function sent(bytes: number): Promise<string> {
    const kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const header = {
      install: kiosk.install,
      first: kiosk.head.sequence + 1,
      head: { sequence: kiosk.head.sequence, hash: '0'.repeat(64) },
      wallTime: Date.now(),
    };
    const hungUp = new Promise<string>((resolve) =>
      kiosk.socket.once('disconnect', () => resolve('hung up')),
    );
    const answer = kiosk.socket.timeout(10_000).emitWithAck('events', header, new Uint8Array(bytes));
    const outcome = answer.then(
      (reply: { outcome: string; message: string }) => reply.message,
      () => 'silence',
    );
    const first = await Promise.race([outcome, hungUp]);
    kiosk.close();
    return first;
  }

  it('BN1 a message up to the bound is answered in words, and a longer one ends the connection', async () => {
    const words = [BATCH_BYTES_MAX, SOCKET_MESSAGE_BYTES_MAX - 1, SOCKET_MESSAGE_BYTES_MAX].map(sent);
    for (const said of await Promise.all(words)) expect(said).toMatch(/批次/);
    expect(await sent(SOCKET_MESSAGE_BYTES_MAX + 1)).toBe('hung up');
  });
});
