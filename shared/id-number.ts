/**
 * Numbers of ID cards as people type them, files hold them and cards carry them: GB 11643-1999 (18 digits), its
 * 15-digit forerunner, the residence permits of Hong Kong, Macao and Taiwan people, and both foreigner cards.
 */

/** As GB/T 2261.1 has it: 1 male, 2 female, 0 unknown, 9 unspecified. */
export type Sex = 'M' | 'F' | 'unknown' | 'unspecified';

type IdNumberForm = '18' | '15' | 'hmt' | 'foreigner-2023' | 'foreigner-2017';

/** Why a number is none, in the order in which it is examined. */
type IdNumberFault = 'length' | 'characters' | 'province' | 'date' | 'check-digit';

export type IdNumber = {
  ok: true;
  /** Canonical: 18 characters with an upper-case X (15 digits upgraded), or 15 for a foreigner card of 2017. */
  number: string;
  form: IdNumberForm;
  /** `YYYY-MM-DD` */
  birth: string;
  /** 'unknown' for a foreigner card of 2017, whose number does not say it. */
  sex: Sex;
};

export type IdNumberResult = IdNumber | { ok: false; code: IdNumberFault };

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = '10X98765432';

/** The last foreigner card with a two-digit birth year was issued in 2023, so a later year means 19xx. */
const FOREIGNER_2017_LAST_YEAR = 23;

/** Sequences 996 to 999 of 15-digit numbers were given to people already a hundred years old: born in 18xx. */
const CENTENARIAN_SEQUENCE_MIN = 996;

/** Reads a number as typed, pasted or read from a card; `raw` may carry blanks, full-width digits, a lower-case x. */
export function parseIdNumber(raw: string): IdNumberResult {
  const text = normaliseIdNumber(raw);
  if (text.length !== 15 && text.length !== 18) return { ok: false, code: 'length' };
  if (/^[0-9]{17}[0-9X]$/.test(text)) return parse18(text);
  if (/^[0-9]{15}$/.test(text)) return parse15(text);
  if (/^[A-Z]{3}[0-9]{12}$/.test(text)) return parseForeigner2017(text);
  return { ok: false, code: 'characters' };
}

/**
 * What is certain and nothing more: full-width characters become plain, letters upper-case, every blank (also NBSP,
 * U+3000, zero-width and direction marks from a paste) goes, and so does a spreadsheet's leading apostrophe.
 */
export function normaliseIdNumber(raw: string): string {
  return raw
    .replace(/[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]/gu, '')
    .replace(/[\uff01-\uff5e]/gu, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/^['‘’`]/u, '')
    .toUpperCase();
}

/** The 18th character to 17 digits: GB 11643-1999 (ISO 7064 MOD 11-2). Throws on anything but 17 digits. */
export function idCheckDigit(first17: string): string {
  if (!/^[0-9]{17}$/.test(first17)) throw new Error('idCheckDigit needs 17 digits');
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return CHECK_DIGITS.charAt(sum % 11);
}

/** The 15th digit of a foreigner card of 2017: characters (A = 10 … Z = 35) × 7, 3, 1 in turn, sum mod 10. */
export function foreignerCheckDigit(first14: string): string {
  if (!/^[A-Z]{3}[0-9]{11}$/.test(first14))
    throw new Error('foreignerCheckDigit needs 3 letters and 11 digits');
  const sum = [...first14].reduce((total, c, index) => total + parseInt(c, 36) * [7, 3, 1][index % 3]!, 0);
  return String(sum % 10);
}

function parse18(text: string): IdNumberResult {
  const form = formOf18(text);
  if (form === null) return { ok: false, code: 'province' };
  const birth = dateFromDigits(text.slice(6, 14));
  if (birth === null) return { ok: false, code: 'date' };
  if (idCheckDigit(text.slice(0, 17)) !== text.charAt(17)) return { ok: false, code: 'check-digit' };
  return { ok: true, number: text, form, birth, sex: sexOfSequence(text.charAt(16)) };
}

/** 15 digits carry no check digit and no century; the upgraded number has both. */
function parse15(text: string): IdNumberResult {
  if (!isProvince(text)) return { ok: false, code: 'province' };
  const century = Number(text.slice(12)) >= CENTENARIAN_SEQUENCE_MIN ? '18' : '19';
  const birth = dateFromDigits(century + text.slice(6, 12));
  if (birth === null) return { ok: false, code: 'date' };
  const first17 = text.slice(0, 6) + century + text.slice(6);
  const number = first17 + idCheckDigit(first17);
  return { ok: true, number, form: '15', birth, sex: sexOfSequence(text.charAt(14)) };
}

/** Three letters of nationality, four digits of place, YYMMDD, one of sequence, one to check. */
function parseForeigner2017(text: string): IdNumberResult {
  const century = Number(text.slice(7, 9)) <= FOREIGNER_2017_LAST_YEAR ? '20' : '19';
  const birth = dateFromDigits(century + text.slice(7, 13));
  if (birth === null) return { ok: false, code: 'date' };
  if (foreignerCheckDigit(text.slice(0, 14)) !== text.charAt(14)) return { ok: false, code: 'check-digit' };
  return { ok: true, number: text, form: 'foreigner-2017', birth, sex: 'unknown' };
}

function formOf18(text: string): IdNumberForm | null {
  if (text.startsWith('9')) return 'foreigner-2023';
  if (/^8[123]/.test(text)) return 'hmt';
  return isProvince(text) ? '18' : null;
}

/** Provinces of GB/T 2260 by range only: districts come and go, and an old number stays valid. */
function isProvince(text: string): boolean {
  const province = Number(text.slice(0, 2));
  return (province >= 11 && province <= 65) || province === 71;
}

function sexOfSequence(lastDigit: string): Sex {
  return Number(lastDigit) % 2 === 1 ? 'M' : 'F';
}

/** `YYYYMMDD` to `YYYY-MM-DD`, or null where the calendar has no such day in 1800–2099. */
export function dateFromDigits(digits: string): string | null {
  const parts = /^((?:18|19|20)[0-9]{2})([0-9]{2})([0-9]{2})$/.exec(digits);
  if (parts === null) return null;
  const iso = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== iso ? null : iso;
}

/** First three and last four characters of a number; of a short one (staff number) the last two; the rest stars. */
export function maskNumber(number: string): string {
  const points = [...number];
  const [head, tail] = points.length >= 15 ? [3, 4] : points.length >= 6 ? [0, 2] : [0, 0];
  return hideMiddle(points, { head, tail });
}

/**
 * `测*甲`, `测*` for two characters, `样***提`: first and last code point stay. Of a name in Latin letters each word
 * keeps its first letter: `S*** J***`.
 */
export function maskName(name: string): string {
  const trimmed = name.trim();
  if (/^[\p{Script=Latin}\p{P}\p{Z}]+$/u.test(trimmed)) {
    return trimmed.replace(/(\p{Script=Latin})[\p{Script=Latin}\p{P}]*/gu, '$1***');
  }
  const points = [...trimmed];
  return hideMiddle(points, { head: points.length >= 2 ? 1 : 0, tail: points.length >= 3 ? 1 : 0 });
}

/** `1956-01-31` to `1956-**-**`. */
export function maskBirth(birth: string): string {
  return `${birth.slice(0, 4)}-**-**`;
}

function hideMiddle(points: string[], keep: { head: number; tail: number }): string {
  const hidden = Math.max(0, points.length - keep.head - keep.tail);
  return points.slice(0, keep.head).join('') + '*'.repeat(hidden) + points.slice(keep.head + hidden).join('');
}
