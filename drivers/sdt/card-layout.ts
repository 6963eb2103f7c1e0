import type { ReadingKind } from '#shared/reading.ts';

/** A field of the text block: byte offset and length in UTF-16LE, so length / 2 code units. */
export type Field = readonly [offset: number, bytes: number];

export const TEXT_BLOCK_BYTES = 256;

/** The code unit that says which of the four layouts a block has. */
export const TYPE_FLAG: Field = [248, 2];

export const KIND_BY_TYPE_FLAG: ReadonlyMap<string, ReadingKind> = new Map([
  ['', 'resident'],
  ['J', 'hmt'],
  ['Y', 'foreigner-2023'],
  ['I', 'foreigner-2017'],
]);

/** Where the fields we use stand (reader-protocols.md 2, from GA/T 490 tables). Address and authority are never decoded. */
interface CardLayout {
  name: Field;
  /** One after the other; the name is their sum. */
  nameEnglish: readonly Field[];
  sex: Field;
  birth: Field;
  number: Field;
  validFrom: Field;
  validTo: Field;
}

const COMMON = {
  name: [0, 30],
  nameEnglish: [],
  sex: [30, 2],
  birth: [36, 16],
  number: [122, 36],
  validFrom: [188, 16],
  validTo: [204, 16],
} as const satisfies CardLayout;

interface CardLayouts extends Record<ReadingKind, CardLayout> {
  resident: CardLayout & { ethnicity: Field };
  'foreigner-2023': CardLayout & { nationality: Field };
  'foreigner-2017': CardLayout & { nationality: Field };
}

export const CARD_LAYOUTS: CardLayouts = {
  resident: { ...COMMON, ethnicity: [32, 4] },
  hmt: COMMON,
  'foreigner-2023': {
    ...COMMON,
    nameEnglish: [
      [52, 70],
      [220, 22],
    ],
    nationality: [242, 6],
  },
  'foreigner-2017': {
    ...COMMON,
    name: [158, 30],
    nameEnglish: [[0, 120]],
    sex: [120, 2],
    birth: [220, 16],
    number: [122, 30],
    nationality: [152, 6],
  },
};
