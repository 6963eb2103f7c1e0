import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRound } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { eventId } from '#shared/ids.ts';
import { chooseDuty } from '../../../../kiosk/station/desks/duty.ts';
import { classifyScan } from '../../../../kiosk/station/desks/scan.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import {
  MORNING,
  TestKiosk,
  card,
  makeRound,
  roundsMessage,
  temporaryDirectory,
  type KioskOptions,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { testUuid } from '../../../support/kiosk/test-journal.ts';
import { zhOf } from '../../../support/said.ts';

const bench = new KioskBench();
const start = (rounds: TestRound[], options: Partial<KioskOptions> = {}): Promise<TestKiosk> =>
  bench.start(rounds, options);
const types = (k: TestKiosk): string[] => k.edge.bodies(k.install).map((body) => body.type);
const OPENED_ELSEWHERE = eventId(testUuid('install', 2), 7);

describe('sealing', () => {
  it('CK7 换管 offers the number of places, and the sampler taking it over seals the tube', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    await k.swipe(1);
    await k.do({ command: 'change-tube' });
    expect(k.face).toEqual({ face: 'sealing', code: 'T1', offered: 2 });
    await k.do({ command: 'seal', swabbed: 2 });
    expect(k.face).toEqual({ face: 'sealed', code: 'T1', swabbed: 2 });
    expect(k.state.tube).toBeNull();
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'tube-sealed', offered: 2, swabbed: 2 });
    expect(await k.do({ command: 'seal', swabbed: 2 })).toMatchObject({ ok: false, code: 'not-sealing' });
    expect(await k.do({ command: 'change-tube' })).toMatchObject({ ok: false, code: 'no-tube-open' });
  });

  it('CK7 a smaller count asks who was not sampled, and the one named is voided for that reason', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.swipe(1);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 2 });
    expect(k.face).toMatchObject({ face: 'who-was-not-sampled', offered: 3, swabbed: 2 });
    if (k.face.face !== 'who-was-not-sampled') throw new Error('not asked');
    expect(k.face.candidates.map((c) => c.ordinal)).toEqual([1, 2, 3]);
    expect(k.face.candidates[1]?.name).toContain('*');
    expect(await k.do({ command: 'not-sampled', swipe: eventId(k.install, 99) })).toMatchObject({
      ok: false,
      code: 'not-candidate',
    });
    await k.do({ command: 'not-sampled', swipe: k.face.candidates[1]!.swipe });
    expect(k.face).toEqual({ face: 'sealed', code: 'T1', swabbed: 2 });
    // The person tapped twice: both taps go, or the other one would keep the place.
    expect(k.edge.bodies(k.install).filter((b) => b.type === 'void')).toMatchObject([
      { reason: 'not-sampled' },
      { reason: 'not-sampled' },
    ]);
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'tube-sealed', offered: 3, swabbed: 2 });
  });

  it('CK7 nobody knowing who leaves the smaller count to be verified', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    await k.swipe(1);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    await k.do({ command: 'not-sampled', swipe: null });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'tube-sealed', offered: 2, swabbed: 1 });
    expect(types(k)).not.toContain('void');
  });

  it('CK7 swipes while a tube is being sealed belong to the next one, and a code scanned meanwhile opens it', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    await k.open('T2');
    expect(k.face).toEqual({ face: 'sealing', code: 'T1', offered: 1 });
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', tube: 'none', ordinal: 1 });
    await k.clock.advance(5_000);
    expect(k.face).toEqual({ face: 'sealing', code: 'T1', offered: 1 });
    await k.do({ command: 'seal', swabbed: 1 });
    expect(k.state.tube).toEqual({ code: 'T2', count: 1, capacity: 10 });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({
      type: 'tube-opened',
      code: 'T2',
      collects: [`${k.install}:4`],
    });
  });

  it('CK7 leaving the question keeps the tube open', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'dismiss' });
    expect(k.face.face).toBe('idle');
    expect(k.state.tube?.code).toBe('T1');
  });
});

