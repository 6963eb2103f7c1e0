import { describe, expect, it } from 'vitest';
import sodium from 'libsodium-wrappers';
import { decodeSealedPerson } from '#shared/event/sealed.ts';
import type { EventOf } from '#shared/event/event.ts';
import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { HandEdge, HandLink, rosterSnapshot } from '../../../support/kiosk/hand-link.ts';
import {
  INTAKE_KEYS,
  MORNING,
  type TestKiosk,
  card,
  keyOf,
  makeRound,
  roundsMessage,
  type KioskOptions,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { faceSaid } from '../../../support/said.ts';
import { message } from '#shared/language/message.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const bench = new KioskBench();
const start = (rounds: TestRound[], options: Partial<KioskOptions> = {}): Promise<TestKiosk> =>
  bench.start(rounds, options);

const swipesOf = (k: TestKiosk): EventOf<'swipe'>[] =>
  k.edge.bodies(k.install).filter((body): body is EventOf<'swipe'> => body.type === 'swipe');

const manual = (fields: Partial<Extract<KioskCommand, { command: 'manual' }>>): KioskCommand => ({
  command: 'manual',
  kind: 'id',
  number: '',
  documentType: null,
  name: null,
  phone: null,
  ...fields,
});

describe('before the swab', () => {
  it('CK1 a swipe in the open tube is counted with its place, and again in the same tube is a repeat here', async () => {
    const round = await makeRound(1);
    const k = await start([round]);
    await k.open('0000017');
    expect(await k.swipe(0)).toMatchObject({
      face: 'counted',
      ordinal: 1,
      tube: 'fits',
      checked: true,
      filed: true,
    });
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', ordinal: 2 });
    await k.clock.advance(60_000);
    expect(await k.swipe(0)).toEqual({
      face: 'repeat-here',
      time: MORNING,
      ordinal: 1,
      among: 'tube',
    });
    expect(swipesOf(k).map((s) => [s.shown, s.ordinal])).toEqual([
      ['counted', 1],
      ['counted', 2],
      ['repeat-here', null],
    ]);
    expect(k.state.tube).toEqual({ code: '0000017', count: 2, capacity: 10 });
    expect(k.state.stationCount).toBe(2);
  });

  it('CK2 a repeat from another tube asks whether the person was sampled again; nobody answering in ten seconds is a no', async () => {
    const round = await makeRound(1);
    const k = await start([round]);
    await k.open('A-1');
    await k.swipe(0);
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 1 });
    await k.open('A-2');
    expect(await k.swipe(0)).toEqual({
      face: 'repeat-elsewhere',
      time: MORNING,
      station: 1,
      tubeCode: 'A-1',
      asks: true,
    });
    expect(k.state.tube?.count).toBe(0);
    await k.clock.advance(9_999);
    expect(k.face.face).toBe('repeat-elsewhere');
    await k.clock.advance(1);
    expect(k.face.face).toBe('idle');
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ type: 'sampled-again', sampled: false });
    expect(k.state.tube?.count).toBe(0);

    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-elsewhere', tubeCode: 'A-1' });
    await k.do({ command: 'sampled-again', yes: true });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 1, tube: 'fits' });
    expect(k.state.tube?.count).toBe(1);
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-here' });
  });

  it('CK2 the next card answers the question about the one before with no', async () => {
    const round = await makeRound(1);
    const k = await start([round]);
    await k.open('A-1');
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 0), time: MORNING - 5000, station: 2, tubeCode: 'B-9' }],
      removals: [],
    });
    expect(await k.swipe(0)).toEqual({
      face: 'repeat-elsewhere',
      time: MORNING - 5000,
      station: 2,
      tubeCode: 'B-9',
      asks: true,
    });
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', ordinal: 1 });
    expect(k.edge.bodies(k.install).map((body) => body.type)).toEqual([
      'installed',
      'tube-opened',
      'swipe',
      'sampled-again',
      'swipe',
    ]);
  });

  it('CK3 who is not on the roster snapshot is a walk-in, and nobody is one while the snapshot is not held', async () => {
    const round = await makeRound(1);
    const snapshot = rosterSnapshot([keyOf(round, 0)]);
    round.info.rosterKeys = snapshot.hash;
    const k = await start([round]);
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', walkIn: false });
    k.edge.rosters.set(snapshot.hash, snapshot.bytes);
    await k.clock.advance(20_000);
    expect(await k.swipe(2)).toMatchObject({ face: 'counted', walkIn: true });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', walkIn: false });
    expect(swipesOf(k).map((s) => s.shown)).toEqual(['counted', 'walk-in', 'counted']);
  });

  it('CK6 a swipe with no tube open is taken with an alarm, and the next code collects it; beyond capacity likewise', async () => {
    const round = await makeRound(1, { capacity: 2 });
    const k = await start([round]);
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', tube: 'none', ordinal: 1 });
    expect(k.state.sound?.sound).toBe('no-tube');
    expect(k.state.looseCount).toBe(1);
    await k.open('T1');
    expect(k.face).toEqual({ face: 'tube-opened', code: 'T1', collected: 1 });
    expect(k.state).toMatchObject({ looseCount: 0, tube: { code: 'T1', count: 1, capacity: 2 } });
    expect(await k.swipe(1)).toMatchObject({ tube: 'full', ordinal: 2 });
    expect(k.state.sound?.sound).toBe('change-tube');
    expect(await k.swipe(2)).toMatchObject({ tube: 'over', ordinal: 3 });
    expect(k.state.sound?.sound).toBe('over');
    const opened = k.edge.bodies(k.install).find((b) => b.type === 'tube-opened');
    expect(opened).toMatchObject({ code: 'T1', capacity: 2, collects: [`${k.install}:2`] });
  });

  it('CK11 undo voids the last own swipe that is still live, and says so when there is none', async () => {
    const k = await start([await makeRound(1)]);
    await k.swipe(0);
    await k.swipe(1);
    await k.do({ command: 'undo' });
    expect(k.face).toMatchObject({ face: 'undone', ordinal: 2 });
    await k.do({ command: 'undo' });
    expect(k.face).toMatchObject({ face: 'undone', ordinal: 1 });
    await k.do({ command: 'undo' });
    expect(k.face).toEqual({ face: 'nothing-to-undo' });
    expect(k.state.stationCount).toBe(0);
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1 });
  });
});

