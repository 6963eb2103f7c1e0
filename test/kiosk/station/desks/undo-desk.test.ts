import { describe, expect, it } from 'vitest';
import type { EventOf } from '#shared/event/event.ts';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { RESTORE_MS } from '../../../../kiosk/station/desks/undo-desk.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import { keyOf, makeRound, MORNING, type TestKiosk } from '../../../support/kiosk/kiosk-fixture.ts';
import { zhOf } from '../../../support/said.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const bench = new KioskBench();
const typesOf = (k: TestKiosk): string[] => k.edge.bodies(k.install).map(({ type }) => type);
const main = (k: TestKiosk): string => zhOf(faceWords(k.state).main);
/** The question's own answer: the swipe it names. */
const yes = async (k: TestKiosk): Promise<void> => {
  if (k.face.face !== 'undo-asked') throw new Error('nothing was asked');
  await k.do({ command: 'undo', swipe: k.face.swipe });
};

describe('撤销 is asked', () => {
  it('CK41 the question names the person and voids nobody; Enter voids the one it named', async () => {
    const k = await bench.start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1]) await k.swipe(n);
    await k.do({ command: 'ask-undo' });
    expect(main(k)).toBe('撤销 测*甲(第2人)?');
    expect(wholeLine('zh', faceWords(k.state).below[0]!)).toBe('Enter 是   − 不');
    expect(k.state.tube?.count).toBe(2);
    expect(typesOf(k)).not.toContain('void');
    await yes(k);
    expect(k.face).toMatchObject({ face: 'undone', ordinal: 2, stillCounted: false });
    expect(k.state.tube?.count).toBe(1);
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'void', swipe: `${k.install}:4` });
  });

  it('CK41 a no, the next card and ten seconds leave the person counted', async () => {
    const k = await bench.start([await makeRound(1)]);
    await k.swipe(0);
    await k.do({ command: 'ask-undo' });
    await k.do({ command: 'dismiss' });
    expect(k.face.face).toBe('idle');
    await k.do({ command: 'ask-undo' });
    await k.clock.advance(9_999);
    expect(k.face.face).toBe('undo-asked');
    await k.clock.advance(1);
    expect(k.face.face).toBe('idle');
    await k.do({ command: 'ask-undo' });
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', ordinal: 2 });
    expect(typesOf(k)).not.toContain('void');
  });

  it('CK41 a card that came while Enter was pressed is not the one undone, and nobody is undone twice', async () => {
    const k = await bench.start([await makeRound(1)]);
    await k.swipe(0);
    await k.do({ command: 'ask-undo' });
    const asked = k.face;
    if (asked.face !== 'undo-asked') throw new Error('nothing was asked');
    await k.swipe(1);
    await k.do({ command: 'undo', swipe: asked.swipe });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'void', swipe: asked.swipe });
    expect(await k.do({ command: 'undo', swipe: asked.swipe })).toMatchObject({ ok: false, code: 'undone' });
    expect(await k.swipe(1)).toMatchObject({ face: 'repeat-here' });
  });

  it('CK41 with nobody to undo nothing is asked', async () => {
    const k = await bench.start([await makeRound(1)]);
    expect(await k.do({ command: 'ask-undo' })).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'nothing-to-undo' });
  });
});

