/** What the text of a scanner or of a reader that types means: by the settings of this station's readers, never by a guess alone. */
import { physicalNumber } from '#drivers/physical-number.ts';
import { canonicalStaffNumber } from '#shared/credential.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import type { WrongObject } from '#shared/screen.ts';
import { classifyScan } from './scan.ts';

export type BurstMeaning =
  | { is: 'number'; number: string; by: ReaderSetting }
  /** To be judged as what a person gives. */
  | { is: 'person'; by: ReaderSetting }
  /** To be judged as a tube code; `by` null: no reader is set to type here, and tube codes are what is scanned. */
  | { is: 'tube'; by: ReaderSetting | null };

/**
 * Which reader typed a burst. Two of them on one keyboard cannot be told apart but by what they type: a number of a format a
 * number reader is set to is that reader's, unless it looks like this round's tube codes too; an ID number comes from a scanner for people, where
 * there is one; the rest is a tube code.
 */
export function meaningOfBurst(
  text: string,
  station: { wedges: readonly ReaderSetting[]; codes: readonly string[]; wanted: boolean },
): BurstMeaning {
  const { wedges, codes, wanted } = station;
  const plain = text.trim();
  const scannerFor = (role: ReaderSetting['role']): ReaderSetting | null =>
    wedges.find((one) => one.model === 'scanner-wedge' && one.role === role) ?? null;
  const tubes = scannerFor('tube');
  for (const by of wedges) {
    const number = by.numberFormat === null ? null : physicalNumber(plain, by.numberFormat);
    if (number === null) continue;
    const isTubeToo =
      tubes !== null && (codes.length === 0 ? wanted : codes.some((code) => code.length === plain.length));
    return isTubeToo ? { is: 'tube', by: tubes } : { is: 'number', number, by };
  }
  const people = scannerFor('person');
  if (people !== null && (tubes === null || parseIdNumber(plain).ok)) return { is: 'person', by: people };
  return { is: 'tube', by: tubes };
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
  return { is: 'wrong', given: scanned.is === 'wrong' ? scanned.given : 'tube-code' };
}