describe('what cannot be done', () => {
  it('CK23 nothing to undo is said by its face alone', async () => {
    const k = await start([await makeRound(1)]);
    expect(await k.do({ command: 'undo' })).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'nothing-to-undo' });
  });
});

describe('the number a person is told', () => {
  const told = (k: TestKiosk): string =>
    faceWords(k.state).below.map((line) => wholeLine('zh', line))[0] ?? '';

  it('CK21 with no tube open it is that among the loose ones, for a repeat too, and in the tube that of the tube', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    await k.swipe(1);
    expect(told(k)).toMatch(/ · 本管第 2 人$/);
    await k.swipe(1);
    expect(told(k)).toBe('07:00 本管第 2 人,不重复计数');
    await k.do({ command: 'change-tube' });
    await k.do({ command: 'seal', swabbed: 2 });
    await k.swipe(2);
    expect(told(k)).toMatch(/ · 未归管第 1 人$/);
    await k.swipe(3);
    expect(told(k)).toMatch(/ · 未归管第 2 人$/);
    expect(k.state).toMatchObject({ stationCount: 4, looseCount: 2 });
    await k.swipe(3);
    expect(told(k)).toBe('07:00 未归管第 2 人,不重复计数');
  });

  it('CK21 while a tube is being sealed a repeat of the next one is among the loose ones', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.swipe(0);
    await k.do({ command: 'change-tube' });
    await k.swipe(1);
    await k.swipe(1);
    expect(told(k)).toBe('07:00 未归管第 1 人,不重复计数');
  });

  it('CK21 sampled again with no tube open is numbered among the loose ones, also while a tube is being sealed', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    for (const n of [0, 1, 2]) await k.swipe(n);
    await k.do({ command: 'change-tube' });
    await k.swipe(0);
    await k.do({ command: 'sampled-again', yes: true });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 1, tube: 'none' });
    expect(told(k)).toMatch(/ · 未归管第 1 人$/);
    await k.do({ command: 'seal', swabbed: 3 });
    await k.swipe(1);
    await k.do({ command: 'sampled-again', yes: true });
    expect(told(k)).toMatch(/ · 未归管第 2 人$/);
    await k.open('T2');
    await k.swipe(2);
    await k.do({ command: 'sampled-again', yes: true });
    expect(told(k)).toMatch(/ · 本管第 3 人$/);
  });

  it('CK21 where no tubes are used it is that of the station, for a repeat too', async () => {
    for (const [round, station] of [
      [await makeRound(1), 9],
      [await makeRound(2, { tubeMode: 'none' }), 1],
    ] as const) {
      const k = await start([round], { station });
      await k.swipe(0);
      expect(told(k)).toMatch(/ · 本台第 1 人$/);
      await k.swipe(0);
      expect(told(k)).toBe('07:00 本台第 1 人,不重复计数');
      await k.stop();
      bench.anew();
    }
  });
});

