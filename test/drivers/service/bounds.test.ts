import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { httpLine } from '#drivers/service/http-line.ts';
import { cardAnswer, NAME_UNITS_MAX } from '#drivers/service/service-card.ts';
import { ANSWER_MS_MAX, detectServices } from '#drivers/service/service-detection.ts';
import { ANSWER_BYTES_MAX } from '#drivers/service/service-line.ts';
import { openServiceReader } from '#drivers/service/service-reader.ts';
import { SILENCES_MAX, UNUSABLE_MAX } from '#drivers/service/service-session.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { inventPerson } from '../../site/invented-people.ts';
import { SimulatedService, type Spoiling } from '../../site/readers/simulated-service.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { QUICK, Told } from '../../support/readers/told-events.ts';

describe('bounds of services', () => {
  it('BN1 an answer over HTTP is taken up to the bound, and a longer one is none', async () => {
    let bytes = 0;
    const server = createServer((_, response) => response.end(' '.repeat(bytes)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const line = httpLine({ protocol: 'http', host: '127.0.0.1', port }, systemClock);
    const outcomes: unknown[] = [];
    for (const d of [-1, 0, 1]) {
      bytes = ANSWER_BYTES_MAX + d;
      const decode = (text: string) => text.length - ANSWER_BYTES_MAX;
      const answer = await line.ask({ request: '/', decode, timeoutMs: 10_000 });
      outcomes.push(
        answer.outcome === 'answer' ? answer.value : answer.outcome === 'unusable' ? answer.reason : answer,
      );
    }
    expect(outcomes).toEqual([-1, 0, 'length']);
    line.end();
    server.close();
  });

  it('BN1 a name up to the bound is read, and a longer one is none', () => {
    const { number } = inventPerson(seededRandom(3), 'resident');
    const read = [-1, 0, 1].map((d) => cardAnswer({ number, name: 'N'.repeat(NAME_UNITS_MAX + d) }));
    expect(read).toMatchObject([
      { answer: 'reading', reading: { name: 'N'.repeat(NAME_UNITS_MAX - 1) } },
      { answer: 'reading', reading: { name: 'N'.repeat(NAME_UNITS_MAX) } },
      { answer: 'fault', code: 'missing-name' },
    ]);
  });

  it.each([
    ['unanswered', SILENCES_MAX, { with: 'silence' }, 'gone: hung'],
    ['answered with what is no answer', UNUSABLE_MAX, { with: 'text', text: '{"ok":true}' }, 'gone: '],
  ] as const)(
    'BN1 a service is given up once as many questions as the bound were %s, and not before',
    async (_, max, spoiling: Spoiling, end) => {
      for (const [count, ends] of [
        [max - 1, false],
        [max, true],
        [max + 1, true],
      ] as const) {
        const service = new SimulatedService('shensi');
        await service.start(0);
        const timings = { ...QUICK, readTimeoutMsMax: 100 };
        const reader = openServiceReader({ dialect: 'shensi', at: service.at, clock: systemClock, timings });
        const told = new Told(reader);
        await told.upTo('reader-ready');
        const asked = service.asked.length;
        service.spoilNext(...Array.from({ length: count }, () => spoiling));
        // All of it has been asked, and what follows was answered.
        while (service.asked.length < asked + count + 3) await pause(5);
        const gone = (await told.during(Promise.resolve())).filter((name) => name.startsWith(end));
        expect(gone.length, `${count}`).toBe(ends ? 1 : 0);
        await reader.close();
        await service.stop();
      }
    },
  );

  it('BN1 whoever looks for readers waits for a service that hangs as long as the bound for each of its questions', async () => {
    const service = new SimulatedService('shensi');
    await service.start(0);
    service.spoilNext(...Array.from({ length: 10 }, (): Spoiling => ({ with: 'silence' })));
    const clock = new HandClock(0);
    let found: unknown = null;
    const looking = detectServices({ shensi: service.at }, clock).then((services) => (found = services));
    for (let question = 1; question <= SILENCES_MAX; question++) {
      while (service.asked.length < question) await pause(2);
      await clock.advance(ANSWER_MS_MAX - 1);
      expect([service.asked.length, found]).toEqual([question, null]);
      await clock.advance(1);
    }
    await looking;
    expect(found).toEqual([]);
    await service.stop();
  });
});
