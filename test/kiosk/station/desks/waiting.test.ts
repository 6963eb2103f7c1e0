import { describe, expect, it } from 'vitest';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import {
  keyOf,
  makeRound,
  MORNING,
  roundsMessage,
  type TestKiosk,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const bench = new KioskBench();
const swipes = (k: TestKiosk): number =>
  k.edge.bodies(k.install).filter(({ type }) => type === 'swipe').length;

/** Three swiped, the sampler says two: 谁没采? stands. */
async function asking(options: Parameters<KioskBench['start']>[1] = {}): Promise<TestKiosk> {
  const k = await bench.start([await makeRound(1)], options);
  await k.open('T1');
  for (const n of [0, 1, 2]) await k.swipe(n);
  await k.do({ command: 'change-tube' });
  await k.do({ command: 'seal', swabbed: 2 });
  return k;
}

describe('a card laid down during 谁没采?', () => {
  it('CK44 waits, told beside the question, and is recorded once it is answered', async () => {
    const k = await asking();
    await k.tell({ event: 'card-present' });
    expect(k.face).toMatchObject({ face: 'who-was-not-sampled', waiting: 0 });
    expect(await k.swipe(3)).toMatchObject({ face: 'who-was-not-sampled', waiting: 1 });
    expect(await k.swipe(4)).toMatchObject({ face: 'who-was-not-sampled', waiting: 2 });
    expect(wholeLine('zh', faceWords(k.state).below[1]!)).toBe('2 人的卡已读,答完即登记');
    expect(swipes(k)).toBe(3);
    await k.do({ command: 'not-sampled', swipe: null });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 2, tube: 'none' });
    expect([swipes(k), k.state.looseCount]).toEqual([5, 2]);
    await k.open('T2');
    expect(k.state.tube).toMatchObject({ code: 'T2', count: 2 });
  });

  it('CK44 is recorded when the question is left for the count, and belongs to the next tube', async () => {
    const k = await asking();
    await k.swipe(3);
    await k.do({ command: 'dismiss' });
    expect(k.face).toMatchObject({ face: 'counted', tube: 'none' });
    await k.do({ command: 'dismiss' });
    expect(k.face).toMatchObject({ face: 'sealing', offered: 3 });
    expect([swipes(k), k.state.tube?.count, k.state.looseCount]).toEqual([4, 3, 1]);
  });

  it('CK44 goes into the tube whose code was scanned meanwhile', async () => {
    const k = await bench.start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.do({ command: 'tube-scan', text: 'T2' });
    await k.do({ command: 'seal', swabbed: 2 });
    await k.swipe(3);
    await k.do({ command: 'not-sampled', swipe: null });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 1, tube: 'fits' });
    expect(k.state.tube).toEqual({ code: 'T2', count: 1, capacity: 10 });
  });

  it('CK44 resolves the unreadable of its person as it would have at once', async () => {
    const k = await asking();
    for (let i = 0; i < 3; i++) await k.tell({ event: 'fault', code: 'read-failed' });
    await k.swipe(3);
    await k.do({ command: 'dismiss' });
    await k.do({ command: 'not-sampled', swipe: null });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({
      type: 'unreadable-settled',
      outcome: 'resolved',
    });
  });

  it('CK44 is recorded when the round moves on and when the kiosk is ended', async () => {
    const clock = new HandClock(MORNING);
    const k = await asking({ clock });
    await k.swipe(3);
    const next = await makeRound(2);
    k.edge.rounds = roundsMessage(next);
    k.link.pushRounds();
    await k.settle();
    expect(swipes(k)).toBe(4);
    await k.open('T7');
    for (const n of [0, 1]) await k.swipe(n);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    expect(await k.swipe(9)).toMatchObject({ face: 'who-was-not-sampled', waiting: 1 });
    const before = swipes(k);
    await bench.end(k);
    const again = await bench.start([], { clock, edge: k.edge, seed: 5 });
    expect(swipes(again)).toBe(before + 1);
  });
});

describe('a refused repeat from elsewhere', () => {
  const elsewhere = async (): Promise<TestKiosk> => {
    const round = await makeRound(1);
    const k = await bench.start([round]);
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 0), time: MORNING - 5000, station: 2, tubeCode: 'B-9' }],
      removals: [],
    });
    return k;
  };

  it('CK45 is not shown as 未归管, and the next tube does not take it in', async () => {
    const k = await elsewhere();
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-elsewhere', asks: true });
    await k.do({ command: 'sampled-again', yes: false });
    expect(k.state.looseCount).toBe(0);
    await k.open('T1');
    expect(k.face).toEqual({ face: 'tube-opened', code: 'T1', collected: 0 });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'tube-opened', collects: [] });
  });

  it('CK45 sampled again it goes into the tube, opened before the answer or after', async () => {
    const k = await elsewhere();
    await k.swipe(0);
    await k.do({ command: 'sampled-again', yes: true });
    expect(k.state.looseCount).toBe(1);
    await k.open('T1');
    expect(k.state.tube?.count).toBe(1);
    await k.stop();
    bench.anew();
    const late = await elsewhere();
    await late.swipe(0);
    await late.open('T1');
    await late.do({ command: 'dismiss' });
    await late.do({ command: 'sampled-again', yes: true });
    expect(late.face).toMatchObject({ face: 'counted', ordinal: 1, tube: 'fits' });
    expect(late.state).toMatchObject({ tube: { code: 'T1', count: 1 }, looseCount: 0 });
  });

  it('CK45 a person who swiped twice with no tube open is one 未归管 and is taken in whole', async () => {
    const k = await bench.start([await makeRound(1)]);
    for (const n of [0, 0, 1]) await k.swipe(n);
    expect(k.state.looseCount).toBe(2);
    await k.open('T1');
    expect(k.face).toEqual({ face: 'tube-opened', code: 'T1', collected: 2 });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({
      collects: [2, 3, 4].map((n) => `${k.install}:${n}`),
    });
  });
});