describe('after the swab', () => {
  it('CK1 the station counts people, and a second swipe at it is a repeat here without a question', async () => {
    const round = await makeRound(1);
    const k = await start([round], { station: 9 });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1, tube: 'not-used' });
    expect(await k.swipe(1)).toMatchObject({ face: 'counted', ordinal: 2 });
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-here', ordinal: 1 });
    k.link.pushCounted({
      round: round.info.round,
      number: 1,
      full: true,
      entries: [{ key: keyOf(round, 5), time: MORNING, station: 2, tubeCode: null }],
      removals: [],
    });
    expect(await k.swipe(5)).toMatchObject({ face: 'repeat-elsewhere', station: 2, asks: false });
    expect(k.state).toMatchObject({ stationCount: 2, stand: 'after', looseCount: 0 });
  });
});

describe('without a round, a key or a pairing', () => {
  it('CK4 before the round is opened every swipe is a test; opened, they count from one', async () => {
    const round = await makeRound(1, { state: 'draft' });
    const k = await start([round]);
    expect(await k.swipe(0)).toMatchObject({ face: 'test' });
    expect(await k.swipe(0)).toMatchObject({ face: 'test' });
    expect(k.state.stationCount).toBe(1);
    round.info.state = 'open';
    k.edge.rounds = roundsMessage(round);
    k.link.pushRounds();
    await k.settle();
    expect(k.state.stationCount).toBe(0);
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', ordinal: 1 });
    expect(swipesOf(k).map((s) => [s.phase, s.shown])).toEqual([
      ['test', 'test'],
      ['test', 'test'],
      ['open', 'counted'],
    ]);
  });

  it('CK4 with no round known a swipe is recorded unfiled, sealed to the site', async () => {
    const k = await start([]);
    expect(k.band('no-round')).not.toBeNull();
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', filed: false, checked: false, ordinal: 1 });
    const held = k.edge.journal(k.install).events.at(-1);
    expect(swipesOf(k)[0]).toMatchObject({
      phase: 'unfiled',
      round: null,
      credential: { kind: 'id', key: null },
    });
    await sodium.ready;
    const opened = sodium.crypto_box_seal_open(
      held?.sealed ?? new Uint8Array(),
      INTAKE_KEYS.publicKey,
      INTAKE_KEYS.secretKey,
    );
    expect(decodeSealedPerson(opened)).toMatchObject({
      kind: 'id',
      number: card(0).number,
      name: card(0).name,
    });
  });

  it('CK4 without the round key a swipe is counted unchecked, without a credential key, and sealed to the round', async () => {
    const round = await makeRound(1);
    const clock = new HandClock(MORNING);
    const online = await start([round], { clock });
    await online.stop();
    // The edge is dead at the next start: the round is known from the disk, its key is not.
    const dead = new HandLink(new HandEdge(() => clock.wall()));
    dead.reachable = false;
    const alone = await start([], { clock, link: dead, seed: 4 });
    expect(alone.band('needs-opening-code')).not.toBeNull();
    expect(await alone.swipe(0)).toMatchObject({ face: 'counted', checked: false, filed: true });
    expect(await alone.swipe(0)).toMatchObject({ face: 'counted', checked: false });

    expect(await alone.do({ command: 'opening-code', digits: '0000000000' })).toMatchObject({
      ok: false,
      code: 'code-wrong',
    });
    expect(await alone.do({ command: 'opening-code', digits: round.openingCode })).toEqual({ ok: true });
    expect(alone.band('needs-opening-code')).toBeNull();
    expect(await alone.swipe(1)).toMatchObject({ face: 'counted', checked: true });
    expect(await alone.swipe(1)).toMatchObject({ face: 'repeat-here' });
  });

  it('CK4 an unpaired kiosk refuses to record and says that it must be paired', async () => {
    const k = await start([], { paired: false });
    expect(k.face).toEqual({ face: 'unpaired', error: null });
    expect(await k.swipe(0)).toMatchObject({ face: 'unpaired' });
    expect(k.state.lastSequence).toBe(1);
    expect(await k.do({ command: 'undo' })).toMatchObject({ ok: false, code: 'unpaired' });
  });
});

