/** Who may do what: the one table that the edge's routes, the board's socket and the board's pages ask. */

/** Closed list of roles. A lab clerk alone is blind: no expected or actual number reaches that role. */
export const ROLES = ['station-staff', 'site-lead', 'lab-clerk', 'hr', 'administrator'] as const;
export type Role = (typeof ROLES)[number];
/** Who may call: a person by role, a kiosk by its token, or `anyone`, without logging in. */
export type Caller = Role | 'kiosk' | 'anyone';

/** What the first account may do: one person sets up a small site alone. */
export const FIRST_ROLES: readonly Role[] = ['administrator', 'site-lead', 'hr'];

const ANYONE = ['anyone'] as const;
const LEAD = ['site-lead'] as const;
const LEAD_AND_HR = ['site-lead', 'hr'] as const;
const LEAD_AND_ADMINISTRATOR = ['site-lead', 'administrator'] as const;
/** A lab clerk alone must never be let into what these see. */
const SEES_NUMBERS = ['site-lead', 'hr', 'administrator'] as const;

const PERMISSIONS = {
  'health.read': ANYONE,
  'contract.read': ANYONE,
  'site.set-up': ANYONE,
  'session.open': ANYONE,
  'session.read': ROLES,
  'session.close': ROLES,
  /** What a person sets for themselves: their language. */
  'session.change': ROLES,
  'account.manage': ['administrator'],
  /** Who opened personal data, when and why; never whose. */
  'opening.read': LEAD_AND_ADMINISTRATOR,

  'round.read': ROLES,
  'round.create': LEAD,
  /** Open, end, close, and back. */
  'round.move': LEAD,
  /** The code on the set-up sheet. */
  'opening-code.read': LEAD_AND_ADMINISTRATOR,

  'pairing.manage': LEAD_AND_ADMINISTRATOR,
  'pairing.redeem': ANYONE,
  'install.read': ['site-lead', 'hr', 'administrator', 'station-staff'],
  /** What of the journals waits for a person: quarantine and forks. */
  'install.inspect': SEES_NUMBERS,
  /** Exceptions, filings, quarantine, forks, and claims to journals of other pairings. */
  'install.decide': LEAD,

  /** Expected and actual numbers: ladder, stations, tubes and discrepancies, over HTTP and by the board's socket. */
  'numbers.see': SEES_NUMBERS,
  'live.show': ['site-lead', 'hr', 'administrator', 'station-staff'],
  'tube.people': LEAD_AND_HR,
  'tube.hand-over': LEAD_AND_HR,
  'tube.correct': LEAD,
  'discrepancy.decide': LEAD,

  'missing.read': ['site-lead', 'hr', 'station-staff'],
  'person.find': LEAD_AND_HR,
  'excuse.decide': LEAD_AND_HR,
  'swipe.void': LEAD_AND_HR,
  'credential.link': LEAD_AND_HR,
  'walk-in.read': LEAD_AND_HR,
  /** Where walk-ins come from, and who of the roster they are. */
  'walk-in.decide': LEAD_AND_HR,
  'roster.import': LEAD_AND_HR,
  'roster-keys.read': ['site-lead', 'administrator', 'kiosk'],

  /** Lists as files and counts by hand. */
  'lab.enter': ['site-lead', 'lab-clerk'],
  /** Counts by hand, on the page that shows no number of ours. */
  'lab.enter-blind': ['lab-clerk'],
  'lab.read': ['site-lead', 'hr', 'lab-clerk'],

  /** Files that name people. */
  'people.export': LEAD_AND_HR,
  'report.export': LEAD_AND_HR,
  'reconciliation.export': SEES_NUMBERS,
} as const satisfies Record<string, readonly Caller[]>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as Action[];

/** Who may do it. */
export function callersOf(action: Action): readonly Caller[] {
  return PERMISSIONS[action];
}

/** Whether somebody with these roles (or a kiosk; or, with none, anybody) may do it. */
export function may(callers: readonly Caller[], action: Action): boolean {
  return callersOf(action).some((caller) => caller === 'anyone' || callers.includes(caller));
}

/** Sees no expected or actual number: a lab clerk alone, and every other role that does not see numbers. */
export function isBlind(roles: readonly Role[]): boolean {
  return !may(roles, 'numbers.see');
}
