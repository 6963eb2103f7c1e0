import { type Sex, maskBirth, maskName, maskNumber } from './id-number.ts';

/**
 * One card seen once by one reader. Photo, fingerprint, address and authority end at the decoder: nobody needs them
 * to count people, so nobody above it can store or leak them.
 */
export type Reading = ResidentReading | HmtReading | ForeignerReading;

export type ReadingKind = Reading['kind'];

interface CardHolder {
  /** Canonical, its check digit verified (id-number.ts). */
  number: string;
  /** The Chinese name, or the English one where there is none; never empty. */
  name: string;
  nameEnglish: string | null;
  sex: Sex;
  /** `YYYY-MM-DD` */
  birth: string;
  /** `YYYY-MM-DD`, or null where the card has none. */
  validFrom: string | null;
  /** `YYYY-MM-DD`; 'long-term' where the card says 长期; null where it has none. */
  validTo: string | null;
}

interface ResidentReading extends CardHolder {
  kind: 'resident';
  /** GB/T 3304: '01' … '56', '97', '98'; vendors add private codes, which stay as they are; empty where the reader does not tell it. */
  ethnicity: string;
}

/** The residence permit of people from Hong Kong, Macao and Taiwan. */
interface HmtReading extends CardHolder {
  kind: 'hmt';
}

interface ForeignerReading extends CardHolder {
  kind: 'foreigner-2017' | 'foreigner-2023';
  /** ISO 3166-1 alpha-3; empty where the reader does not tell it. */
  nationality: string;
}

export const LONG_TERM = 'long-term';

/** The same reading with number, names and birth masked: for logs, terminals and screens others can see. */
export function maskReading<T extends Reading>(reading: T): T {
  return {
    ...reading,
    number: maskNumber(reading.number),
    name: maskName(reading.name),
    nameEnglish: reading.nameEnglish === null ? null : maskName(reading.nameEnglish),
    birth: maskBirth(reading.birth),
  };
}