describe('manual entries', () => {
  it('CK12 a number that cannot be one is refused in words, and nothing is recorded', async () => {
    const k = await start([await makeRound(1)]);
    const { number } = card(0);
    const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1');
    const before = k.state.lastSequence;
    expect(await k.do(manual({ number: wrong }))).toMatchObject({
      ok: false,
      code: 'check-digit',
      words: message('id-number.check-digit'),
    });
    expect(await k.do(manual({ number: '123' }))).toMatchObject({ ok: false, code: 'length' });
    expect(await k.do(manual({ kind: 'staff', number: '  ' }))).toMatchObject({
      ok: false,
      code: 'staff-number',
    });
    expect(await k.do(manual({ kind: 'document', number: 'E123' }))).toMatchObject({
      ok: false,
      code: 'document',
    });
    expect(await k.do(manual({ kind: 'none', name: '样例' }))).toMatchObject({
      ok: false,
      code: 'name-and-phone',
    });
    expect(await k.do(manual({ kind: 'none', name: '样例', phone: 'abc' }))).toMatchObject({
      ok: false,
      code: 'phone',
    });
    expect(k.state.lastSequence).toBe(before);
  });

  it('CK96 without a document a phone number is enough, and each such entry is a person of its own', async () => {
    const k = await start([await makeRound(1)]);
    for (const ordinal of [1, 2]) {
      expect(await k.do(manual({ kind: 'none', phone: '10012345678' }))).toEqual({ ok: true });
      expect(k.face).toMatchObject({ face: 'counted', name: null, ordinal });
    }
    expect(await k.do(manual({ kind: 'none' }))).toMatchObject({ ok: false, code: 'name-and-phone' });
    expect(swipesOf(k).map((s) => [s.credential.kind, s.entry])).toEqual([
      ['none', 'manual'],
      ['none', 'manual'],
    ]);
  });

  it('CK12 every kind of entry is a swipe by hand, and the same person by card is a repeat', async () => {
    const k = await start([await makeRound(1)]);
    const { number } = card(0);
    expect(await k.do(manual({ number: ` ${number.toLowerCase()} ` }))).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 1 });
    expect(await k.swipe(0)).toMatchObject({ face: 'repeat-here' });
    expect(await k.do(manual({ kind: 'staff', number: '00123' }))).toEqual({ ok: true });
    expect(await k.do(manual({ kind: 'staff', number: '123' }))).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'repeat-here' });
    expect(await k.do(manual({ kind: 'document', documentType: '护照', number: 'E12345678' }))).toEqual({
      ok: true,
    });
    expect(await k.do(manual({ kind: 'none', number: '', name: '样例', phone: '10012345678' }))).toEqual({
      ok: true,
    });
    expect(await k.do(manual({ kind: 'none', number: '', name: '样例', phone: '10012345678' }))).toEqual({
      ok: true,
    });
    expect(swipesOf(k).map((s) => [s.credential.kind, s.entry, s.shown])).toEqual([
      ['id', 'manual', 'counted'],
      ['id', 'card', 'repeat-here'],
      ['staff', 'manual', 'counted'],
      ['staff', 'manual', 'repeat-here'],
      ['document', 'manual', 'counted'],
      ['none', 'manual', 'counted'],
      ['none', 'manual', 'counted'],
    ]);
  });
});

