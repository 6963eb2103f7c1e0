/** What the text of a scanner or of a reader that types means: by the settings of this station's readers, never by a guess alone. */
import { physicalNumber } from '#drivers/line/physical-number.ts';
import { canonicalStaffNumber } from '#shared/event/credential.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import type { NumberFormat, ReaderSetting } from '#shared/reader-setting.ts';
import type { WrongObject } from '#shared/contract/kiosk-screen.ts';
import { classifyScan } from '../desks/scan.ts';

export type BurstMeaning =
  | { is: 'number'; number: string; by: ReaderSetting }
  /** To be judged as what a person gives. */
  | { is: 'person'; by: ReaderSetting }
  /** To be judged as a tube code; `by` null: no reader is set to type here, and tube codes are what is scanned. */
  | { is: 'tube'; by: ReaderSetting | null };

/** What is being asked for: a tube code, a staff number, any person (登记卡号), or nothing in particular. */
export type Expected = 'anything' | 'tube' | 'staff' | 'person';

export interface BurstStation {
  wedges: readonly ReaderSetting[];
  /** Tube codes of this round here, and whether the next one is being waited for. */
  codes: readonly string[];
  wanted: boolean;
  expects: Expected;
  /** The text is a staff number on the roster. */
  onRoster: boolean;
}

/**
 * Which reader typed a burst. Two of them on one keyboard cannot be told apart but by what they type: a number of a format a
 * number reader is set to is that reader's, unless it looks rather like a tube code; an ID number comes from a scanner for
 * people, where there is one; the rest is a tube code.
 */
export function meaningOfBurst(text: string, station: BurstStation): BurstMeaning {
  const { wedges } = station;
  const plain = text.trim();
  const scannerFor = (role: ReaderSetting['role']): ReaderSetting | null =>
    wedges.find((one) => one.model === 'scanner-wedge' && one.role === role) ?? null;
  const tubes = scannerFor('tube');
  for (const by of wedges) {
    const format = by.numberFormat;
    const number = format === null ? null : physicalNumber(plain, format);
    if (format === null || number === null) continue;
    const whole = plain.length === digitsOf(format) || format.digits === 'decimal-comma'; // no tube has a comma
    if (!isRatherCode(plain.length, whole, { ...station, scans: tubes !== null }))
      return { is: 'number', number, by };
  }
  const people = scannerFor('person');
  if (people !== null && (tubes === null || parseIdNumber(plain).ok)) return { is: 'person', by: people };
  return { is: 'tube', by: tubes };
}

/** Digits that may be a card's number and a tube's code or a badge: as long as this round's codes they are one of those. */
function isRatherCode(
  length: number,
  whole: boolean,
  { codes, wanted, expects, onRoster, scans }: BurstStation & { scans: boolean },
): boolean {
  if (expects === 'person') return !whole && onRoster;
  // A number that has dropped its leading zeros looks like anything.
  if (expects === 'staff') return !whole;
  if (codes.some((code) => code.length === length)) return true;
  if (expects === 'tube') return !whole;
  return codes.length === 0 && wanted && (scans || !whole);
}

/** How many characters a number of this format has with all its zeros. */
function digitsOf({ digits, bytes }: NumberFormat): number {
  return digits === 'hex' ? 2 * bytes : ((1n << BigInt(8 * bytes)) - 1n).toString().length;
}

export type PersonScan =
  | { is: 'person'; person: { kind: 'id' | 'staff'; number: string } }
  | { is: 'wrong'; given: WrongObject };

/** What a scanner for people has read: an ID number, a badge whose staff number is on the roster, or something else. */
export function meaningOfPersonScan(text: string, isOnRoster: (staffNumber: string) => boolean): PersonScan {
  const id = parseIdNumber(text);
  if (id.ok) return { is: 'person', person: { kind: 'id', number: id.number } };
  const staff = canonicalStaffNumber(text);
  if (staff !== null && isOnRoster(staff)) return { is: 'person', person: { kind: 'staff', number: staff } };
  const scanned = classifyScan(text);
  if (scanned.is === 'doubted') return { is: 'wrong', given: 'person-code' };
  return { is: 'wrong', given: scanned.is === 'wrong' ? scanned.given : 'tube-code' };
}
