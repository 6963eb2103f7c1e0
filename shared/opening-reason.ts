/**
 * Reasons that Muster itself writes where nobody is asked for one, by the key of their words. Journals hold them in both languages
 * beside each other; a page and a file say them in the language of their reader.
 */
const WRITTEN = {
  'opening.reason-identity': '核对身份 / identity',
  'opening.reason-export': '导出 / export',
  'term.missing-list': '漏检名单 / missing list',
  'opening.roster-changes': '花名册改动 / changes of the roster',
  'term.roster-contents': '花名册内容 / who is on the roster',
  'opening.reason-staff-number': '核对工号 / to check a staff number',
} as const;
type OpeningReason = keyof typeof WRITTEN;

/** A reason of Muster's own as an event holds it. */
export const writtenReason = (reason: OpeningReason): string => WRITTEN[reason];

/** The key of such a reason; null: somebody has typed it. */
export const reasonOf = (written: string): OpeningReason | null =>
  (Object.keys(WRITTEN) as OpeningReason[]).find((reason) => WRITTEN[reason] === written) ?? null;

/** Who opened, as an event holds it, where a kiosk was answered: its station. */
export const stationAsking = (station: number): string => `${station}号台`;

/** The number of such a station; null of an account. */
export function stationThatAsked(by: string): number | null {
  const digits = /^(\d{1,6})号台$/.exec(by)?.[1];
  return digits === undefined ? null : Number(digits);
}