describe('the way back from 谁没采', () => {
  it('CK22 a mistyped count is given anew, and one event seals the tube with what was said last', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    expect(k.face.face).toBe('who-was-not-sampled');
    await k.do({ command: 'dismiss' });
    expect(k.face).toEqual({ face: 'sealing', code: 'T1', offered: 3 });
    await k.do({ command: 'seal', swabbed: 3 });
    expect(k.face).toEqual({ face: 'sealed', code: 'T1', swabbed: 3 });
    expect(types(k)).toEqual(['installed', 'tube-opened', 'swipe', 'swipe', 'swipe', 'tube-sealed']);
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ offered: 3, swabbed: 3 });
  });

  it('CK22 who was named before stays undone, and the code scanned meanwhile still opens the next tube', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.open('T2');
    await k.do({ command: 'seal', swabbed: 1 });
    if (k.face.face !== 'who-was-not-sampled') throw new Error('not asked');
    await k.do({ command: 'not-sampled', swipe: k.face.candidates[2]!.swipe });
    await k.do({ command: 'dismiss' });
    expect(k.face).toEqual({ face: 'sealing', code: 'T1', offered: 2 });
    await k.do({ command: 'seal', swabbed: 2 });
    expect(k.edge.bodies(k.install).slice(-2)).toMatchObject([
      { type: 'tube-sealed', offered: 2, swabbed: 2 },
      { type: 'tube-opened', code: 'T2' },
    ]);
  });

  it('CK22 a second step leaves the tube open, and a notice or another question above is left alone first', async () => {
    const round = await makeRound(1);
    const k = await start([round]);
    await k.open('T1');
    for (const n of [0, 1]) await k.swipe(n);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    await k.do({ command: 'tube-code', code: card(0).number });
    expect(k.face.face).toBe('wrong-object');
    await k.do({ command: 'dismiss' });
    expect(k.face.face).toBe('who-was-not-sampled');
    await k.do({ command: 'dismiss' });
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-elsewhere', asks: true });
    await k.do({ command: 'dismiss' });
    await k.do({ command: 'sampled-again', yes: false });
    expect(k.face.face).toBe('sealing');
    await k.do({ command: 'dismiss' });
    expect(k.face.face).toBe('idle');
    expect(k.state.tube).toMatchObject({ code: 'T1', count: 2 });
  });
});

