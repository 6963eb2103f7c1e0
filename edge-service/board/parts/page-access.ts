import type { Role } from '#shared/contract/board.ts';
import { words, type Word } from './words.ts';

/** A lab clerk and nothing else: sees the entry page alone, so that no number can guide the hand. */
export const isBlind = (roles: readonly Role[]): boolean =>
  roles.includes('lab-clerk') && roles.every((r) => r === 'lab-clerk');

/** Pages in order of use, and who may open them (docs/http.md). */
export const PAGES = [
  { page: 'live', word: words.live, roles: ['site-lead', 'hr', 'administrator', 'station-staff'] },
  { page: 'missing', word: words.missingList, roles: ['site-lead', 'hr', 'station-staff'] },
  { page: 'tubes', word: words.tubes, roles: ['site-lead', 'hr', 'administrator'] },
  { page: 'reconcile', word: words.reconcile, roles: ['site-lead', 'hr', 'administrator'] },
  { page: 'entry', word: words.blindEntry, roles: ['lab-clerk'] },
  { page: 'find', word: words.find, roles: ['site-lead', 'hr'] },
  { page: 'report', word: words.report, roles: ['site-lead', 'hr', 'administrator'] },
  { page: 'rounds', word: words.rounds, roles: ['site-lead', 'administrator'] },
  { page: 'roster', word: words.roster, roles: ['site-lead', 'hr'] },
  { page: 'pairing', word: words.pairing, roles: ['site-lead', 'administrator'] },
  { page: 'installs', word: words.installs, roles: ['site-lead', 'administrator', 'hr'] },
  { page: 'accounts', word: words.accounts, roles: ['administrator'] },
] as const satisfies readonly { page: string; word: Word; roles: readonly Role[] }[];
export type Page = (typeof PAGES)[number]['page'];

/** Those behind 设置 in the menu. */
export const SETTINGS_PAGES: ReadonlySet<Page> = new Set<Page>([
  'rounds',
  'roster',
  'pairing',
  'installs',
  'accounts',
]);

export function pagesFor(roles: readonly Role[]): readonly (typeof PAGES)[number][] {
  return PAGES.filter((p) => p.roles.some((r) => roles.includes(r)));
}

export const may = (roles: readonly Role[], ...wanted: Role[]): boolean =>
  wanted.some((r) => roles.includes(r));
