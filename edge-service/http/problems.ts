import type { Problem, RowError } from '#shared/contract/http.ts';
import { message, type Message } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import type { RefusalCode } from '../ledger/refusal.ts';
import type { FileFault } from '../tables/table-file.ts';

/** What HTTP itself refuses; the ledger and the readers of files have lists of their own. */
type HttpCode =
  | 'invalid-request'
  | 'no-session'
  | 'wrong-login'
  | 'setup-code'
  | 'forbidden'
  | 'foreign-origin'
  | 'pairing-secret'
  | 'not-found'
  | 'no-discrepancy'
  | 'discrepancy-changed'
  | 'no-roster-keys'
  | 'roster-shrinks'
  | 'bad-rows'
  | 'too-many-tries'
  | 'files-waiting'
  | 'search-too-long';
export type ProblemCode = HttpCode | RefusalCode | FileFault;

/** Closed list of refusals over HTTP, each with its status; what it says, and what to do, is the message `problem.` and its code. */
const STATUSES = {
  'invalid-request': 400,
  'no-session': 401,
  'wrong-login': 401,
  'setup-code': 403,
  forbidden: 403,
  'foreign-origin': 403,
  'pairing-secret': 403,
  'not-found': 404,
  'no-round': 404,
  'no-tube': 404,
  'no-event': 404,
  'no-install': 404,
  'no-person': 404,
  'no-credential': 404,
  'not-in-quarantine': 404,
  'no-loss': 404,
  'no-claim': 404,
  'no-fork': 404,
  'no-pairing': 404,
  'no-account': 404,
  'no-entry': 404,
  'no-discrepancy': 404,
  'no-roster-keys': 404,
  'no-own-file': 404,
  'already-set-up': 409,
  'account-exists': 409,
  'last-administrator': 409,
  'round-state': 409,
  'not-a-swipe': 409,
  'other-round': 409,
  'on-roster': 409,
  'taken-back': 409,
  'same-credential': 409,
  'beyond-head': 409,
  'below-head': 409,
  'round-known': 409,
  'keys-gone': 409,
  'round-closed': 409,
  'entry-final': 409,
  'not-complete': 409,
  'discrepancy-changed': 409,
  'discrepancies-open': 409,
  'roster-shrinks': 409,
  'roster-amends': 409,
  'roster-changed': 409,
  'round-purged': 410,
  'file-too-long': 413,
  'old-spreadsheet': 415,
  'not-a-table': 415,
  'file-damaged': 415,
  'tube-ambiguous': 422,
  'bad-rows': 422,
  'too-many-tries': 429,
  'files-waiting': 503,
  'search-too-long': 503,
  'export-not-made': 503,
  fault: 500,
  'disk-full': 503,
  'database-damaged': 503,
  stopping: 503,
} as const satisfies Record<ProblemCode, number>;

export const PROBLEM_CODES = Object.keys(STATUSES) as ProblemCode[];

/** A refusal on its way to the person or program that caused it. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly RowError[] | null;
  readonly columns: Problem['columns'] | null;
  /** Words more exact than the table's. */
  readonly said: Message | null;

  constructor(
    code: ProblemCode,
    more: { errors?: readonly RowError[]; said?: Message; columns?: Problem['columns'] } = {},
  ) {
    super(code);
    this.name = 'HttpProblem';
    this.code = code;
    this.errors = more.errors ?? null;
    this.columns = more.columns ?? null;
    this.said = more.said ?? null;
  }

  get status(): number {
    return statusOf(this.code);
  }

  /** RFC 9457. */
  body(): Problem {
    const { zh, en, ...made } = sentence(this.said ?? message(`problem.${this.code}`));
    return {
      type: `urn:muster:problem:${this.code}`,
      status: this.status,
      code: this.code,
      title: zh,
      detail: en,
      ...made,
      ...(this.errors === null ? {} : { errors: [...this.errors] }),
      ...(this.columns === null ? {} : { columns: this.columns }),
    };
  }
}

export function statusOf(code: ProblemCode): number {
  return STATUSES[code];
}
