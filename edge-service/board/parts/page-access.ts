import { type Action, may, type Role } from '#shared/permissions.ts';
import type { PlainKey } from '#shared/language/message.ts';

/** Pages in order of use, and what one must be allowed to open them. */
export const PAGES = [
  { page: 'live', word: 'term.live', action: 'live.show' },
  { page: 'missing', word: 'term.missing-list', action: 'missing.read' },
  { page: 'walk-ins', word: 'term.walk-ins', action: 'walk-in.read' },
  { page: 'tubes', word: 'term.tubes', action: 'numbers.see' },
  { page: 'reconcile', word: 'term.reconcile', action: 'numbers.see' },
  { page: 'entry', word: 'term.blind-entry', action: 'lab.enter-blind' },
  { page: 'find', word: 'term.find', action: 'person.find' },
  { page: 'report', word: 'term.report', action: 'numbers.see' },
  { page: 'rounds', word: 'term.rounds', action: 'opening-code.read' },
  { page: 'roster', word: 'term.roster', action: 'roster.import' },
  { page: 'pairing', word: 'term.pairing', action: 'pairing.manage' },
  { page: 'installs', word: 'term.installs', action: 'install.inspect' },
  { page: 'accounts', word: 'term.accounts', action: 'account.manage' },
  { page: 'openings', word: 'term.openings', action: 'opening.read' },
] as const satisfies readonly { page: string; word: PlainKey; action: Action }[];
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