describe('cards that will not read', () => {
  const fault = { event: 'fault', code: 'read-failed' } as const;

  it('CK13 two failures are retries, the third calls staff and opens one unreadable event', async () => {
    const k = await start([await makeRound(1)]);
    expect(await k.tell(fault)).toEqual({ face: 'unreadable', attempt: 1 });
    expect(await k.tell(fault)).toEqual({ face: 'unreadable', attempt: 2 });
    expect(await k.tell(fault)).toEqual({ face: 'unreadable-staff' });
    expect(await k.tell(fault)).toEqual({ face: 'unreadable-staff' });
    expect(k.edge.bodies(k.install).filter((b) => b.type === 'unreadable')).toMatchObject([{ attempts: 3 }]);
  });

  it('CK13 a manual entry resolves it; a card within ten seconds too, a later one does not; staff may settle it', async () => {
    const k = await start([await makeRound(1)]);
    const fail = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await k.tell(fault);
    };
    const settled = () => k.edge.bodies(k.install).filter((b) => b.type === 'unreadable-settled');
    await fail();
    await k.do(manual({ number: card(0).number }));
    expect(settled()).toMatchObject([
      { outcome: 'resolved', swipe: `${k.install}:3`, unreadable: `${k.install}:2` },
    ]);
    await fail();
    await k.clock.advance(5_000);
    await k.swipe(1);
    expect(settled()).toHaveLength(2);
    await fail();
    await k.clock.advance(10_001);
    await k.swipe(2);
    expect(settled()).toHaveLength(2);
    expect(await k.do({ command: 'settle-unreadable', sampled: true })).toEqual({ ok: true });
    expect(settled().at(-1)).toMatchObject({ outcome: 'sampled', swipe: null });
    expect(await k.do({ command: 'settle-unreadable', sampled: false })).toMatchObject({
      ok: false,
      code: 'no-unreadable',
    });
  });

  it('CK13 failures far apart are different people, and a sampled one takes a place in the tube', async () => {
    const k = await start([await makeRound(1)]);
    await k.open('T1');
    await k.tell(fault);
    await k.tell(fault);
    await k.clock.advance(20_001);
    expect(await k.tell(fault)).toEqual({ face: 'unreadable', attempt: 1 });
    await k.tell(fault);
    await k.tell(fault);
    await k.do({ command: 'settle-unreadable', sampled: true });
    expect(k.state.tube?.count).toBe(1);
    expect(await k.swipe(0)).toMatchObject({ ordinal: 2 });
  });

  it('CK24 a card whose content is no reading calls staff at once and says why; the next card is another person’s', async () => {
    const k = await start([await makeRound(1)]);
    const garbled = await k.tell({ event: 'fault', code: 'contradicting-number' });
    expect(garbled).toEqual({
      face: 'unreadable-staff',
      why: message('reader-fault.contradicting-number'),
    });
    const events = (type: string) => k.edge.bodies(k.install).filter((b) => b.type === type);
    expect(events('unreadable')).toMatchObject([{ attempts: 1 }]);
    await k.tell({ event: 'fault', code: 'contradicting-number' });
    await k.clock.advance(2_000);
    await k.swipe(1);
    expect(events('unreadable')).toHaveLength(1);
    expect(events('unreadable-settled')).toEqual([]);
    await k.do(manual({ number: card(0).number }));
    expect(events('unreadable-settled')).toMatchObject([{ outcome: 'resolved' }]);
    for (const code of ['invalid-number', 'missing-name', 'garbled-name'] as const) {
      expect(await k.tell({ event: 'fault', code })).toMatchObject({ face: 'unreadable-staff' });
      await k.do({ command: 'settle-unreadable', sampled: false });
    }
  });

  it('CK14 another card than an ID card is a wrong object, not a failure; a reader out of order is said', async () => {
    const k = await start([await makeRound(1)]);
    expect(await k.tell({ event: 'fault', code: 'wrong-card' })).toEqual({
      face: 'wrong-object',
      given: 'unknown-card',
    });
    expect(await k.tell({ event: 'card-present' })).toEqual({ face: 'reading' });
    await k.tell({ event: 'fault', code: 'sam-selftest' });
    await k.clock.advance(15_000);
    expect([k.face.face, faceSaid(k.face)]).toEqual(['reader-fault', '读卡器自检失败']);
    await k.tell({ event: 'reader-gone', reason: 'disconnected', detail: 'gone' });
    expect(k.face).toEqual({ face: 'reader-gone' });
    expect(k.band('reader-gone')).not.toBeNull();
    const sound = k.state.sound;
    await k.tell({ event: 'reader-gone', reason: 'cannot-open', detail: 'gone' });
    expect(k.state.sound).toEqual(sound);
    expect(await k.do(manual({ number: card(0).number }))).toEqual({ ok: true });
    await k.clock.advance(5_000);
    expect(k.face).toEqual({ face: 'reader-gone' });
    await k.tell({ event: 'reader-ready', baudRate: 115200 });
    expect(k.face).toEqual({ face: 'idle' });
  });
});

describe('verdicts', () => {
  it('CK5 the edge knowing an earlier swipe elsewhere is told while the face still shows that swipe', async () => {
    const k = await start([await makeRound(1)]);
    k.edge.verdicts = [{ sequence: 2, repeatOf: { station: 2, tubeCode: 'B-1', time: MORNING - 1 } }];
    expect(await k.swipe(0)).toEqual({
      face: 'repeat-elsewhere',
      station: 2,
      tubeCode: 'B-1',
      time: MORNING - 1,
      asks: false,
    });
    k.edge.verdicts = [{ sequence: 2, repeatOf: { station: 2, tubeCode: 'B-1', time: MORNING - 1 } }];
    expect(await k.swipe(1)).toMatchObject({ face: 'counted' });
  });
});
