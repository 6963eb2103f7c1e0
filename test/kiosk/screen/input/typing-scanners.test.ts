import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALT_DIGITS_MAX, KeyReader, type PagePress } from '../../../../kiosk/screen/input/key-reader.ts';
import { keyOf, type Key } from '../../../../kiosk/screen/input/keys.ts';
import { WEDGE_GAP_MS_MAX, WEDGE_MEAN_MS_MAX } from '../../../../kiosk/screen/input/wedge.ts';
import { ENTRY_FAULTS } from '../../../../kiosk/screen/words/entry-words.ts';
import { readerCase } from '../../../site/readers/reader-case.ts';
import { burst, char, ENTER, feed } from '../../../support/screen/fed-keys.ts';
import { FACE_STATES, BEFORE } from '../../../support/screen/kiosk-states.ts';
import { first, screenDesk } from '../../../support/screen/screen-desk.ts';
import { zhOf } from '../../../support/said.ts';

interface Stroke {
  up: boolean;
  press: PagePress;
}
const stroke = (code: string, more: Partial<PagePress> & { up?: boolean } = {}): Stroke => ({
  up: more.up === true,
  press: {
    code,
    key: 'Process',
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    timeStamp: 0,
    ...more,
  },
});
const down = (code: string, more: Partial<PagePress> = {}) => [
  stroke(code, more),
  stroke(code, { ...more, up: true }),
];
/** A character in ALT mode: Alt, its code on the number pad, Alt let go. */
const altCode = (c: string, digits = String(c.charCodeAt(0)).padStart(4, '0')): Stroke[] => [
  stroke('AltLeft', { altKey: true }),
  ...Array.from(digits).flatMap((digit) => down(`Numpad${digit}`, { altKey: true })),
  stroke('AltLeft', { up: true }),
];
const inAltMode = (text: string): Stroke[] => Array.from(text).flatMap((c) => altCode(c));

/** A desk whose keys come as a page tells them. */
function pageDesk() {
  const d = screenDesk();
  const reader = new KeyReader();
  return {
    ...d,
    async strokes(all: readonly Stroke[], gapMs: number) {
      for (const { up, press } of all) {
        const at = d.clock.monotonic();
        const told = { ...press, timeStamp: at };
        const { keys, taken } = up ? reader.up(told) : reader.down(told);
        if (taken && keys.length === 0) d.store.stroke(at);
        for (const key of keys) d.store.key(key, at);
        await d.clock.advance(gapMs);
      }
      await d.clock.advance(WEDGE_GAP_MS_MAX + 10);
    },
  };
}

describe('scanners that type slowly', () => {
  it('KR8 twelve digits and Enter at 40 ms a key are a scan, and none of its keys acts: 13-wedge-slow', async () => {
    for (const { hex, key_ms: gapMs } of await readerCase<{ hex: string; key_ms: number }>('13-wedge-slow')) {
      const keys = Array.from(Buffer.from(hex, 'hex').toString('latin1'), (c) => ({
        key: c === '\r' ? ENTER : char(c),
        gapMs,
      }));
      expect(feed(keys)).toMatchObject({ scans: ['202211300001'], typed: [], cuts: [], unreadable: 0 });
    }
  });

  it('KR8 any code of four characters and more at up to 50 ms a key, each up to 20 ms late, is one scan', () => {
    const lateness = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 31, maxLength: 31 });
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9A-Z]{4,30}$/),
        fc.integer({ min: 1, max: 50 }),
        lateness,
        (code, keyMs, late) => {
          const keys = [...Array.from(code, char), ENTER];
          const timed = keys.map((key, i) => ({
            key,
            gapMs: i === 0 ? 900 : Math.max(0, keyMs + late[i]! - late[i - 1]!),
          }));
          fc.pre(
            timed.slice(1).reduce((sum, { gapMs }) => sum + gapMs, 0) <= WEDGE_MEAN_MS_MAX * code.length,
          );
          expect(feed(timed)).toMatchObject({ scans: [code], typed: [], cuts: [] });
        },
      ),
    );
  });

  it('KR8 a hand of 60 ms a key and more is a hand: every key acts, in order, after scans too', () => {
    const gaps = fc.oneof(fc.integer({ min: 60, max: 100 }), fc.integer({ min: 80, max: 150 }));
    fc.assert(
      fc.property(
        fc.array(fc.record({ c: fc.constantFrom(...Array.from('0123456789+-*x')), gapMs: gaps }), {
          maxLength: 30,
        }),
        fc.boolean(),
        gaps,
        (hand, scannedBefore, lastMs) => {
          const before = scannedBefore ? [...burst('20221130000001', 9), { key: ENTER, gapMs: 9 }] : [];
          const keys = hand.map(({ c, gapMs }, i) => ({ key: char(c), gapMs: i === 0 ? 900 : gapMs }));
          const out = feed([...before, ...keys, { key: ENTER, gapMs: keys.length === 0 ? 900 : lastMs }]);
          expect(out.scans).toHaveLength(scannedBefore ? 1 : 0);
          expect(out.cuts).toEqual([]);
          expect(out.typed).toEqual([...keys.map(({ key }) => key), ENTER]);
        },
      ),
    );
  });
});

