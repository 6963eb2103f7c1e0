import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialKey } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';
import { readerCase } from '../../../site/readers/reader-case.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { physicalNumber } from '#drivers/line/physical-number.ts';
import { openSettings } from '../../../../kiosk/station/disk/settings.ts';
import { APART_MS_MAX } from '../../../../kiosk/station/readers/typed-twice.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge, rosterSnapshot } from '../../../support/kiosk/hand-link.ts';
import { HandRig, READERS, WEDGES } from '../../../support/readers/hand-rig.ts';
import {
  MORNING,
  TestKiosk,
  card,
  keyOf,
  makeRound,
  roundsMessage,
  temporaryDirectory,
  testPairing,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { faceSaid, saidIn, zhOf } from '../../../support/said.ts';
import { message } from '#shared/language/message.ts';

let place: ReturnType<typeof temporaryDirectory>;
let kiosk: TestKiosk | null = null;
let rig: HandRig;
let round: TestRound;
beforeEach(async () => {
  place = temporaryDirectory();
  rig = new HandRig();
  round = await makeRound(1);
});
afterEach(async () => {
  await kiosk?.stop();
  kiosk = null;
  place.remove();
});

/** Badge numbers on the roster, with the card numbers of persons 0 and 1 as an import would bring them. */
const STAFF = '10023';
const NUMBERS = ['00A1B2C3D4E5F600', '00A1B2C3D4E5F601', '00A1B2C3D4E5F602'] as const;
const numberKey = (n: number) => credentialKey(round.key, { kind: 'physical', canonical: NUMBERS[n] ?? '' });

async function start(
  readers: readonly ReaderSetting[],
  options: { roster?: boolean } = {},
): Promise<TestKiosk> {
  const clock = new HandClock(MORNING);
  const edge = new HandEdge(() => clock.wall());
  if (options.roster === true) {
    const staff = credentialKey(round.key, { kind: 'staff', canonical: STAFF });
    const { bytes, hash } = rosterSnapshot([keyOf(round, 0), keyOf(round, 1), numberKey(0), staff]);
    edge.rosters.set(hash, bytes);
    round.info.rosterKeys = hash;
  }
  edge.rounds = roundsMessage(round);
  openSettings(place.directory).change({ readers: [...readers], pairing: testPairing(1) });
  kiosk = await TestKiosk.start({ directory: place.directory, clock, edge, rig });
  for (const setting of rig.used) rig.tell(setting, { event: 'reader-ready', baudRate: null });
  await kiosk.settle();
  return kiosk;
}
const number = async (k: TestKiosk, n: number, of: ReaderSetting = READERS.number) => {
  rig.tell(of, { event: 'physical-number', number: NUMBERS[n] ?? '' });
  await k.settle();
  return k.face;
};
const scan = async (k: TestKiosk, of: ReaderSetting, text: string) => {
  rig.tell(of, { event: 'scan', text });
  await k.settle();
  return k.face;
};
const reading = async (k: TestKiosk, n: number, of: ReaderSetting = READERS.card) => {
  rig.tell(of, { event: 'reading', reading: card(n) });
  await k.settle();
  return k.face;
};
const swipesOf = (k: TestKiosk): EventOf<'swipe'>[] =>
  k.edge.bodies(k.install).filter((body): body is EventOf<'swipe'> => body.type === 'swipe');
const linksOf = (k: TestKiosk): EventOf<'link'>[] =>
  k.edge.bodies(k.install).filter((body): body is EventOf<'link'> => body.type === 'link');

describe('which readers a station uses', () => {
  const found = { ...READERS.badges, id: 'one', name: 'Honeywell 1900', install: null };
  const candidate = { id: 'one', at: found.at, name: found.name, usb: found.usb, install: null };

  it('KR1 a reader is used once a person has confirmed it, and again at the next start; nobody else is', async () => {
    const k = await start([]);
    rig.find({ ...candidate, models: ['scanner-hid-pos'] });
    await k.settle();
    expect(k.state.candidates.map(({ candidate: id }) => id)).toEqual(['one', 'wedge']);
    expect(rig.used).toEqual([]);
    const chosen = { command: 'choose-reader', candidate: 'one', numberFormat: null } as const;
    expect(await k.do({ ...chosen, model: 'sdt-serial', role: 'person' })).toMatchObject({
      ok: false,
      code: 'cannot-drive',
    });
    expect(
      await k.do({ ...chosen, candidate: 'two', model: 'scanner-hid-pos', role: 'person' }),
    ).toMatchObject({
      ok: false,
      code: 'no-such-reader',
    });
    expect(await k.do({ ...chosen, model: 'scanner-hid-pos', role: 'person' })).toEqual({ ok: true });
    expect(rig.used).toEqual([READERS.badges]);
    await k.stop();
    rig = new HandRig();
    const again = await TestKiosk.start({ directory: place.directory, rig });
    kiosk = again;
    expect(rig.used).toEqual([READERS.badges]);
    expect(again.state.readers).toMatchObject([
      { reader: 'hid:0C2E:0901:17', role: 'person', state: 'waiting' },
    ]);
    expect(await again.do({ command: 'forget-reader', reader: 'hid:0C2E:0901:17' })).toEqual({ ok: true });
    expect(rig.used).toEqual([]);
    expect(await again.do({ command: 'forget-reader', reader: 'hid:0C2E:0901:17' })).toMatchObject({
      ok: false,
    });
    await again.do({ command: 'look-for-readers' });
    expect(rig.looks).toBe(1);
  });

  it('RM8 two cables with the same serial number are two readers; one that moved replaces what it was', async () => {
    const k = await start([]);
    const usb = { vendorId: '10C4', productId: 'EA60', serialNumber: '0001' };
    const cable = (at: string) => ({ id: at, at, name: 'CP2102', usb, models, install: null });
    const models = ['sdt-serial', 'scanner-serial'] as const;
    const choose = async (at: string, model: (typeof models)[number]) => {
      rig.find(cable(at));
      await k.settle();
      const of = { role: 'person', numberFormat: null, candidate: at, model } as const;
      expect(await k.do({ command: 'choose-reader', ...of })).toEqual({ ok: true });
    };
    const used = () => rig.used.map(({ at, model }) => `${model} ${at}`);
    await choose('COM3', 'sdt-serial');
    const [first] = rig.used;
    rig.tell(first!, { event: 'reader-ready', baudRate: null });
    await choose('COM4', 'sdt-serial');
    expect(used()).toEqual(['sdt-serial COM3', 'sdt-serial COM4']);
    expect(new Set(k.state.readers.map(({ reader }) => reader)).size).toBe(2);
    expect(k.state.readers.map(({ state }) => state)).toEqual(['ready', 'waiting']);
    await choose('COM5', 'scanner-serial');
    const gone = { event: 'reader-gone', reason: 'cannot-open', detail: 'several devices' } as const;
    for (const setting of rig.used) rig.tell(setting, gone);
    await choose('COM7', 'sdt-serial');
    expect(used()).toEqual(['sdt-serial COM4', 'scanner-serial COM5', 'sdt-serial COM7']);
    const [moved] = k.state.readers;
    await k.do({ command: 'forget-reader', reader: moved!.reader });
    expect(used()).toEqual(['scanner-serial COM5', 'sdt-serial COM7']);
  });

  it('KR1 settings from before there were readers open, and settings with a reader that is none name the field', async () => {
    const k = await start([]);
    await k.stop();
    const file = path.join(place.directory, 'settings.json');
    const { readers, ...before } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    expect(readers).toEqual([]);
    writeFileSync(file, JSON.stringify(before));
    expect(openSettings(place.directory).get().readers).toEqual([]);
    writeFileSync(file, JSON.stringify({ ...before, readers: [{ ...READERS.card, model: 'fax' }] }));
    expect(() => openSettings(place.directory)).toThrow(/readers\.0\.model/);
  });

  it('KR1 a device that cannot be driven is refused with what to install, and a number reader wants its format', async () => {
    const k = await start([]);
    const install = message('reader-install.makers-service');
    rig.find(
      { ...candidate, id: 'bulk', models: [], install },
      { ...candidate, id: 'line', at: '/dev/ttyUSB1', usb: null, models: ['number-serial'] },
    );
    await k.settle();
    expect(k.state.candidates[0]).toMatchObject({ candidate: 'bulk', models: [], install });
    const choose = { command: 'choose-reader', role: 'tube', numberFormat: null } as const;
    expect(await k.do({ ...choose, candidate: 'bulk', model: 'sdt-usb-bulk' })).toMatchObject({
      words: install,
    });
    expect(await k.do({ ...choose, candidate: 'line', model: 'number-serial' })).toMatchObject({
      ok: false,
      code: 'number-format-missing',
    });
    const { numberFormat } = READERS.number;
    // A reader of people is one, whatever the role says: in the other it would turn everybody away.
    expect(await k.do({ ...choose, candidate: 'line', model: 'number-serial', numberFormat })).toEqual({
      ok: true,
    });
    expect(rig.used).toEqual([READERS.number]);
  });

  it('KR2 each reader is shown with role and state; the station is as well as its best reader for people', async () => {
    const k = await start([READERS.card, READERS.number, READERS.tubes]);
    expect(k.state.reader).toBe('ready');
    const gone = { event: 'reader-gone', reason: 'disconnected', detail: 'gone' } as const;
    const sounds = (): number => k.state.sound?.serial ?? 0;
    const before = sounds();
    rig.tell(READERS.card, gone);
    await k.settle();
    expect([k.state.reader, k.face.face, sounds()]).toEqual(['ready', 'idle', before]);
    rig.tell(READERS.tubes, gone);
    rig.tell(READERS.tubes, gone);
    await k.settle();
    expect(k.state.sound).toEqual({ serial: before + 1, sound: 'alarm' });
    expect(k.band('scanner-gone')).not.toBeNull();
    expect(k.band('reader-gone')).toBeNull();
    rig.tell(READERS.number, { event: 'fault', code: 'sam-unauthorised' });
    await k.settle();
    expect(k.state.reader).toBe('fault');
    expect(k.face.face).toBe('reader-fault');
    expect(k.state.readers.map(({ role, state }) => [role, state])).toEqual([
      ['person', 'gone'],
      ['person', 'fault'],
      ['tube', 'gone'],
    ]);
    expect(k.state.readers.map(({ trouble }) => trouble && zhOf(trouble))).toEqual([
      null,
      '读卡器未经授权',
      null,
    ]);
    rig.tell(READERS.tubes, { event: 'reader-gone', reason: 'cannot-open', detail: 'Permission denied' });
    await k.settle();
    expect(saidIn('en', k.state.readers[2]!.trouble!)).toBe('cannot be opened: Permission denied');
    rig.tell(READERS.card, { event: 'reader-ready', baudRate: 115_200 });
    await k.settle();
    expect([k.state.reader, k.face.face]).toEqual(['ready', 'idle']);
  });
});

describe('what is odd about a reader', () => {
  it('KR18 it is ready again once it reads a card; one that remembers cards says so on its page and stops nobody', async () => {
    const k = await start([READERS.card]);
    rig.tell(READERS.card, { event: 'fault', code: 'foreign-answer' });
    await k.settle();
    expect([k.face.face, faceSaid(k.face)]).toEqual(['reader-fault', '读卡器的应答不合规程,请换一台读卡器']);
    await reading(k, 0);
    expect([k.state.reader, k.state.readers[0]?.trouble]).toEqual(['ready', null]);
    const before = k.face;
    rig.tell(READERS.card, { event: 'fault', code: 'card-remembered' });
    await k.settle();
    expect(k.face).toEqual(before);
    expect(k.state.readers[0]).toMatchObject({
      state: 'ready',
      trouble: message('reader-fault.card-remembered'),
    });
    expect(k.edge.bodies(k.install).filter(({ type }) => type === 'unreadable')).toEqual([]);
  });
});

describe("a card's physical number", () => {
  it('KR3 is a swipe under the repeat rule like any other, and one that nobody has is a visible walk-in', async () => {
    const k = await start([READERS.number], { roster: true });
    await k.open('0000017');
    expect(await number(k, 0)).toMatchObject({
      face: 'counted',
      ordinal: 1,
      walkIn: false,
      numberUnknown: false,
    });
    expect(await number(k, 2)).toMatchObject({
      face: 'counted',
      ordinal: 2,
      walkIn: true,
      numberUnknown: true,
    });
    expect(k.state.sound?.sound).toBe('walk-in');
    await k.clock.advance(5_000);
    expect(await number(k, 0)).toMatchObject({ face: 'repeat-here', ordinal: 1 });
    expect(swipesOf(k).map(({ credential, entry, shown }) => [credential, entry, shown])).toEqual([
      [{ kind: 'physical', key: numberKey(0) }, 'card', 'counted'],
      [{ kind: 'physical', key: numberKey(2) }, 'card', 'walk-in'],
      [{ kind: 'physical', key: numberKey(0) }, 'card', 'repeat-here'],
    ]);
  });

  it('KR3 a number repeated while the card lies there is one swipe', async () => {
    const k = await start([READERS.number]);
    for (let i = 0; i < 20; i++) {
      await number(k, 0);
      await k.clock.advance(600);
    }
    expect(swipesOf(k)).toHaveLength(1);
    await k.clock.advance(500);
    await number(k, 0);
    expect(swipesOf(k)).toHaveLength(2);
  });

  it('KR3 before the round is opened it is a test, and without a round it is unfiled', async () => {
    round = await makeRound(1, { state: 'draft' });
    const k = await start([READERS.number]);
    expect(await number(k, 0)).toEqual({ face: 'test', name: null, onRoster: null });
    expect(swipesOf(k)).toMatchObject([{ phase: 'test', credential: { kind: 'physical' } }]);
  });

  it('KR4 one of another format than the reader is set to is told in words, and the third time staff are called', async () => {
    const k = await start([READERS.number]);
    const wrong = async () => {
      rig.tell(READERS.number, { event: 'fault', code: 'number-format' });
      await k.settle();
      return k.face;
    };
    expect(faceSaid(await wrong())).toBe('卡号格式不符,请核对读卡器设置');
    expect(k.state.sound?.sound).toBe('unreadable');
    await wrong();
    expect(await wrong()).toEqual({ face: 'unreadable-staff' });
    expect(await number(k, 0)).toMatchObject({ face: 'counted' });
  });
});

describe('a scanner for people', () => {
  it('KR5 counts an ID number and a badge on the roster, and says of anything else what it is', async () => {
    const k = await start([READERS.badges], { roster: true });
    await k.open('0000017');
    expect(await scan(k, READERS.badges, card(0).number)).toMatchObject({ face: 'counted', walkIn: false });
    expect(await scan(k, READERS.badges, `00${STAFF}`)).toMatchObject({ face: 'counted', walkIn: false });
    expect(await scan(k, READERS.badges, '99999')).toEqual({ face: 'wrong-object', given: 'tube-code' });
    expect(await scan(k, READERS.badges, 'https://example.invalid/health')).toMatchObject({
      given: 'person-code',
    });
    expect(swipesOf(k).map(({ credential: { kind }, entry }) => [kind, entry])).toEqual([
      ['id', 'scan'],
      ['staff', 'scan'],
    ]);
  });

  it('KR5 without a roster a badge is never taken for a person', async () => {
    const k = await start([READERS.badges]);
    expect(await scan(k, READERS.badges, STAFF)).toEqual({ face: 'wrong-object', given: 'tube-code' });
    expect(swipesOf(k)).toEqual([]);
  });
});

describe('the wrong object', () => {
  it('KR6 each is told with its sound and noted, and costs nobody their turn', async () => {
    const k = await start([READERS.card, READERS.number, READERS.tubes, READERS.badges], { roster: true });
    await k.open('0000017');
    const given = [
      () => scan(k, READERS.badges, '0000018'),
      () => reading(k, 5, READERS.tubes),
      () => number(k, 1, READERS.tubes),
      () => scan(k, READERS.tubes, card(0).number),
      () => scan(k, READERS.tubes, '00000180000018'),
      () => scan(k, READERS.tubes, '00000180000019'),
      () => scan(k, READERS.tubes, '1'.repeat(41)),
    ];
    const expected = ['tube-code', 'card', 'card', 'person-code', 'glued', 'glued', 'length'];
    for (const [i, give] of given.entries()) {
      const serial = k.state.sound?.serial ?? 0;
      expect(await give()).toEqual({ face: 'wrong-object', given: expected[i] });
      expect(k.state.sound).toEqual({ serial: serial + 1, sound: 'wrong-object' });
      // The next card is taken at once, in the same millisecond.
      expect(await reading(k, 20 + i)).toMatchObject({ face: 'counted', ordinal: i + 1 });
    }
    expect(swipesOf(k)).toHaveLength(given.length);
    expect(k.state.tube).toMatchObject({ code: '0000017' });
    const noted = [
      { given: 'tube-code', count: 1 },
      { given: 'card', count: 2 },
      { given: 'person-code', count: 1 },
      { given: 'glued', count: 2 },
      { given: 'length', count: 1 },
    ];
    expect(k.state.wrongObjects).toEqual(noted);
    await k.clock.advance(10_000);
    expect(k.edge.statuses.at(-1)).toMatchObject({ wrongObjects: 7 });
    const lines = k.lines.filter(({ code }) => code === 'wrong-object').map(({ detail }) => detail);
    expect(lines[0]).toBe('1 × tube-code');
    expect(lines).toHaveLength(2); // the first at once, the rest together: a flood fills no log
    await k.stop();
    kiosk = await TestKiosk.start({
      directory: place.directory,
      edge: k.edge,
      clock: k.clock,
      rig: new HandRig(),
    });
    expect(kiosk.state.wrongObjects).toEqual(noted);
  });

  it('KR7 a code cut off or run into another is told by the codes in use; scanned again or typed it is believed', async () => {
    const k = await start([READERS.tubes]);
    const seal = async (next: string) => {
      await scan(k, READERS.tubes, next);
      await k.do({ command: 'seal', swabbed: null });
    };
    await scan(k, READERS.tubes, '0000017');
    expect(k.face).toMatchObject({ face: 'tube-opened', code: '0000017' });
    expect(await scan(k, READERS.tubes, '00000180000019')).toEqual({ face: 'wrong-object', given: 'glued' });
    await seal('00018'); // two tubes may well have codes of two lengths
    expect(k.state.tube).toMatchObject({ code: '00018' });
    await k.do({ command: 'tube-code', code: '0000019' });
    await k.do({ command: 'seal', swabbed: null });
    expect(k.state.tube).toMatchObject({ code: '0000019' });
  });

  it('KR7 after three codes of one length another length is doubted once', async () => {
    const k = await start([READERS.tubes]);
    for (const code of ['0000017', '0000018', '0000019']) {
      await scan(k, READERS.tubes, code);
      if (k.face.face === 'sealing') await k.do({ command: 'seal', swabbed: null });
    }
    expect(k.state.tube).toMatchObject({ code: '0000019' });
    expect(await scan(k, READERS.tubes, '00020')).toEqual({ face: 'wrong-object', given: 'length' });
    await k.clock.advance(31_000);
    expect(await scan(k, READERS.tubes, '00020')).toEqual({ face: 'wrong-object', given: 'length' });
    expect(await scan(k, READERS.tubes, '00020')).toMatchObject({ face: 'sealing', code: '0000019' });
    await k.do({ command: 'dismiss' });
    await k.do({ command: 'tube-code', code: '00021' });
    expect(k.face).toMatchObject({ face: 'sealing' });
  });
});

describe('labels', () => {
  const labels = async () =>
    (await readerCase('03-aim-prefix')).map(({ hex }) => Buffer.from(hex, 'hex').toString('latin1').trim());

  it.each(['scanner', 'window'] as const)(
    'KR17 an AIM identifier, FNC1 and GS1 elements are no part of a tube code a %s brings: 03-aim-prefix',
    async (by) => {
      const [plain = '', serial = '', goods = ''] = await labels();
      const k = await start(by === 'scanner' ? [READERS.tubes] : [WEDGES.tubes]);
      const given = async (text: string) => {
        if (by === 'scanner') return await scan(k, READERS.tubes, text);
        await k.do({ command: 'scan', text });
        return k.face;
      };
      expect(await given(goods)).toEqual({ face: 'wrong-object', given: 'gs1-label' });
      expect(await given(plain)).toMatchObject({ face: 'tube-opened', code: '202211300001' });
      await k.do({ command: 'change-tube' });
      await k.do({ command: 'seal', swabbed: null });
      expect(await given(serial)).toMatchObject({ face: 'tube-opened', code: 'A' });
    },
  );

  it('KR17 a person is known by a label with an AIM identifier too', async () => {
    const k = await start([READERS.badges], { roster: true });
    expect(await scan(k, READERS.badges, `]C0${STAFF}`)).toMatchObject({ face: 'counted', walkIn: false });
    expect(await scan(k, READERS.badges, `]Q1${card(0).number}`)).toMatchObject({ face: 'counted' });
  });
});

describe('readers that type like a keyboard', () => {
  const burst = async (k: TestKiosk, text: string) => {
    const reply = await k.do({ command: 'scan', text });
    return { ok: reply.ok, face: k.face };
  };

  it('KR9 what a burst means follows the readers this station is set to', async () => {
    const k = await start([WEDGES.number, WEDGES.tubes], { roster: true });
    expect(rig.used).toEqual([]);
    expect(k.state.readers.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect((await burst(k, '0000017')).face).toMatchObject({ face: 'tube-opened', code: '0000017' });
    expect((await burst(k, '2712847316')).face).toMatchObject({ face: 'counted', numberUnknown: true });
    expect(k.state.readers.map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect(k.state.reader).toBe('ready');
    // Seven digits could be a number too (leading zeros dropped): it looks like this round's tubes.
    expect((await burst(k, '0000018')).face).toMatchObject({ face: 'sealing', code: '0000017' });
    await k.do({ command: 'seal', swabbed: null });
    expect((await burst(k, card(0).number)).face).toEqual({ face: 'wrong-object', given: 'person-code' });
  });

  it('KR9 with a number reader alone digits are tube codes where they look like them, and people else', async () => {
    const k = await start([WEDGES.number]);
    expect((await burst(k, '2712847316')).face).toMatchObject({ face: 'counted', tube: 'none' });
    expect((await burst(k, '0000017')).face).toMatchObject({ face: 'tube-opened', collected: 1 });
    expect((await burst(k, '1234567')).face).toMatchObject({ face: 'sealing' });
    await k.do({ command: 'dismiss' });
    expect((await burst(k, '12345678')).face).toMatchObject({ face: 'counted', ordinal: 2 });
  });

  it('LR14 of a reader that types all digits a shorter number is half of one and counts nobody', async () => {
    const k = await start([WEDGES.number]);
    await k.open('T1');
    expect((await burst(k, '0007324551')).face).toMatchObject({ face: 'counted' });
    expect((await burst(k, '34567890')).face).toMatchObject({ face: 'refused' });
    expect(swipesOf(k)).toHaveLength(1);
    expect((await burst(k, '3456789012')).face).toMatchObject({ face: 'counted' });
  });

  it('KR9 while a tube code is asked for a card number is the wrong object', async () => {
    const k = await start([WEDGES.number]);
    const reply = await k.do({ command: 'tube-scan', text: '2712847316' });
    expect(reply).toMatchObject({ ok: false });
    expect(k.face).toEqual({ face: 'wrong-object', given: 'card' });
    expect(swipesOf(k)).toEqual([]);
    // Seven digits might be such a number without its leading zeros: asked for a tube, it is one.
    expect(await k.do({ command: 'tube-scan', text: '0000017' })).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'tube-opened', code: '0000017' });
  });

  it('KR9 a scanner for badges that types counts whom it can name, beside one for tubes only by ID number', async () => {
    const k = await start([WEDGES.badges], { roster: true });
    expect((await burst(k, STAFF)).face).toMatchObject({ face: 'counted', walkIn: false });
    expect((await burst(k, '0000018')).face).toEqual({ face: 'wrong-object', given: 'tube-code' });
    await k.do({
      command: 'choose-reader',
      candidate: 'wedge',
      model: 'scanner-wedge',
      role: 'tube',
      numberFormat: null,
    });
    expect((await burst(k, '0000018')).face).toMatchObject({ face: 'tube-opened' });
    expect((await burst(k, card(1).number)).face).toMatchObject({ face: 'counted' });
  });

  it('KR9 while a staff number is asked for a badge is entered, and a card number is the card', async () => {
    const k = await start([WEDGES.number], { roster: true });
    expect(await k.do({ command: 'staff-scan', text: STAFF })).toEqual({ ok: true });
    expect(await k.do({ command: 'staff-scan', text: '2712847316' })).toEqual({ ok: true });
    expect(swipesOf(k).map(({ credential, entry }) => [credential.kind, entry])).toEqual([
      ['staff', 'manual'],
      ['physical', 'card'],
    ]);
  });

  it('KR9 without any such setting a burst is a tube code, as ever', async () => {
    const k = await start([READERS.card]);
    expect((await burst(k, '2712847316')).face).toMatchObject({ face: 'tube-opened', code: '2712847316' });
  });
});

describe('a keyboard that is read directly', () => {
  const HID = { at: 'hid:1209:0003', usb: { vendorId: '1209', productId: '0003', serialNumber: null } };
  const number = {
    ...HID,
    model: 'number-boot-keyboard',
    role: 'person',
    numberFormat: { digits: 'decimal', bytes: 4, byteOrder: 'same' },
  } as const satisfies ReaderSetting;
  const badges = { ...HID, model: 'scanner-boot-keyboard', role: 'person', numberFormat: null } as const;
  /** A burst of keys, and so much later what became of it. */
  const burst = async (k: TestKiosk, text: string, command: 'scan' | 'tube-scan' = 'scan') => {
    const reply = k.engine.send({ command, text });
    await k.clock.advance(APART_MS_MAX);
    await k.settle();
    return reply;
  };
  const DIGITS = '2712847316';
  const tells = (text: string) => {
    const told = physicalNumber(text, number.numberFormat) ?? '';
    rig.tell(number, { event: 'physical-number', number: told });
  };

  it('KR15 types into the window too: its card is counted once and opens no tube, whichever of the two comes first', async () => {
    const k = await start([number]);
    tells(DIGITS);
    expect(await burst(k, DIGITS)).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 1, tube: 'none' });
    // It lies there: the device tells that once, the keys go on.
    for (let i = 0; i < 5; i += 1) {
      await k.clock.advance(1_000 - APART_MS_MAX);
      expect(await burst(k, DIGITS)).toEqual({ ok: true });
    }
    const other = '2712847317';
    const late = k.engine.send({ command: 'scan', text: other });
    await k.clock.advance(APART_MS_MAX / 2);
    tells(other);
    await k.settle();
    expect(await late).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'counted', ordinal: 2, tube: 'none' });
    expect(swipesOf(k)).toHaveLength(2);
  });

  it('KR15 a badge is counted once, a card while a tube is asked for is told, and what cannot be a number opens no tube', async () => {
    const k = await start([badges], { roster: true });
    rig.tell(badges, { event: 'scan', text: STAFF });
    expect(await burst(k, STAFF)).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'counted' });
    rig.tell(badges, { event: 'scan', text: STAFF });
    expect(await burst(k, STAFF, 'tube-scan')).toMatchObject({ ok: false, code: 'not-a-tube-code' });
    await k.stop();
    place.remove();
    place = temporaryDirectory();
    rig = new HandRig();
    const n = await start([number]);
    rig.tell(number, { event: 'fault', code: 'number-format' });
    expect(await burst(n, '00A1B2C3')).toEqual({ ok: true });
    await n.clock.advance(1_000);
    expect(await burst(n, '00A1B2C3')).toEqual({ ok: true });
    expect(n.face).not.toMatchObject({ face: 'tube-opened' });
    expect(swipesOf(n)).toEqual([]);
  });

  it('KR15 what another device types beside it is a tube code as ever, and so is all while it is unplugged', async () => {
    const k = await start([number]);
    expect(await burst(k, '0000017')).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'tube-opened', code: '0000017' });
    rig.tell(number, { event: 'reader-gone', reason: 'disconnected', detail: 'pulled' });
    const reply = await k.do({ command: 'scan', text: '0000018' });
    expect(reply).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'sealing', code: '0000017' });
  });
});