describe('codes', () => {
  it('CK8 a code used here or sealed elsewhere is told with station and time', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 0 });
    await k.clock.advance(60_000);
    await k.open('T1');
    expect(k.face).toEqual({ face: 'tube-used', code: 'T1', station: 1, time: MORNING });
    k.edge.used.set('T9', { opened: OPENED_ELSEWHERE, station: 2, time: 5, sealed: true, people: 10 });
    await k.open('T9');
    expect(k.face).toEqual({ face: 'tube-used', code: 'T9', station: 2, time: 5 });
    expect(types(k).filter((type) => type === 'tube-opened')).toHaveLength(1);
  });

  it('CK8 a code open elsewhere asks, and yes joins that tube: its places go on counting', async () => {
    const k = await start([await makeRound(1)]);
    k.edge.used.set('T9', { opened: OPENED_ELSEWHERE, station: 2, time: 5, sealed: false, people: 4 });
    await k.swipe(9);
    await k.open('T9');
    expect(k.face).toEqual({ face: 'continue-tube', code: 'T9', station: 2, time: 5 });
    await k.do({ command: 'continue-tube', yes: false });
    expect(k.state.tube).toBeNull();
    await k.open('T9');
    await k.do({ command: 'continue-tube', yes: true });
    expect(k.state.tube).toEqual({ code: 'T9', count: 5, capacity: 10 });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 6 });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'swipe', tube: OPENED_ELSEWHERE });
    expect(types(k)).toContain('tube-joined');
  });

  it('CK8 an edge that does not answer within 300 ms, or is away, does not hold up the tube', async () => {
    const k = await start([await makeRound(1)]);
    k.link.fate = (request) => (request === 'tube-used' ? 'lose-reply' : 'pass');
    const opening = k.do({ command: 'tube-code', code: 'T1' });
    await k.clock.advance(299);
    expect(k.state.tube).toBeNull();
    await k.clock.advance(1);
    await opening;
    expect(k.state.tube?.code).toBe('T1');
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 0 });
    k.link.reachable = false;
    k.link.cut();
    await k.settle();
    await k.open('T2');
    expect(k.state.tube?.code).toBe('T2');
  });

  it('CK14 what is no tube code is named for what it is', async () => {
    expect(classifyScan(card(0).number)).toEqual({ is: 'wrong', given: 'person-code' });
    expect(classifyScan('https://example.invalid/health/abc')).toEqual({ is: 'wrong', given: 'person-code' });
    expect(classifyScan('00000170000017')).toEqual({ is: 'wrong', given: 'glued' });
    expect(classifyScan('1'.repeat(39) + '23')).toEqual({ is: 'wrong', given: 'length' });
    expect(classifyScan(' 0000017\r\n')).toEqual({ is: 'tube', code: '0000017' });
    expect(classifyScan('muster:127.0.0.1:8443/-/12345678').is).toBe('pairing');
    const k = await start([await makeRound(1)]);
    await k.do({ command: 'scan', text: card(0).number });
    expect(k.face).toEqual({ face: 'wrong-object', given: 'person-code' });
    expect(k.state.lastSequence).toBe(1);
  });

  const PERSONAL = [
    '110199199003074510',
    '13900000001',
    '+86 139-0000-0001',
    'E12345678',
    'H12345678',
    'PE1234567',
  ];

  it.each([
    ['scan', '13900000001', { ok: true }],
    ['tube-code', '110199199003074510', { ok: false, code: 'like-person-number' }],
  ] as const)(
    'CK31 by %s, what looks like a person’s number (%s) is a tube only when a person insists',
    async (command, text, told) => {
      const k = await start([await makeRound(1)]);
      const give = () => k.do(command === 'scan' ? { command, text } : { command, code: text });
      expect(await give()).toMatchObject(told);
      expect(k.face).toEqual({ face: 'wrong-object', given: 'person-number' });
      await k.clock.advance(200);
      await give();
      expect(k.state.tube, 'a doubled reading insists on nothing').toBeNull();
      await k.clock.advance(3_000);
      expect(await give()).toEqual({ ok: true });
      expect(k.state.tube).toMatchObject({ code: text });
    },
  );

  describe('where the round fixes how its codes look', () => {
    const patterned = async (options: Partial<KioskOptions> = {}): Promise<TestKiosk> => {
      const round = await makeRound(1);
      const edge = new HandEdge(() => MORNING);
      edge.tubePatterns = {
        patterns: [
          { round: round.info.round, pattern: { length: 10, prefix: 'SY', check: 'none' } },
          { round: testUuid('round', 9), pattern: { length: 3, prefix: '', check: 'none' } },
        ],
      };
      return await start([round], { edge, ...options });
    };

    it.each(['scan', 'tube-code'] as const)(
      'CK46 by %s, a code read in part is told at once, and one that is right all the same is believed the second time',
      async (command) => {
        const k = await patterned();
        const give = (text: string) => k.do(command === 'scan' ? { command, text } : { command, code: text });
        await give('SY000001');
        expect(k.face).toEqual({ face: 'wrong-object', given: 'pattern' });
        expect(k.state.tube).toBeNull();
        await give('SY000001');
        expect(k.state.tube, 'a doubled reading insists on nothing').toBeNull();
        expect(await give('SY00000017'), 'the whole code').toEqual({ ok: true });
        expect(k.state.tube).toMatchObject({ code: 'SY00000017' });
        await k.do({ command: 'change-tube' });
        await k.do({ command: 'seal', swabbed: 0 });
        await give('LB00000018');
        expect(k.state.tube).toBeNull();
        await k.clock.advance(3_000);
        expect(await give('LB00000018')).toEqual({ ok: true });
        expect(k.state.tube).toMatchObject({ code: 'LB00000018' });
      },
    );

    it('CK46 whoever types is told what a code looks like, at a start without the edge too', async () => {
      await bench.end(await patterned());
      const edge = new HandEdge(() => MORNING);
      const link = new HandLink(edge);
      link.reachable = false;
      const k = await start([], { edge, link });
      const said = await k.do({ command: 'tube-code', code: 'SY000001' });
      expect(said).toMatchObject({ ok: false, code: 'unlike-pattern' });
      expect('words' in said && zhOf(said.words)).toContain('10 位,以 SY 开头');
    });
  });

  it('CK31 nothing that looks like a person’s number is on the disk or in the log of a kiosk where nobody insisted', async () => {
    const k = await start([await makeRound(1)]);
    for (const text of PERSONAL)
      for (const command of ['scan', 'tube-scan'] as const) {
        await k.do({ command, text });
        await k.clock.advance(60_000);
      }
    expect(k.state.tube).toBeNull();
    const files = readdirSync(bench.directory).map((name) =>
      readFileSync(path.join(bench.directory, name), 'latin1'),
    );
    expect(files.join('')).toContain('SQLite format 3');
    const kept = [...files, JSON.stringify([k.edge.bodies(k.install), k.lines])].join('');
    for (const text of PERSONAL) expect(kept).not.toContain(text.replace(/[+ ]/g, ''));
    expect(k.state.wrongObjects).toContainEqual({ given: 'person-number', count: expect.any(Number) });
  });

  it('CK31 a tube change under way does not ask again for the code insisted on', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.do({ command: 'scan', text: '13900000001' });
    await k.clock.advance(2_000);
    await k.do({ command: 'scan', text: '13900000001' });
    await k.do({ command: 'seal', swabbed: null });
    await k.settle();
    expect(k.state.tube).toMatchObject({ code: '13900000001' });
  });

  it('CK14 a tube code at a station after the swab is a wrong object', async () => {
    const k = await start([await makeRound(1)], { station: 9 });
    await k.do({ command: 'scan', text: '0000017' });
    expect(k.face).toEqual({ face: 'wrong-object', given: 'tube-code' });
  });

  it('CK9 with marks the key numbers the tubes of this station', async () => {
    const k = await start([await makeRound(1, { tubeMode: 'marks' })]);
    await k.do({ command: 'change-tube' });
    expect(k.state.tube?.code).toBe('第1管');
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: null });
    await k.do({ command: 'change-tube' });
    expect(k.state.tube?.code).toBe('第2管');
  });

  it('CK9 in a round without tubes the station counts people and asks for no code', async () => {
    const k = await start([await makeRound(1, { tubeMode: 'none' })]);
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1, tube: 'not-used' });
    expect(await k.do({ command: 'change-tube' })).toMatchObject({ ok: false, code: 'tubes-not-used' });
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-here' });
  });
});

