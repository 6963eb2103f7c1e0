import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, padKeyOf, type Key } from '../../../../kiosk/screen/input/keys.ts';
import {
  NO_KEYS,
  WEDGE_CHARACTERS_MAX,
  WEDGE_GAP_MS_MAX,
  WEDGE_LATE_END_MS_MAX,
  WEDGE_MEAN_MS_MAX,
  WEDGE_REST_MS_MAX,
  wedgeKey,
  type Wedge,
} from '../../../../kiosk/screen/input/wedge.ts';

import { readerCase } from '../../../site/readers/reader-case.ts';
import { burst, char, ENTER, feed } from '../../../support/screen/fed-keys.ts';

const press = (code: string, more: { key?: string; shiftKey?: boolean } = {}) =>
  keyOf({ code, key: more.key ?? code, shiftKey: more.shiftKey ?? false });
describe('keys of the kiosk', () => {
  it("SC4 a key is known by its place: an input method's Process changes nothing", () => {
    expect(press('Numpad0', { key: 'Process' })).toEqual(char('0'));
    expect(press('NumpadAdd', { key: 'Process' })).toEqual({ name: 'plus', char: '+' });
    expect(press('KeyX', { key: 'Process' })).toEqual(char('x'));
    expect(press('Digit7', { key: 'Process' })).toEqual(char('7'));
    expect(press('Numpad7', { key: 'Home' }), 'NumLock off').toEqual(char('7'));
    expect(press('Semicolon', { shiftKey: true })).toEqual(char(':'));
    expect(press('', { key: 'a' }), 'a scanner without codes').toEqual(char('a'));
    expect(press('F5')).toBeNull();
    expect(press('ShiftLeft')).toBeNull();
  });

  it('SC4 the main block does what the number pad does', () => {
    const pad = (code: string, shiftKey = false) => padKeyOf(press(code, { shiftKey })!).name;
    expect(pad('Minus')).toBe('minus');
    expect(pad('Equal', true)).toBe('plus');
    expect(pad('Equal')).toBe('plus');
    expect(pad('Digit8', true)).toBe('times');
    expect(pad('KeyX')).toBe('times');
    expect(pad('Digit8')).toBe('char');
  });

  it('SC6 a fast burst ended by Enter is a scan and none of its keys acts', () => {
    const keys = burst('0000018', 4);
    expect(feed([...keys, { key: ENTER, gapMs: 4 }])).toMatchObject({ typed: [], scans: ['0000018'] });
  });

  it('SC6 keys typed by hand all act, in order, whatever the gaps above the scanner’s', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            c: fc.constantFrom(...Array.from('0123456789+-')),
            gapMs: fc.integer({ min: WEDGE_GAP_MS_MAX + 1, max: 900 }),
          }),
        ),
        (typed) => {
          const keys = typed.map(({ c, gapMs }) => ({ key: char(c), gapMs }));
          const out = feed([...keys, { key: ENTER, gapMs: 200 }]);
          expect(out.scans).toEqual([]);
          expect(out.typed).toEqual([...keys.map(({ key }) => key), ENTER]);
        },
      ),
    );
  });

  it('SC6 no key is lost, doubled or reordered, whatever the gaps', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            c: fc.constantFrom(...Array.from('0123456789+\n')),
            gapMs: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 400 })),
          }),
          { maxLength: 60 },
        ),
        (input) => {
          const keys = input.map(({ c, gapMs }) => ({ key: c === '\n' ? ENTER : char(c), gapMs }));
          const out = feed(keys);
          expect(out.text).toBe(keys.map(({ key }) => key.char).join(''));
          // An Enter is typed, ends a scan, or is the late end of one that silence had ended.
          const enters = out.typed.filter(({ name }) => name === 'enter').length;
          const given = keys.filter(({ key }) => key === ENTER).length;
          expect(enters).toBeLessThanOrEqual(given);
          expect(enters + out.scans.length + out.cuts.length).toBeGreaterThanOrEqual(given);
        },
      ),
    );
  });

  it('SC6 three quick digits and Enter are a person, and held keys are bounded', () => {
    expect(feed([...burst('10 ', 5), { key: ENTER, gapMs: 5 }]).scans).toEqual([]);
    const many = feed(burst('1'.repeat(WEDGE_CHARACTERS_MAX + 50), 1));
    expect(many.typed, 'a health code of 250 characters must not press − and +').toEqual([]);
    expect(many.scans).toEqual(['1'.repeat(WEDGE_CHARACTERS_MAX)]);
  });

  it('KR8 a burst is told from typing by its mean and its longest gap', () => {
    const ended = (gaps: readonly number[]) =>
      feed([
        ...gaps.map((gapMs, i) => ({ key: char(String(i % 10)), gapMs })),
        { key: ENTER, gapMs: gaps[1] ?? 0 },
      ]);
    const even = (gapMs: number) => Array.from({ length: 10 }, () => gapMs);
    expect(ended(even(WEDGE_MEAN_MS_MAX)).scans).toEqual(['0123456789']);
    expect(ended(even(WEDGE_MEAN_MS_MAX + 1)).scans).toEqual([]);
    // One key the system delivers late does not make it typing; one later than the longest gap does.
    expect(ended(even(8).with(5, WEDGE_GAP_MS_MAX)).scans).toEqual(['0123456789']);
    expect(ended(even(8).with(1, WEDGE_GAP_MS_MAX)).scans).toEqual(['0123456789']);
    expect(ended(even(8).with(5, WEDGE_GAP_MS_MAX + 1)).scans).toEqual(['56789']);
  });

  it('KR8 a burst ends with Enter, Tab or silence; an Enter that comes late belongs to it', () => {
    const tab: Key = { name: 'tab', char: '' };
    expect(feed([...burst('0000018', 9), { key: tab, gapMs: 9 }])).toMatchObject({
      scans: ['0000018'],
      typed: [],
    });
    expect(feed(burst('00A1B2C3D4E5F607', 9)).scans).toEqual(['00A1B2C3D4E5F607']);
    const late = (gapMs: number) => feed([...burst('2712847316', 9), { key: ENTER, gapMs }]);
    expect(late(WEDGE_LATE_END_MS_MAX)).toMatchObject({ scans: ['2712847316'], typed: [] });
    expect(late(WEDGE_LATE_END_MS_MAX + 1)).toMatchObject({ scans: ['2712847316'], typed: [ENTER] });
  });

  it('KR16 a scan that a pause cuts in two is no scan and no keys, once scans have ended with Enter: 02-scan-split', async () => {
    const keys = (await readerCase('02-scan-split')).flatMap(({ hex, wait_ms: waitMs = 9 }) =>
      Array.from(Buffer.from(hex, 'hex').toString('latin1'), (c, i) => ({
        key: c === '\r' ? ENTER : char(c),
        gapMs: i === 0 ? waitMs : 9,
      })),
    );
    expect(feed(keys)).toMatchObject({
      scans: ['202211300001'],
      cuts: ['8901086261', '410'],
      typed: [],
    });
  });

  it('KR16 wherever a pause cuts a scan from four keys on, no part of it is told or typed', () => {
    const code = fc.stringMatching(/^[0-9]{8,30}$/);
    const pause = fc.integer({ min: WEDGE_GAP_MS_MAX + 1, max: WEDGE_REST_MS_MAX });
    fc.assert(
      fc.property(code, fc.integer({ min: 4, max: 29 }), pause, code, (torn, at, gapMs, next) => {
        fc.pre(at < torn.length && at !== 14);
        const first = [...burst('20221130000001', 9), { key: ENTER, gapMs: 9 }];
        const rest = [
          ...burst(torn, 9).with(0, { key: char(torn.charAt(0)), gapMs: 900 }),
          { key: ENTER, gapMs: 9 },
        ];
        const pieces = rest.with(at, { key: rest[at]!.key, gapMs });
        const after = [
          ...burst(next, 9).with(0, { key: char(next.charAt(0)), gapMs: 900 }),
          { key: ENTER, gapMs: 9 },
        ];
        const out = feed([...first, ...pieces, ...after]);
        expect(out.typed).toEqual([]);
        expect(out.scans).toEqual(['20221130000001', next]);
        expect(out.cuts.join('')).toBe(torn);
      }),
    );
  });

  it('KR16 a device without an end beside one with: the same text again is believed, and then its length', () => {
    const later = (text: string) => burst(text, 9).with(0, { key: char(text.charAt(0)), gapMs: 900 });
    const scan = [...later('202211300001'), { key: ENTER, gapMs: 9 }];
    const out = feed(
      [scan, later('2712847316'), scan, later('2712847316'), scan, later('3571840519')].flat(),
    );
    const tube = '202211300001';
    expect(out.scans).toEqual([tube, tube, '2712847316', tube, '3571840519']);
    expect(out.cuts).toEqual(['2712847316']);
  });

  it('KR16 a burst as long as the one that Enter ended before it has lost only its end', () => {
    const card = burst('2712847999', 9).with(0, { key: char('2'), gapMs: 900 });
    const out = feed([...burst('2712847316', 9), { key: ENTER, gapMs: 9 }, ...card]);
    expect(out).toMatchObject({ scans: ['2712847316', '2712847999'], cuts: [], typed: [] });
  });

  it('KR8 without an end short bursts and commands are hands on a number pad', () => {
    for (const text of ['12345', '++----', '......'])
      expect(feed(burst(text, 9)), text).toMatchObject({ scans: [], text });
  });

  it('KR8 a fast typist sees the digits at the latest four keys later', () => {
    const keys = burst('110199199003074', 70);
    let wedge: Wedge = NO_KEYS;
    let at = 0;
    for (const { key, gapMs } of keys) {
      wedge = wedgeKey(wedge, key, (at += gapMs)).wedge;
      expect(wedge.held.length).toBeLessThanOrEqual(4);
    }
  });
});