describe('恢复', () => {
  it('CK42 for a minute the undone person is brought back by a swipe of its own in the same place', async () => {
    const round = await makeRound(1);
    const k = await bench.start([round]);
    await k.open('T1');
    for (const n of [0, 1]) await k.swipe(n);
    await k.do({ command: 'ask-undo' });
    await yes(k);
    expect(k.state.restorable).toEqual({ name: '测*甲', ordinal: 2 });
    await k.clock.advance(RESTORE_MS - 1);
    await k.do({ command: 'restore' });
    expect(k.face).toEqual({ face: 'restored', name: '测*甲', ordinal: 2 });
    expect(main(k)).toBe('已恢复,已计入');
    expect(k.state).toMatchObject({ tube: { code: 'T1', count: 2 }, stationCount: 2, restorable: null });
    await k.settle();
    const swipes = k.edge.journal(k.install).events.flatMap((event, i) => {
      const body = k.edge.bodies(k.install)[i];
      return body?.type === 'swipe' ? [{ body, sealed: event.sealed }] : [];
    });
    const [, undone, again] = swipes;
    expect(swipes).toHaveLength(3);
    expect(again?.body.credential).toEqual({ kind: 'id', key: keyOf(round, 1) });
    expect(again?.sealed).toEqual(undone?.sealed);
    const same = ({ shown, ordinal, tube, entry, sealed }: EventOf<'swipe'>) =>
      [shown, ordinal, tube, entry, sealed].join();
    expect(swipes.slice(1).map(({ body }) => same(body))).toEqual([
      same(swipes[1]!.body),
      same(swipes[1]!.body),
    ]);
    expect(typesOf(k).filter((type) => type === 'void')).toHaveLength(1);
    expect(await k.swipe(1)).toMatchObject({ face: 'repeat-here', ordinal: 2 });
    await k.do({ command: 'ask-undo' });
    expect(main(k)).toBe('撤销 测*甲 的重复打卡?');
  });

  it('CK42 after a minute, and after anything else was recorded, nobody is brought back', async () => {
    const k = await bench.start([await makeRound(1)]);
    for (const n of [0, 1]) await k.swipe(n);
    await k.do({ command: 'undo' });
    await k.clock.advance(RESTORE_MS);
    expect(k.state.restorable).toBeNull();
    expect(await k.do({ command: 'restore' })).toMatchObject({ ok: false, code: 'nothing-to-restore' });
    await k.do({ command: 'undo' });
    expect(k.state.restorable).not.toBeNull();
    await k.swipe(2);
    expect(k.state.restorable).toBeNull();
    expect(await k.do({ command: 'restore' })).toMatchObject({ ok: false, code: 'nothing-to-restore' });
    expect(k.state.stationCount).toBe(1);
  });

  it('CK42 who was sampled again is brought back as sampled again', async () => {
    const round = await makeRound(1);
    const k = await bench.start([round]);
    await k.open('T1');
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 0), time: MORNING - 5000, station: 2, tubeCode: 'B-9' }],
      removals: [],
    });
    await k.swipe(0);
    await k.do({ command: 'sampled-again', yes: true });
    expect(k.state.tube?.count).toBe(1);
    await k.do({ command: 'undo' });
    expect(k.state.tube?.count).toBe(0);
    await k.do({ command: 'restore' });
    expect(k.state.tube?.count).toBe(1);
    expect(typesOf(k).slice(-2)).toEqual(['swipe', 'sampled-again']);
  });

  it('CK42 a person undone before a restart swipes again: the offer is in memory alone', async () => {
    const clock = new HandClock(MORNING);
    const k = await bench.start([await makeRound(1)], { clock });
    await k.swipe(0);
    await k.do({ command: 'undo' });
    await bench.end(k);
    const again = await bench.start([], { clock, edge: k.edge, seed: 5 });
    expect(again.state.restorable).toBeNull();
    expect(await again.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1 });
  });
});

describe('what an undo says', () => {
  it('CK43 undoing a repeat says that the person still counts, here or by what the edge counted', async () => {
    const round = await makeRound(1);
    const k = await bench.start([round]);
    await k.open('T1');
    await k.swipe(0);
    await k.swipe(0);
    await k.do({ command: 'undo' });
    expect(main(k)).toBe('已撤销重复打卡,仍已计入');
    expect(k.state).toMatchObject({ stationCount: 1, restorable: null });
    await k.do({ command: 'undo' });
    expect(k.face).toMatchObject({ face: 'undone', stillCounted: false });
    expect(main(k)).toBe('已撤销');
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 3), time: MORNING - 5000, station: 2, tubeCode: 'B-9' }],
      removals: [],
    });
    await k.swipe(3);
    await k.do({ command: 'sampled-again', yes: false });
    await k.do({ command: 'undo' });
    expect(main(k)).toBe('已撤销重复打卡,仍已计入');
  });

  it('CK43 what the edge still counts of the swipe undone here is no reason to say so', async () => {
    const round = await makeRound(1);
    const k = await bench.start([round]);
    await k.open('T1');
    await k.swipe(0);
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 0), time: MORNING, station: 1, tubeCode: 'T1' }],
      removals: [],
    });
    await k.do({ command: 'undo' });
    expect(k.face).toMatchObject({ face: 'undone', stillCounted: false });
  });
});
