import type { InstallId } from '#shared/ids.ts';
import type { Language } from '#shared/language/languages.ts';
import { may, type Role } from '#shared/permissions.ts';
import type { WriteContext } from '../ledger/contexts.ts';
import { PAIRING_LIFETIME_MS, PAIRING_TRIES_MAX } from './secrets.ts';
import { endPairing, handOver, isPaired } from '../ledger/journal-owner.ts';
import { Refusal } from '../ledger/refusal.ts';
import { parseRoles } from './access-reports.ts';
import { notePlace } from './familiar-places.ts';

/** A session ends this long after it was last used: a shift and its late work. */
export const SESSION_IDLE_MS_MAX = 12 * 3_600_000;
/** Expired sessions and dead pairings are kept this long, so that a person can still see what became of them. */
const KEEP_DEAD_MS = 7 * 24 * 3_600_000;

export interface NewAccount {
  name: string;
  passwordHash: string;
  roles: readonly Role[];
}

export type Redeemed =
  /** `ended`: the pairing whose place this one takes, where its token came along. */
  | { outcome: 'redeemed'; pairing: string; station: number; ended: string | null }
  /** wrong: no such secret; dead: used, too old, or too many wrong tries have been made. */
  | { outcome: 'wrong' | 'dead' };

/** Writes of accounts, sessions and pairings. Only hashes of secrets come in. */
export const accessWrites = {
  /** The first account of a site; refused (`already-set-up`) once there is one. */
  'access.first-account': (context: WriteContext, account: NewAccount): void => {
    if (accountCount(context) > 0) throw new Refusal('already-set-up', 'an account exists already');
    insertAccount(context, account);
  },

  /** Refused (`account-exists`) when the name is taken. */
  'access.account-create': (context: WriteContext, account: NewAccount): void => {
    if (context.db.prepare('SELECT 1 FROM account WHERE name = ?').get(account.name))
      throw new Refusal('account-exists', 'the name is taken');
    insertAccount(context, account);
  },

  /** Null leaves a field as it is. Ends the account's sessions. Refused: `no-account`, `last-administrator`. */
  'access.account-change': (
    context: WriteContext,
    change: {
      name: string;
      passwordHash: string | null;
      roles: readonly Role[] | null;
      disabled: boolean | null;
    },
  ): void => {
    const { changes } = context.db
      .prepare(
        `UPDATE account SET password = coalesce(:passwordHash, password), roles = coalesce(:roles, roles), disabled = coalesce(:disabled, disabled)
         WHERE name = :name`,
      )
      .run({
        name: change.name,
        passwordHash: change.passwordHash,
        roles: change.roles === null ? null : JSON.stringify(change.roles),
        disabled: change.disabled === null ? null : Number(change.disabled),
      });
    if (changes === 0) throw new Refusal('no-account', 'no such account');
    const enabled = context.db
      .prepare<[], { roles: string }>('SELECT roles FROM account WHERE disabled = 0')
      .all();
    if (!enabled.some(({ roles }) => may(parseRoles(roles), 'account.manage')))
      throw new Refusal('last-administrator', 'somebody must stay administrator');
    context.db.prepare('DELETE FROM web_session WHERE account = ?').run(change.name);
  },

  /** A setting of the person's own: their sessions go on. */
  'access.account-language': (context: WriteContext, chosen: { name: string; language: Language }): void => {
    context.db.prepare('UPDATE account SET language = ? WHERE name = ?').run(chosen.language, chosen.name);
  },

  /**
   * `passwordHash`: of the password that was shown; null when the account has another by now, or is disabled. `place`: hash of
   * the account's name and the address it logged in from.
   */
  'access.session-open': (
    context: WriteContext,
    session: { tokenHash: string; account: string; passwordHash: string; place: string },
  ): { expiresAt: number; roles: Role[] } | null => {
    const roles = context.db
      .prepare<[string, string], string>(
        'SELECT roles FROM account WHERE name = ? AND password = ? AND disabled = 0',
      )
      .pluck()
      .get(session.account, session.passwordHash);
    if (roles === undefined) return null;
    const now = context.wall();
    const expiresAt = now + SESSION_IDLE_MS_MAX;
    context.db.prepare('DELETE FROM web_session WHERE expires_at < ?').run(now);
    context.db
      .prepare(
        'INSERT INTO web_session(token_hash, account, created_at, last_used_at, expires_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(session.tokenHash, session.account, now, now, expiresAt);
    notePlace(context.db, session.place);
    return { expiresAt, roles: parseRoles(roles) };
  },

  /** Moves the end of a session that is in use. */
  'access.session-used': (context: WriteContext, session: { tokenHash: string }): { expiresAt: number } => {
    const now = context.wall();
    const expiresAt = now + SESSION_IDLE_MS_MAX;
    context.db
      .prepare('UPDATE web_session SET last_used_at = ?, expires_at = ? WHERE token_hash = ?')
      .run(now, expiresAt, session.tokenHash);
    return { expiresAt };
  },

  'access.session-close': (context: WriteContext, session: { tokenHash: string }): void => {
    context.db.prepare('DELETE FROM web_session WHERE token_hash = ?').run(session.tokenHash);
  },

  'access.pairing-create': (
    context: WriteContext,
    made: { pairing: string; station: number; secretHash: string; by: string },
  ): { expiresAt: number } => {
    const now = context.wall();
    const expiresAt = now + PAIRING_LIFETIME_MS;
    context.db
      .prepare('DELETE FROM pairing WHERE token_hash IS NULL AND expires_at < ?')
      .run(now - KEEP_DEAD_MS);
    context.db
      .prepare(
        'INSERT INTO pairing(pairing, station, secret_hash, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(made.pairing, made.station, made.secretHash, made.by, now, expiresAt);
    return { expiresAt };
  },

  /**
   * Turns a one-time secret into a token. A secret that fits no open pairing counts as a try against every open one, because
   * it names none. With the token of an earlier pairing that one ends, and its journals go on under this one.
   */
  'access.pairing-redeem': (
    context: WriteContext,
    redeem: { secretHash: string; tokenHash: string; device: string; previousHash: string | null },
  ): Redeemed => {
    const now = context.wall();
    const found = context.db
      .prepare<
        [string],
        { pairing: string; station: number; expires_at: number; tries: number; redeemed_at: number | null }
      >(
        'SELECT pairing, station, expires_at, tries, redeemed_at FROM pairing WHERE secret_hash = ? AND revoked_at IS NULL',
      )
      .get(redeem.secretHash);
    if (found && (found.redeemed_at !== null || found.expires_at < now || found.tries >= PAIRING_TRIES_MAX))
      return { outcome: 'dead' };
    if (!found) {
      context.db
        .prepare('UPDATE pairing SET tries = tries + 1 WHERE redeemed_at IS NULL AND expires_at >= ?')
        .run(now);
      return { outcome: 'wrong' };
    }
    const previous = redeem.previousHash === null ? null : takePlace(context, redeem.previousHash, found);
    context.db
      .prepare(
        'UPDATE pairing SET token_hash = ?, redeemed_at = ?, device = ?, previous = ? WHERE pairing = ?',
      )
      .run(redeem.tokenHash, now, redeem.device, previous?.proof ?? null, found.pairing);
    return {
      outcome: 'redeemed',
      pairing: found.pairing,
      station: found.station,
      ended: previous?.ended ?? null,
    };
  },

  /** The kiosk's token is worth nothing from now on. Refused (`no-pairing`) when there is none. */
  'access.pairing-revoke': (context: WriteContext, revoke: { pairing: string }): void => {
    if (!endPairing(context, revoke.pairing)) throw new Refusal('no-pairing', 'no such pairing');
  },
};

/** Ends the pairing of this token, if it is good, and hands its journals over. What the token is worth is remembered. */
function takePlace(
  context: WriteContext,
  tokenHash: string,
  next: { pairing: string },
): { proof: 'proved' | 'ended' | 'unknown'; ended: string | null } {
  const former = context.db
    .prepare<[string], string>('SELECT pairing FROM pairing WHERE token_hash = ?')
    .pluck()
    .get(tokenHash);
  if (former === undefined) return { proof: 'unknown', ended: null };
  if (!isPaired(context.db, former)) return { proof: 'ended', ended: null };
  const journals = context.db
    .prepare<[string], InstallId>("SELECT install FROM install WHERE pairing = ? AND kind = 'kiosk'")
    .pluck()
    .all(former);
  for (const install of journals) handOver(context, install, next.pairing);
  endPairing(context, former);
  return { proof: 'proved', ended: former };
}

function accountCount(context: WriteContext): number {
  return context.db.prepare<[], { n: number }>('SELECT count(*) AS n FROM account').get()?.n ?? 0;
}

function insertAccount(context: WriteContext, account: NewAccount): void {
  context.db
    .prepare('INSERT INTO account(name, password, roles, created_at) VALUES (?, ?, ?, ?)')
    .run(account.name, account.passwordHash, JSON.stringify(account.roles), context.wall());
}
