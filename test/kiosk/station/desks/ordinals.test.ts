import { describe, expect, it } from 'vitest';
import type { EventOf } from '#shared/event/event.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import { makeRound, MORNING, roundsMessage, type TestKiosk } from '../../../support/kiosk/kiosk-fixture.ts';
import { HandClock } from '../../../support/hand-clock.ts';

const bench = new KioskBench();

const shownOf = (k: TestKiosk): unknown[] =>
  k.edge
    .bodies(k.install)
    .filter((body): body is EventOf<'swipe'> => body.type === 'swipe')
    .map(({ phase, shown, ordinal }) => [phase, shown, ordinal]);

describe('ordinals as docs/protocol.md tells them', () => {
  it('PG39 a rehearsal numbers its people and no repeat, and the open round begins at 1', async () => {
    const round = await makeRound(1, { state: 'draft' });
    const k = await bench.start([round], {});
    for (const person of [0, 0, 1]) await k.swipe(person);
    round.info.state = 'open';
    k.edge.rounds = roundsMessage(round);
    k.link.pushRounds();
    await k.settle();
    await k.swipe(1);
    expect(shownOf(k)).toEqual([
      ['test', 'test', 1],
      ['test', 'test', null],
      ['test', 'test', 2],
      ['open', 'counted', 1],
    ]);
  });

  it('PG39 an unchecked swipe has an ordinal, the same person’s second one too', async () => {
    const round = await makeRound(1);
    const clock = new HandClock(MORNING);
    const online = await bench.start([round], { clock });
    await online.stop();
    const link = new HandLink(new HandEdge(() => clock.wall()));
    link.reachable = false;
    const alone = await bench.start([], { clock, link, seed: 4 });
    for (const person of [0, 0]) await alone.swipe(person);
    link.reachable = true;
    await alone.clock.advance(60_000);
    await alone.settle();
    expect(shownOf(alone)).toEqual([
      ['open', 'unchecked', 1],
      ['open', 'unchecked', 2],
    ]);
  });

  it('PG39 a repeat elsewhere has none though it is sampled again, and the next person is behind it', async () => {
    const k = await bench.start([await makeRound(1)], {});
    await k.open('A-1');
    await k.swipe(0);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    await k.open('A-2');
    await k.swipe(0);
    await k.do({ command: 'sampled-again', yes: true });
    await k.swipe(1);
    await k.swipe(1);
    expect(shownOf(k)).toEqual([
      ['open', 'counted', 1],
      ['open', 'repeat-elsewhere', null],
      ['open', 'counted', 2],
      ['open', 'repeat-here', null],
    ]);
  });
});
