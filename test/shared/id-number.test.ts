import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  foreignerCheckDigit,
  idCheckDigit,
  maskBirth,
  maskName,
  maskNumber,
  parseIdNumber,
} from '#shared/id-number.ts';

import { inventPeople, inventPerson } from '../site/invented-people.ts';
import { seededRandom } from '../support/seeded-random.ts';

const { idNumbers } = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as {
  idNumbers: {
    valid18: { id: string; birth: string; sex: string }[];
    valid15Foreigner2017: string[];
    legacy15to18: { in: string; out: string }[];
    invalid: { id: string; why: string }[];
  };
};

const code = (raw: string) => {
  const result = parseIdNumber(raw);
  return result.ok ? 'ok' : result.code;
};

describe('ID numbers', () => {
  it('ID1 18 digits give birth and sex and are checked by MOD 11-2', () => {
    for (const { id, birth, sex } of idNumbers.valid18) {
      const result = parseIdNumber(id);
      expect(result).toMatchObject({ ok: true, number: id, sex });
      expect(result.ok && result.birth.replaceAll('-', '')).toBe(birth);
    }
    // Published specimens.
    expect(code('11010519491231002X')).toBe('ok');
    expect(code('440524188001010014')).toBe('ok');
  });

  it('ID1 no wrong digit and no two neighbours exchanged pass the check', () => {
    const numbers = inventPeople({ seed: 5, count: 60 }).map(({ number }) => number);
    for (const number of numbers) {
      for (let at = 0; at < 17; at += 1) {
        const other = String((Number(number[at]) + 1) % 10);
        expect(code(number.slice(0, at) + other + number.slice(at + 1))).not.toBe('ok');
        const swapped = number.slice(0, at) + number[at + 1] + number[at] + number.slice(at + 2);
        if (swapped !== number) expect(code(swapped)).not.toBe('ok');
      }
    }
  });

  it('ID2 15 digits are upgraded to the 18 of the same person, centenarians to 18xx', () => {
    for (const { in: old, out } of idNumbers.legacy15to18) {
      expect(parseIdNumber(old)).toMatchObject({ ok: true, number: out, form: '15' });
    }
    expect(parseIdNumber('110199800101996')).toMatchObject({ ok: true, birth: '1880-01-01' });
  });

  it('ID3 permits of Hong Kong, Macao and Taiwan and foreigner numbers of both years are numbers', () => {
    const random = seededRandom(3);
    for (const kind of ['hmt', 'foreigner-2023', 'foreigner-2017'] as const) {
      const person = inventPerson(random, kind);
      expect(parseIdNumber(person.number)).toMatchObject({ ok: true, form: kind, number: person.number });
    }
    for (const number of [...idNumbers.valid15Foreigner2017, 'PAK310080010103']) {
      expect(parseIdNumber(number)).toMatchObject({ ok: true, form: 'foreigner-2017', sex: 'unknown' });
    }
    expect(parseIdNumber('PAK310080010103')).toMatchObject({ birth: '1980-01-01' });
    expect(code('PAK310080010104')).toBe('check-digit');
    expect(code('PAK310080130104')).toBe('date');
  });

  it('ID4 a number reads the same full-width, with a lower-case x, blanks of any kind or an apostrophe', () => {
    const wide = (text: string) => text.replace(/./gu, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    const blank = fc.constantFrom(' ', '\u00a0', '\u3000', '\t', '\u200b', '\ufeff', '\u202d', '\r\n');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 199 }),
        fc.array(fc.tuple(fc.nat(18), blank), { maxLength: 5 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('', "'", '’', '＇'),
        (index, blanks, isWide, isLower, quote) => {
          const { number } = PEOPLE[index]!;
          let typed = isLower ? number.toLowerCase() : number;
          if (isWide) typed = wide(typed);
          for (const [at, gap] of blanks) typed = typed.slice(0, at) + gap + typed.slice(at);
          expect(parseIdNumber(quote + typed)).toEqual(parseIdNumber(number));
          expect(parseIdNumber(number).ok).toBe(true);
        },
      ),
    );
  });

  it('ID5 what is no number is refused with what is wrong about it', () => {
    for (const { id, why } of idNumbers.invalid) {
      expect(code(id)).toBe(why.startsWith('check digit') ? 'check-digit' : 'date');
    }
    expect(code('')).toBe('length');
    expect(code('11019919880315001')).toBe('length');
    expect(code('11019919880315001O')).toBe('characters');
    expect(code('X10199198803150010')).toBe('characters');
    expect(code('110199198803150X10')).toBe('characters');
    expect(code('100199198803150010')).toBe('province');
    expect(code('700199880315001')).toBe('province');
    expect(code('110199991332001')).toBe('date');
    expect(code('110199190002290011')).toBe('date');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseIdNumber(text)));
  });

  it('ID6 masks keep whole characters and never the middle of a number', () => {
    expect(maskNumber('110199195601310019')).toBe('110***********0019');
    expect(maskNumber('00127168')).toBe('******68');
    expect(maskNumber('00127')).toBe('*****');
    expect(maskNumber('')).toBe('');
    expect(maskName('张三')).toBe('张*');
    expect(maskName('测试甲')).toBe('测*甲');
    expect(maskName('样·买买提')).toBe('样***提');
    expect(maskName('𠮷𠮷𠮷')).toBe('𠮷*𠮷');
    expect(maskName('测𠮷')).toBe('测*');
    expect(maskName('测')).toBe('*');
    expect(maskName('')).toBe('');
    expect(maskName("SPECIMEN, ANNA-LENA O'NEIL")).toBe('S*** A*** O***');
    expect(maskBirth('1956-01-31')).toBe('1956-**-**');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), (name) => {
        expect(maskName(name).isWellFormed()).toBe(true);
      }),
    );
  });

  it('ID7 invented people are different, have numbers that pass, and the same seed invents them again', () => {
    expect(new Set(PEOPLE.map(({ number }) => number)).size).toBe(PEOPLE.length);
    for (const person of PEOPLE) {
      const { birth, sex } = person;
      expect(parseIdNumber(person.number)).toMatchObject({ ok: true, birth, sex });
      expect(person.phone).toMatch(/^100[0-9]{8}$/);
    }
    expect(inventPeople({ seed: 8, count: 200 })).toEqual(PEOPLE);
    expect(inventPeople({ seed: 9, count: 200 })).not.toEqual(PEOPLE);
    expect(PEOPLE.filter(({ name }) => name.includes('·'))).toHaveLength(1);
    expect(PEOPLE.filter(({ name }) => name.includes('𠮷'))).toHaveLength(1);
    expect(PEOPLE.filter(({ kind }) => kind === 'foreigner-2023')).toHaveLength(1);
  });

  it('ID1 check digits are computed only of what can have one', () => {
    expect(() => idCheckDigit('1101991956013100')).toThrow('17 digits');
    expect(() => foreignerCheckDigit('PAK3100800101')).toThrow('11 digits');
  });
});

const PEOPLE = inventPeople({ seed: 8, count: 200 });