describe('enrolment', () => {
  const begin = (k: TestKiosk) => k.do({ command: 'enrol', on: true });

  it('KR10 a number and a card read in the dialog are linked, in either order, and nobody is counted by it', async () => {
    const k = await start([READERS.card, READERS.number], { roster: true });
    k.link.reachable = false;
    k.link.cut();
    await begin(k);
    expect(k.face).toEqual({ face: 'enrolment', has: 'nothing', name: null });
    expect(await number(k, 1)).toEqual({ face: 'enrolment', has: 'number', name: null });
    expect(await reading(k, 1)).toMatchObject({ face: 'linked', already: false });
    await k.clock.advance(5_000);
    expect(k.face).toMatchObject({ face: 'enrolment', has: 'nothing' });
    expect(await reading(k, 0)).toMatchObject({ face: 'enrolment', has: 'person' });
    expect(await number(k, 2)).toMatchObject({ face: 'linked' });
    await k.do({ command: 'dismiss' });
    await k.do({ command: 'enrol', on: false });
    expect(k.face).toEqual({ face: 'idle' });
    // From now on the number is its owner's: on the roster, and the same person as the card.
    expect(await number(k, 1)).toMatchObject({ face: 'counted', walkIn: false });
    await k.clock.advance(2_000);
    expect(await reading(k, 1)).toMatchObject({ face: 'repeat-here' });
    expect(k.state.stationCount).toBe(1);
    k.link.reachable = true;
    await k.clock.advance(60_000);
    expect(linksOf(k).map(({ credentials }) => credentials)).toEqual([
      [numberKey(1), keyOf(round, 1)],
      [numberKey(2), keyOf(round, 0)],
    ]);
    expect(swipesOf(k)).toHaveLength(2);
  });

  it('KR10 an owner without a card is typed; the same pair again is said to be linked; a number of another is refused', async () => {
    const k = await start([READERS.number], { roster: true });
    await begin(k);
    const type = (kind: 'id' | 'staff', text: string) =>
      k.do({ command: 'enrol-person', kind, number: text });
    await number(k, 1);
    expect(await type('id', '110199198001010001')).toMatchObject({ ok: false });
    expect(await type('staff', STAFF)).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'linked', already: false });
    await k.clock.advance(5_000);
    await number(k, 1);
    await type('staff', STAFF);
    expect(k.face).toMatchObject({ face: 'linked', already: true });
    await k.clock.advance(5_000);
    await number(k, 1);
    expect(await type('id', card(0).number)).toEqual({ ok: true }); // the face has said it
    expect([k.face.face, faceSaid(k.face)]).toEqual(['refused', '这个卡号已经登记给别人,请找现场负责人']);
    expect(linksOf(k)).toHaveLength(1);
  });

  it('KR10 a reader that types may give the number, however short, and a scanned badge its owner', async () => {
    const k = await start([WEDGES.number], { roster: true });
    await begin(k);
    expect(await k.do({ command: 'scan', text: '1234567' })).toEqual({ ok: true });
    expect(k.face).toMatchObject({ has: 'number' });
    await k.do({ command: 'scan', text: STAFF });
    expect(k.face).toMatchObject({ face: 'linked' });
  });

  it('KR10 left alone it ends after a minute, and without the key of a round it does not begin', async () => {
    const k = await start([READERS.card, READERS.number]);
    await begin(k);
    await number(k, 1);
    await k.clock.advance(59_000);
    expect(k.face).toMatchObject({ face: 'enrolment' });
    await k.clock.advance(2_000);
    expect(k.face).toEqual({ face: 'idle' });
    expect(await reading(k, 1)).toMatchObject({ face: 'counted' });
    await k.stop();
    openSettings(place.directory).change({ pairing: testPairing(5) }); // a station no round plans
    const alone = await TestKiosk.start({ directory: place.directory, rig: new HandRig() });
    kiosk = alone;
    expect(await begin(alone)).toMatchObject({ ok: false, code: 'cannot-enrol' });
  });

  it('KR10 who was enrolled in the rehearsal is known when it counts, after a restart too', async () => {
    round = await makeRound(1, { state: 'draft' });
    const k = await start([READERS.card, READERS.number], { roster: true });
    await begin(k);
    await number(k, 1);
    await reading(k, 1);
    await k.stop();
    round.info.state = 'open';
    k.edge.rounds = roundsMessage(round);
    rig = new HandRig();
    kiosk = await TestKiosk.start({ directory: place.directory, edge: k.edge, clock: k.clock, rig });
    await kiosk.clock.advance(1_000);
    expect(await number(kiosk, 1)).toMatchObject({ face: 'counted', walkIn: false });
  });
});