describe('moving', () => {
  it('CK10 the last people move to the open tube or out of it by one event, whole persons', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.swipe(2);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 3 });
    await k.open('T2');
    expect(await k.do({ command: 'move-last', count: 2, to: 'open-tube' })).toEqual({ ok: true });
    expect(k.state.tube?.count).toBe(2);
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({
      type: 'swipes-moved',
      swipes: [4, 5, 6].map((sequence) => `${k.install}:${sequence}`),
      to: `${k.install}:8`,
    });
    expect(await k.do({ command: 'move-last', count: 1, to: 'no-tube' })).toEqual({ ok: true });
    expect(k.state).toMatchObject({ looseCount: 1, tube: { count: 1 } });
    expect(await k.do({ command: 'move-last', count: 5, to: 'open-tube' })).toEqual({ ok: true });
    expect(k.state.tube?.count).toBe(3);
    expect(await k.do({ command: 'move-last', count: 1, to: 'open-tube' })).toMatchObject({
      ok: false,
      code: 'nothing-to-move',
    });
  });
});

describe('rounds', () => {
  it('CK16 收工 is refused while a tube is open, and then shows the last number against what was received', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    expect(await k.do({ command: 'end-round' })).toMatchObject({ ok: false, code: 'close-tube-first' });
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    k.link.reachable = false;
    k.link.cut();
    await k.settle();
    expect(await k.do({ command: 'end-round' })).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'round-ended', lastSequence: 5, received: 4, openTube: false });
    k.link.reachable = true;
    await k.clock.advance(15_000);
    expect(k.face).toEqual({ face: 'round-ended', lastSequence: 5, received: 5, openTube: false });
    await k.do({ command: 'dismiss' });
    expect(k.face.face).toBe('idle');
  });

  it('CK23 the dialog alone says that a tube must be sealed first', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.clock.advance(5_000);
    expect(await k.do({ command: 'end-round' })).toMatchObject({ ok: false, code: 'close-tube-first' });
    expect(k.face).toEqual({ face: 'idle' });
  });

  it('CK23 what was scanned by mistake has its face, and words beside it only where a dialog asked for a code', async () => {
    const k = await start([await makeRound(1)]);
    const { number } = card(0);
    expect(await k.do({ command: 'scan', text: number })).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'wrong-object', given: 'person-code' });
    expect(await k.do({ command: 'tube-scan', text: number })).toMatchObject({ code: 'not-a-tube-code' });
  });

  it('CK18 a tube left open in another round is sealed there, uncounted, and the new round begins without one', async () => {
    const [one, two] = [await makeRound(1), await makeRound(2)];
    const k = await start([one]);
    await k.open('T1');
    await k.swipe(0);
    one.info.state = 'settling';
    k.edge.rounds = roundsMessage(one, two);
    k.link.pushRounds();
    await k.settle();
    expect(k.state).toMatchObject({ tube: null, round: { name: '第2轮' }, stationCount: 0 });
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({
      type: 'tube-sealed',
      round: one.info.round,
      offered: 1,
      swabbed: null,
    });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1 });
  });

  it('CK19 a kiosk works on the newest open round of its station, else on one it took part in, else rehearses', async () => {
    const rounds = [await makeRound(1), await makeRound(2), await makeRound(3, { state: 'draft' })].map(
      (r) => r.info,
    );
    const none = () => ({ tookPart: false, ended: false });
    const duty = (
      station: number,
      history: (round: string) => { tookPart: boolean; ended: boolean } = none,
    ) => chooseDuty({ rounds, station, history });
    expect(duty(1)).toMatchObject({
      round: { definition: { name: '第2轮' } },
      phase: 'open',
      stand: 'before',
    });
    expect(duty(9).stand).toBe('after');
    expect(duty(5)).toEqual({ round: null, phase: 'unfiled', station: 5, stand: null });
    for (const info of rounds) if (info.state === 'open') info.state = 'settling';
    expect(duty(1)).toMatchObject({ round: { definition: { name: '第3轮' } }, phase: 'test' });
    const inFirst = (round: string) => ({ tookPart: round === rounds[0]?.round, ended: false });
    expect(duty(1, inFirst)).toMatchObject({ round: { definition: { name: '第1轮' } }, phase: 'open' });
    expect(duty(1, (round) => ({ ...inFirst(round), ended: true }))).toMatchObject({ phase: 'test' });
  });

  it('CK30 the newest round is the one that begins last, and of two that begin alike the one told first', async () => {
    for (const state of ['open', 'settling', 'draft'] as const) {
      const sessions = [{ name: '早场', from: MORNING, to: MORNING + 3_600_000, shift: null }];
      const older = (await makeRound(1, { state, sessions })).info;
      const newer = (await makeRound(2, { state, sessions })).info;
      const later = (await makeRound(3, { state })).info;
      const history = () => ({ tookPart: true, ended: false });
      const chosen = (...rounds: (typeof older)[]) =>
        chooseDuty({ rounds, station: 1, history }).round?.definition.name;
      expect(chosen(newer, older), state).toBe('第2轮');
      for (const rounds of [
        [later, newer, older],
        [newer, older, later],
        [newer, later, older],
      ])
        expect(chosen(...rounds), state).toBe('第3轮');
    }
  });

  it('CK20 past the planned end the round is said to be old, and swipes go on counting', async () => {
    const k = await start([await makeRound(1)]);
    expect(k.band('old-round')).toBeNull();
    await k.clock.advance(3 * 3_600_000 + 5_000);
    expect(k.band('old-round')).toEqual({ band: 'old-round', endedAt: MORNING + 3 * 3_600_000 });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted' });
  });
});

