import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeCardData, decodeCardText } from '#drivers/sdt/card-text.ts';
import { idCheckDigit, parseIdNumber } from '#shared/id-number.ts';

import { inventPerson } from '../../site/invented-people.ts';
import { type CardText, cardOf, encodeCardText } from '../../site/readers/simulated-reader-card.ts';
import { seededRandom } from '../../support/seeded-random.ts';

interface Expected {
  name: string;
  sexCode: string;
  birthDate: string;
  idNumber: string;
  validFrom: string;
  validTo: string;
  ethnicityCode?: string;
  kind: string;
  address: string;
}

const vectors = JSON.parse(readFileSync('test/vectors/sdt.json', 'utf8')) as {
  exchanges: { textHex: string; expected: Expected; steps: { name: string; hex: string }[] }[];
  textBlocks: { hex: string; expected: Expected }[];
  readAZeroFingerprint: string;
};

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
/** Preamble, length and status in front, check byte behind. */
const dataOf = (frameHex: string): Uint8Array => bytesOf(frameHex).subarray(10, -1);
const dashed = (date: string) => date.replace(/^(....)(..)(..)$/, '$1-$2-$3');

function expectReading(result: ReturnType<typeof decodeCardText>, expected: Expected): void {
  expect(result).toMatchObject({
    ok: true,
    reading: {
      kind: expected.kind === 'resident' ? 'resident' : 'hmt',
      number: expected.idNumber,
      name: expected.name,
      nameEnglish: null,
      sex: expected.sexCode === '1' ? 'M' : 'F',
      birth: dashed(expected.birthDate),
      validFrom: dashed(expected.validFrom),
      validTo: expected.validTo === '长期' ? 'long-term' : dashed(expected.validTo),
      ...(expected.ethnicityCode === undefined ? {} : { ethnicity: expected.ethnicityCode }),
    },
  });
  expect(JSON.stringify(result)).not.toContain(expected.address);
}

/** A block written by absolute offsets, as the tables of the standard have them. */
function blockOf(fields: readonly (readonly [offset: number, text: string])[]): Uint8Array {
  const block = Buffer.alloc(256);
  for (let at = 0; at < 256; at += 2) block.writeUInt16LE(0x20, at);
  for (const [offset, text] of fields) block.write(text, offset, 'utf16le');
  return Uint8Array.from(block);
}

const kinds = ['resident', 'hmt', 'foreigner-2023', 'foreigner-2017'] as const;
const CHARACTERS = Array.from('测试样例范虚·伟芳𠮷');

/** Cards of all kinds with names of any length that fits; 15 code units hold a Chinese name. */
const cardText: fc.Arbitrary<CardText> = fc
  .record({
    seed: fc.nat(),
    kind: fc.constantFrom(...kinds),
    characters: fc.array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 7 }),
    nameEnglish: fc.stringMatching(/^[A-Z][A-Z ,'-]{0,43}[A-Z]$/),
    saysSex: fc.constantFrom(null, '0', '9'),
    validTo: fc.constantFrom('长期', '20350601', ''),
    ethnicity: fc.constantFrom('01', '56', '97', '5A'),
  })
  .map(({ seed, characters, saysSex, ...rest }) => {
    const person = inventPerson(seededRandom(seed), rest.kind);
    const isForeigner = rest.kind === 'foreigner-2017' || rest.kind === 'foreigner-2023';
    return {
      ...rest,
      nameEnglish: isForeigner ? rest.nameEnglish : '',
      number: person.number,
      sexCode: saysSex ?? (person.sex === 'M' ? '1' : '2'),
      birth: person.birth.replaceAll('-', ''),
      name: characters.join(''),
      validFrom: '20150601',
      nationality: 'UTO',
    };
  });

/** A case of `test/cases/card-contents.json`: what differs from the specimen, and the number read or the fault told. */
interface ContentCase {
  what: string;
  card: Partial<CardText>;
  expected: string;
}

