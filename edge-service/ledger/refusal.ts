/** Closed list of what a write or a report may be refused for; each has a status and words (http/problems.ts). */
export const REFUSAL_CODES = [
  'already-set-up',
  'account-exists',
  'no-account',
  'last-administrator',
  'no-pairing',
  'no-round',
  'round-known',
  'keys-gone',
  'round-state',
  'round-closed',
  'round-purged',
  'not-complete',
  'discrepancies-open',
  'no-install',
  'no-tube',
  'no-event',
  'no-person',
  'no-credential',
  'not-in-quarantine',
  'no-fork',
  'no-loss',
  'no-claim',
  'not-a-swipe',
  'other-round',
  'on-roster',
  'taken-back',
  'same-credential',
  'beyond-head',
  'below-head',
  'roster-changed',
  'roster-amends',
  'no-own-file',
  'no-entry',
  'entry-final',
  'tube-ambiguous',
  'file-too-long',
  'export-not-made',
  'disk-full',
  'database-damaged',
  'stopping',
  /** Not refused but broken: whatever failed there has no code of this list. */
  'fault',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** A write refuses with a code; everything it did is rolled back and the caller gets code and words. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Of a `fault`: the code the error had where it happened, for the log; else null. */
  readonly origin: string | null;

  constructor(code: RefusalCode, message: string, origin: string | null = null) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.origin = origin;
  }
}

/** What another thread failed with. Codes cross as text: one that is not on the list is a fault. */
export function refusalFrom({ code, message }: { code: string; message: string }): Refusal {
  const known = REFUSAL_CODES.find((each) => each === code);
  return known === undefined ? new Refusal('fault', message, code) : new Refusal(known, message);
}