describe('after a restart', () => {
  it('CK15 a restart shows what the running kiosk showed: open tube, places, loose ones, counts and repeats', async () => {
    const round = await makeRound(1);
    const clock = new HandClock(MORNING);
    const k = await start([round], { clock });
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.open('T1');
    for (const n of [3, 4]) await k.swipe(n);
    await k.do({ command: 'undo' });
    await k.do({ command: 'move-last', count: 1, to: 'no-tube' });
    await k.settle();
    const { tube, stationCount, looseCount, lastSequence, received } = k.state;
    await k.stop();
    const again = await start([], { clock, edge: k.edge, seed: 5 });
    expect(again.state).toMatchObject({ tube, stationCount, looseCount, lastSequence, received });
    expect(tube).toEqual({ code: 'T1', count: 3, capacity: 10 });
    expect(await again.swipe(0)).toMatchObject({ face: 'repeat-here', ordinal: 1 });
    expect(await again.swipe(4)).toMatchObject({ face: 'counted', ordinal: 4 });
  });
});

describe('against the counting rule', () => {
  it('CK17 places shown and ordinals agree with the counting rule for any history at one station', async () => {
    const round = await makeRound(1, { capacity: 3 });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ do: fc.constant('swipe' as const), n: fc.nat(5) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('tube' as const), n: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), n: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const), n: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('again' as const), n: fc.nat(1) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), n: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('unreadable' as const), n: fc.nat(2) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const own = temporaryDirectory();
        const clock = new HandClock(MORNING);
        const edge = new HandEdge(() => clock.wall());
        edge.rounds = roundsMessage(round);
        const k = await TestKiosk.start({
          directory: own.directory,
          clock,
          edge,
          link: new HandLink(edge),
          ballastBytes: 0,
        });
        try {
          let code = 0;
          for (const s of steps) {
            await clock.advance(1000);
            if (s.do === 'swipe') await k.swipe(s.n);
            if (s.do === 'undo' || s.do === 'restore') await k.do({ command: 'undo' });
            if (s.do === 'restore') await k.do({ command: 'restore' });
            if (s.do === 'again') await k.do({ command: 'sampled-again', yes: s.n === 1 });
            if (s.do === 'move')
              await k.do({ command: 'move-last', count: s.n + 1, to: s.n % 2 ? 'open-tube' : 'no-tube' });
            if (s.do === 'unreadable') {
              await clock.advance(30_000);
              for (let i = 0; i < 3; i++) await k.tell({ event: 'fault', code: 'read-failed' });
              if (s.n > 0) await k.do({ command: 'settle-unreadable', sampled: s.n === 1 });
              await clock.advance(30_000);
            }
            if (s.do === 'tube') {
              await k.do({ command: 'change-tube' });
              const offered = k.face.face === 'sealing' ? k.face.offered : 0;
              await k.do({ command: 'seal', swabbed: Math.max(0, offered - (s.n === 3 ? 1 : 0)) });
              await k.do({ command: 'not-sampled', swipe: null });
              if (s.n > 0) await k.open(`T${++code}`);
            }
          }
          await clock.advance(12_000);
          const events = edge.bodies(k.install).map((body, i): LedgerEvent => ({
            install: k.install,
            sequence: i + 1,
            body,
            key: body.type === 'swipe' ? body.credential.key : null,
          }));
          const count = countRound({ round: round.info.round, events, roster: [] });
          const open = [...count.tubes].find(([, tube]) => !tube.sealed);
          expect(k.state.tube?.count ?? null).toBe(open?.[1].places ?? null);
        } finally {
          await k.stop();
          own.remove();
        }
      }),
      { numRuns: 15, seed: 20220124 },
    );
  });
});