const SPECIMEN: CardText = {
  kind: 'resident',
  number: '110199198803150010',
  name: '测试甲',
  nameEnglish: '',
  sexCode: '1',
  birth: '19880315',
  validFrom: '20150601',
  validTo: '20350601',
  ethnicity: '01',
  nationality: 'UTO',
};

describe('the text of a card', () => {
  it('CR9 text blocks and read replies of the vectors are these people', () => {
    for (const { textHex, expected, steps } of vectors.exchanges) {
      expectReading(decodeCardText(bytesOf(textHex)), expected);
      const read = steps.find(({ name }) => name.startsWith('text+photo'));
      expectReading(decodeCardData(dataOf(read!.hex)), expected);
    }
    for (const { hex, expected } of vectors.textBlocks) expectReading(decodeCardText(bytesOf(hex)), expected);
    expectReading(decodeCardData(dataOf(vectors.readAZeroFingerprint)), vectors.exchanges[0]!.expected);
  });

  it('CR9 the foreigner cards of 2017 and 2023 are read by their own tables', () => {
    const first17 = '91199919850505007';
    const number = first17 + idCheckDigit(first17);
    const of2023 = blockOf([
      [0, '样本安娜'],
      [30, '2'],
      [32, '01'],
      [36, '19850505'],
      [52, 'SPECIMEN-WITH-A-VERY-LONG-SURNAME AN'.slice(0, 35)],
      [122, number],
      [188, '20240101'],
      [204, '20331231'],
      [220, 'NA'],
      [242, 'UTO'],
      [248, 'Y'],
    ]);
    expect(decodeCardText(of2023)).toEqual({
      ok: true,
      reading: {
        kind: 'foreigner-2023',
        number,
        name: '样本安娜',
        nameEnglish: 'SPECIMEN-WITH-A-VERY-LONG-SURNAME ANA',
        sex: 'F',
        birth: '1985-05-05',
        validFrom: '2024-01-01',
        validTo: '2033-12-31',
        nationality: 'UTO',
      },
    });
    const of2017 = blockOf([
      [0, 'SPECIMEN ANNA'],
      [120, '2'],
      [122, 'UTO310085050504'],
      [152, 'UTO'],
      [188, '20150601'],
      [204, '20250531'],
      [220, '19850505'],
      [236, '01'],
      [240, '1100'],
      [248, 'I'],
    ]);
    expect(decodeCardText(of2017)).toEqual({
      ok: true,
      reading: {
        kind: 'foreigner-2017',
        number: 'UTO310085050504',
        name: 'SPECIMEN ANNA',
        nameEnglish: 'SPECIMEN ANNA',
        sex: 'F',
        birth: '1985-05-05',
        validFrom: '2015-06-01',
        validTo: '2025-05-31',
        nationality: 'UTO',
      },
    });
  });

  it('CR9 what was written on a card of any kind is what is read, surrogate pairs included', () => {
    fc.assert(
      fc.property(cardText, (card) => {
        const result = decodeCardText(encodeCardText(card));
        if (!result.ok) throw new Error(result.code);
        const { reading } = result;
        expect(reading).toMatchObject({ kind: card.kind, number: card.number, name: card.name });
        expect(reading.nameEnglish ?? '').toBe(card.nameEnglish);
        expect(reading.sex).toBe({ 0: 'unknown', 1: 'M', 2: 'F', 9: 'unspecified' }[card.sexCode]);
        expect(reading.birth).toBe(dashed(card.birth));
        expect(reading.validTo).toBe(
          card.validTo === '长期' ? 'long-term' : card.validTo === '' ? null : dashed(card.validTo),
        );
        if (reading.kind === 'resident') expect(reading.ethnicity).toBe(card.ethnicity);
      }),
    );
  });

  it('CR10 neither photo nor fingerprint, address or authority is in a reading', () => {
    const { textHex } = vectors.exchanges[0]!;
    const result = decodeCardText(bytesOf(textHex));
    if (!result.ok) throw new Error(result.code);
    expect(Object.keys(result.reading).toSorted()).toEqual(
      [
        'birth',
        'ethnicity',
        'kind',
        'name',
        'nameEnglish',
        'number',
        'sex',
        'validFrom',
        'validTo',
      ].toSorted(),
    );
  });

  it('CR11 a card whose content is no reading is told by name, and no content throws', () => {
    const { text } = cardOf(inventPerson(seededRandom(1), 'resident'));
    const changed = (offset: number, unit: string) => {
      const copy = Buffer.from(text);
      copy.write(unit, offset, 'utf16le');
      return decodeCardText(copy);
    };
    const digit = Buffer.from(text).toString('utf16le', 122 + 10, 122 + 12);
    expect(changed(248, 'Z')).toEqual({ ok: false, code: 'unknown-card-type' });
    expect(changed(122 + 10, digit === '9' ? '8' : '9')).toEqual({ ok: false, code: 'invalid-number' });
    expect(changed(122, ' '.repeat(18))).toEqual({ ok: false, code: 'invalid-number' });
    expect(changed(0, ' '.repeat(15))).toEqual({ ok: false, code: 'missing-name' });
    expect(decodeCardText(text.subarray(0, 255))).toEqual({ ok: false, code: 'content-length' });
    expect(decodeCardData(Uint8Array.of(1, 0, 4, 0, 1))).toEqual({ ok: false, code: 'content-length' });
    expect(decodeCardData(new Uint8Array(0))).toEqual({ ok: false, code: 'content-length' });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (any) => void decodeCardText(any)),
    );
    fc.assert(fc.property(fc.uint8Array(), (any) => void decodeCardData(any)));
  });

  it('CR13 15 digits, a birth or sex that contradicts the number, a control character in the name: each its fault', () => {
    const cases = JSON.parse(readFileSync('test/cases/card-contents.json', 'utf8')) as ContentCase[];
    expect(cases.length).toBeGreaterThan(10);
    for (const { what, card, expected } of cases) {
      const result = decodeCardText(encodeCardText({ ...SPECIMEN, ...card }));
      expect(result.ok ? result.reading.number : result.code, what).toBe(expected);
    }
  });

  it('CR13 whatever the text, a reading says what its number says and its names hold no control character', () => {
    const units = fc.array(
      fc.constantFrom(0, 7, 0x0a, 0x20, 0x200b, 0x202e, 0xd83d, 0xde00, 0xfeff, 0x4b6d, 0x6d4b),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(cardText, units, fc.constantFrom('0', '1', '2', '9'), (card, name, sexCode) => {
        const result = decodeCardText(
          encodeCardText({ ...card, sexCode, name: String.fromCharCode(...name) }),
        );
        if (!result.ok) return;
        const { name: read, nameEnglish, sex, kind } = result.reading;
        expect(`${read}${nameEnglish ?? ''}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\ufffd]/u);
        const parsed = parseIdNumber(result.reading.number);
        if (!parsed.ok) throw new Error(parsed.code);
        if (kind === 'resident' || kind === 'hmt')
          expect(['unknown', 'unspecified', parsed.sex]).toContain(sex);
        expect(result.reading.birth.slice(2)).toBe(parsed.birth.slice(2));
      }),
      { numRuns: 1_000 },
    );
  });

  it('CR11 a garbled date turns nobody away: the number has the birth', () => {
    const person = inventPerson(seededRandom(2), 'resident');
    const copy = Buffer.from(cardOf(person).text);
    copy.write('19991332', 36, 'utf16le');
    copy.write('????????', 188, 'utf16le');
    expect(decodeCardText(copy)).toMatchObject({
      ok: true,
      reading: { birth: person.birth, validFrom: null },
    });
  });
});
