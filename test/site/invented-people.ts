import { idCheckDigit, foreignerCheckDigit, type Sex } from '#shared/id-number.ts';
import type { ReadingKind } from '#shared/reading.ts';

import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';

/** Somebody who does not exist: region 110199 and telephone prefix 100 are in use nowhere. */
export interface InventedPerson {
  kind: ReadingKind;
  number: string;
  /** Chinese, or English where there is no Chinese one. */
  name: string;
  nameEnglish: string | null;
  sex: Sex;
  /** `YYYY-MM-DD` */
  birth: string;
  /** 11 digits. */
  phone: string;
}

const SURNAMES = ['测', '试', '样', '例', '范', '虚'];
const GIVEN = Array.from('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉红建国志海云山春雪梅林松柏江河');
const ENGLISH_SURNAMES = ['SPECIMEN', 'SAMPLE', 'EXAMPLE', 'INVENTED'];
const ENGLISH_GIVEN = ['ANNA', 'BORIS', 'CLARA', 'DAVID', 'EMMA', 'FELIX'];

/** A name of each unusual sort stands at this place of every 200. */
const PER_ROWS = 200;
const DOTTED_AT = 40;
const BEYOND_BMP_AT = 80;
const FOUR_CHARACTERS_AT = 120;
const FOREIGNER_AT = 160;
/** Whoever stands here bears the name of the person before: three pairs in every 200. */
const NAMESAKES_AT = new Set([21, 101, 181]);

/** As many people as asked, all numbers different; the same seed gives the same people. */
export function inventPeople(options: { seed: number; count: number }): InventedPerson[] {
  const random = seededRandom(options.seed);
  const people: InventedPerson[] = [];
  const numbers = new Set<string>();
  while (people.length < options.count) {
    const place = people.length % PER_ROWS;
    const kind = place === FOREIGNER_AT ? 'foreigner-2023' : 'resident';
    const person = inventPerson(random, kind);
    if (numbers.has(person.number)) continue;
    numbers.add(person.number);
    const name = unusualName(place, random) ?? (NAMESAKES_AT.has(place) ? people.at(-1)!.name : person.name);
    people.push({ ...person, name });
  }
  return people;
}

/** One person with a card of the kind given. */
export function inventPerson(random: SeededRandom, kind: ReadingKind): InventedPerson {
  const birth = inventBirth(random);
  const sex: Sex = random.below(2) === 0 ? 'M' : 'F';
  const isForeigner = kind === 'foreigner-2017' || kind === 'foreigner-2023';
  return {
    kind,
    number: inventNumber(random, { kind, birth, sex }),
    name: inventName(random, random.below(4) === 0 ? 1 : 2),
    nameEnglish: isForeigner ? `${random.pick(ENGLISH_SURNAMES)} ${random.pick(ENGLISH_GIVEN)}` : null,
    sex,
    birth,
    phone: `100${digits(random, 8)}`,
  };
}

function inventNumber(random: SeededRandom, of: { kind: ReadingKind; birth: string; sex: Sex }): string {
  const birth = of.birth.replaceAll('-', '');
  if (of.kind === 'foreigner-2017') {
    const first14 = `UTO1101${birth.slice(2)}${digits(random, 1)}`; // UTO: Utopia, of passport specimens.
    return first14 + foreignerCheckDigit(first14);
  }
  // 999 belongs to no country: ISO 3166 leaves it to its users.
  const region = {
    resident: '110199',
    hmt: random.pick(['810000', '820000', '830000']),
    'foreigner-2023': '911999',
  };
  const parity = random.pick(of.sex === 'M' ? [1, 3, 5, 7, 9] : [0, 2, 4, 6, 8]);
  const first17 = `${region[of.kind]}${birth}${digits(random, 2)}${parity}`;
  return first17 + idCheckDigit(first17);
}

/** Of working age in 2021. */
function inventBirth(random: SeededRandom): string {
  const earliest = Date.UTC(1961, 0, 1);
  const latest = Date.UTC(2002, 11, 31);
  return new Date(earliest + random.next() * (latest - earliest)).toISOString().slice(0, 10);
}

function unusualName(place: number, random: SeededRandom): string | null {
  if (place === DOTTED_AT) return `${random.pick(SURNAMES)}·${inventName(random, 2)}`;
  if (place === BEYOND_BMP_AT) return `${random.pick(SURNAMES)}𠮷`;
  if (place === FOUR_CHARACTERS_AT) return inventName(random, 3);
  return null;
}

function inventName(random: SeededRandom, givenCharacters: number): string {
  return random.pick(SURNAMES) + Array.from({ length: givenCharacters }, () => random.pick(GIVEN)).join('');
}

function digits(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.below(10)).join('');
}