describe('scanners whose keys are no keys of a hand', () => {
  it.each([4, 12, 45])(
    'KR79 a scan in ALT mode is read at %d ms a stroke, and none of its keys acts',
    async (ms) => {
      const d = pageDesk();
      d.show(BEFORE);
      await d.strokes([...inAltMode('00A-1'), ...down('Enter')], ms);
      await d.strokes([...inAltMode('0000018'), ...altCode('\r', '013')], ms);
      expect(d.commands).toEqual([
        { command: 'scan', text: '00A-1' },
        { command: 'scan', text: '0000018' },
      ]);
      expect([d.draft(), d.fault()]).toEqual(['none', null]);
    },
  );

  it('KR79 with Alt on every key the keys of the main block are read by their places', async () => {
    const d = pageDesk();
    d.show(BEFORE);
    const alt = { altKey: true };
    await d.strokes(
      [...Array.from('0000018').flatMap((c) => down(`Digit${c}`, alt)), ...down('Enter', alt)],
      5,
    );
    expect(d.commands).toEqual([{ command: 'scan', text: '0000018' }]);
  });

  it('KR79 digits of the number pad under an Alt that is never let go are named, and nothing of them acts', async () => {
    const d = pageDesk();
    d.show(first('repeat-elsewhere'));
    const alt = { altKey: true };
    await d.strokes(
      [...Array.from('202211300001').flatMap((c) => down(`Numpad${c}`, alt)), ...down('Enter')],
      5,
    );
    expect([d.commands, d.draft(), d.fault()]).toEqual([[], 'none', zhOf(ENTRY_FAULTS.scannerSetting)]);
  });

  it('KR79 a code with a key nobody can name is named and never read without it', async () => {
    const lost = [
      { code: '', key: 'Unidentified' },
      { code: '', key: 'Process' },
      { code: 'Unidentified', key: 'Unidentified' },
      { code: 'IntlBackslash', key: '<' },
    ];
    for (const press of lost)
      for (const end of [[], down('Enter')]) {
        const d = pageDesk();
        d.show(BEFORE);
        await d.strokes(
          [...down('Digit0'), ...down(press.code, press), ...down('Digit4'), ...down('Digit5'), ...end],
          20,
        );
        expect([d.commands, d.draft(), d.fault()], press.code + press.key).toEqual([
          [],
          'none',
          zhOf(ENTRY_FAULTS.scannerSetting),
        ]);
      }
  });

  it('KR79 Ctrl with ], M, J and I are GS and the ends of a code', async () => {
    const d = pageDesk();
    d.show(BEFORE);
    const ctrl = { ctrlKey: true };
    const digits = (text: string) => Array.from(text).flatMap((c) => down(`Digit${c}`));
    const element = [...down('BracketRight', ctrl), ...digits('21778')];
    for (const end of ['KeyM', 'KeyJ', 'KeyI'])
      await d.strokes([...digits('0106901234567892'), ...element, ...down(end, ctrl)], 5);
    expect(d.commands).toEqual(
      Array.from({ length: 3 }, () => ({ command: 'scan', text: '0106901234567892\u001d21778' })),
    );
  });

  it('KR79 pressed by a hand they do nothing and take nothing away', async () => {
    const d = pageDesk();
    for (const state of [BEFORE, ...Object.values(FACE_STATES).map(([one]) => one!.state)]) {
      d.show(state);
      const before = d.draft();
      for (const strokes of [
        down('Numpad0', { altKey: true }),
        down('NumpadSubtract', { altKey: true }),
        down('Enter', { altKey: true }),
        altCode('0'),
        down('', { key: 'Unidentified' }),
        down('KeyM', { ctrlKey: true }),
      ])
        await d.strokes(strokes, 120);
      expect([d.commands, d.draft(), d.fault()]).toEqual([[], before, null]);
    }
  });

  it('KR79 whatever strokes with Alt, Ctrl or without a name come, at whatever pace, none of them is a command', async () => {
    const odd = fc.constantFrom(
      down('Numpad0', { altKey: true }),
      down('NumpadSubtract', { altKey: true }),
      down('NumpadAdd', { altKey: true }),
      down('Enter', { altKey: true }),
      down('Digit0', { altKey: true }),
      [stroke('AltLeft', { altKey: true })],
      [stroke('AltLeft', { up: true })],
      altCode('0'),
      altCode('-'),
      down('', { key: 'Unidentified' }),
      down('KeyJ', { ctrlKey: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(odd, { maxLength: 12 }),
        fc.integer({ min: 1, max: 130 }),
        async (all, ms) => {
          const d = pageDesk();
          d.show(BEFORE);
          await d.strokes(all.flat(), ms);
          expect(d.draft()).toBe('none');
          expect(d.commands.filter(({ command }) => command !== 'scan')).toEqual([]);
        },
      ),
    );
  });

  it('BN1 ALT mode takes codes of as many digits as the bound, and one more is none', () => {
    const read = (digits: string): Key[] => {
      const reader = new KeyReader();
      return altCode('', digits).flatMap(({ up, press }) => [
        ...(up ? reader.up(press) : reader.down(press)).keys,
      ]);
    };
    expect(read('65'.padStart(ALT_DIGITS_MAX, '0'))).toMatchObject([{ name: 'scan-only', char: 'A' }]);
    expect(read('65'.padStart(ALT_DIGITS_MAX - 1, '0'))).toMatchObject([{ name: 'scan-only', char: 'A' }]);
    expect(read('65'.padStart(ALT_DIGITS_MAX + 1, '0')).every(({ char: c }) => c === '')).toBe(true);
    expect(keyOf({ code: 'NumpadComma', key: ',', shiftKey: false })).toMatchObject({
      name: 'scan-only',
      char: '',
    });
  });
});
