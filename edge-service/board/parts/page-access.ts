import { type Action, may, type Role } from '#shared/permissions.ts';
import type { Words } from '#shared/words.ts';
import { words } from './words.ts';

/** Pages in order of use, and what one must be allowed to open them. */
export const PAGES = [
  { page: 'live', word: words.live, action: 'live.show' },
  { page: 'missing', word: words.missingList, action: 'missing.read' },
  { page: 'walk-ins', word: words.walkIns, action: 'walk-in.read' },
  { page: 'tubes', word: words.tubes, action: 'numbers.see' },
  { page: 'reconcile', word: words.reconcile, action: 'numbers.see' },
  { page: 'entry', word: words.blindEntry, action: 'lab.enter-blind' },
  { page: 'find', word: words.find, action: 'person.find' },
  { page: 'report', word: words.report, action: 'numbers.see' },
  { page: 'rounds', word: words.rounds, action: 'opening-code.read' },
  { page: 'roster', word: words.roster, action: 'roster.import' },
  { page: 'pairing', word: words.pairing, action: 'pairing.manage' },
  { page: 'installs', word: words.installs, action: 'install.inspect' },
  { page: 'accounts', word: words.accounts, action: 'account.manage' },
  { page: 'openings', word: words.openings, action: 'opening.read' },
] as const satisfies readonly { page: string; word: Words; action: Action }[];
export type Page = (typeof PAGES)[number]['page'];

/** Those behind 设置 in the menu. */
export const SETTINGS_PAGES: ReadonlySet<Page> = new Set<Page>([
  'rounds',
  'roster',
  'pairing',
  'installs',
  'accounts',
  'openings',
]);

export function pagesFor(roles: readonly Role[]): readonly (typeof PAGES)[number][] {
  return PAGES.filter(({ action }) => may(roles, action));
}

/** A lab clerk and nothing else sees the entry page alone, so that no number can guide the hand. */
export function isEntryOnly(roles: readonly Role[]): boolean {
  const pages = pagesFor(roles);
  return pages.length > 0 && pages.every(({ page }) => page === 'entry');
}
