import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, padKeyOf, type Key } from '../../kiosk/screen/keys.ts';
import {
  NO_KEYS,
  releaseKeys,
  WEDGE_CHARACTERS_MAX,
  WEDGE_GAP_MS_MAX,
  wedgeKey,
  type Wedge,
} from '../../kiosk/screen/wedge.ts';

const press = (code: string, more: { key?: string; shiftKey?: boolean } = {}) =>
  keyOf({ code, key: more.key ?? code, shiftKey: more.shiftKey ?? false });
const ENTER: Key = { name: 'enter', char: '' };
const char = (text: string): Key => ({ name: 'char', char: text });

/** Feeds keys with the gaps before them (ms) and lets the gap pass at the end. */
function feed(keys: readonly { key: Key; gapMs: number }[]): { typed: Key[]; scans: string[] } {
  let wedge: Wedge = NO_KEYS;
  let at = 0;
  const out = { typed: [] as Key[], scans: [] as string[] };
  for (const { key, gapMs } of keys) {
    at += gapMs;
    if (gapMs > WEDGE_GAP_MS_MAX) {
      out.typed.push(...releaseKeys(wedge).typed);
      wedge = NO_KEYS;
    }
    const step = wedgeKey(wedge, key, at);
    wedge = step.wedge;
    out.typed.push(...step.typed);
    if (step.scan !== null) out.scans.push(step.scan);
  }
  out.typed.push(...releaseKeys(wedge).typed);
  return out;
}

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
    const keys = Array.from('0000018', (c) => ({ key: char(c), gapMs: 4 }));
    expect(feed([...keys, { key: ENTER, gapMs: 4 }])).toEqual({ typed: [], scans: ['0000018'] });
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

  it('SC6 no key is lost or doubled, whatever the gaps', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            c: fc.constantFrom(...Array.from('0123456789\n')),
            gapMs: fc.integer({ min: 0, max: 120 }),
          }),
          { maxLength: 60 },
        ),
        (input) => {
          const keys = input.map(({ c, gapMs }) => ({ key: c === '\n' ? ENTER : char(c), gapMs }));
          const out = feed(keys);
          const count = out.typed.length + out.scans.reduce((sum, scan) => sum + scan.length + 1, 0);
          expect(count).toBe(keys.length);
        },
      ),
    );
  });

  it('SC6 three quick digits and Enter are a person, and held keys are bounded', () => {
    const three = Array.from('10 ', (c) => ({ key: char(c), gapMs: 5 }));
    expect(feed([...three, { key: ENTER, gapMs: 5 }]).scans).toEqual([]);
    const many = Array.from({ length: WEDGE_CHARACTERS_MAX + 50 }, () => ({ key: char('1'), gapMs: 1 }));
    expect(feed(many).typed).toHaveLength(many.length);
  });
});
