import { isLanguage, type Language } from '#shared/language/languages.ts';
import type { Role } from '#shared/permissions.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { familiarPlaces } from './familiar-places.ts';

export interface AccountRow {
  name: string;
  passwordHash: string;
  roles: Role[];
  createdAt: number;
  disabled: boolean;
  /** Null: none chosen, or one that is not here any more. */
  language: Language | null;
}

interface StoredAccount {
  name: string;
  password: string;
  roles: string;
  created_at: number;
  disabled: number;
  language: string | null;
}

/** A kiosk whose token is good. Times in ms. */
export interface PairedKiosk {
  id: string;
  station: number;
  device: string | null;
  redeemedAt: number;
  lastContact: number | null;
}

/** Reports of accounts, sessions and pairings. Times in ms since 1970 UTC. */
export const accessReports = {
  'access.account': ({ db }: ReportContext, { name }: { name: string }): AccountRow | null => {
    const row = db.prepare<[string], StoredAccount>('SELECT * FROM account WHERE name = ?').get(name);
    return row ? accountRow(row) : null;
  },

  'access.accounts': ({ db }: ReportContext, _: Record<string, never>): AccountRow[] =>
    db.prepare<[], StoredAccount>('SELECT * FROM account ORDER BY name').all().map(accountRow),

  /** Places where somebody has logged in, the latest last. */
  'access.familiar-places': ({ db }: ReportContext, _: Record<string, never>): string[] => familiarPlaces(db),

  /** The account of a session that has not ended, or null. */
  'access.session': (
    { db, wall }: ReportContext,
    { tokenHash }: { tokenHash: string },
  ): { name: string; roles: Role[]; lastUsedAt: number; expiresAt: number } | null => {
    const row = db
      .prepare<[string, number], { name: string; roles: string; last_used_at: number; expires_at: number }>(
        `SELECT account.name, account.roles, web_session.last_used_at, web_session.expires_at
         FROM web_session JOIN account ON account.name = web_session.account
         WHERE token_hash = ? AND expires_at > ? AND account.disabled = 0`,
      )
      .get(tokenHash, wall());
    return row
      ? {
          name: row.name,
          roles: parseRoles(row.roles),
          lastUsedAt: row.last_used_at,
          expiresAt: row.expires_at,
        }
      : null;
  },

  /** Kiosks whose tokens are good, by station; and when a journal that came by the pairing was last heard. */
  'access.pairings': ({ db }: ReportContext, _: Record<string, never>): PairedKiosk[] =>
    db
      .prepare<[], PairedKiosk>(
        `SELECT pairing AS id, station, device, redeemed_at AS redeemedAt,
           (SELECT MAX(i.last_contact) FROM install i WHERE i.pairing = p.pairing) AS lastContact
         FROM pairing p WHERE redeemed_at IS NOT NULL AND revoked_at IS NULL ORDER BY station, redeemed_at`,
      )
      .all(),

  /** The kiosk behind a token, revoked ones included so that it can be told; null for an unknown token. */
  'access.kiosk': (
    { db }: ReportContext,
    { tokenHash }: { tokenHash: string },
  ): { pairing: string; station: number; revokedAt: number | null } | null => {
    const row = db
      .prepare<[string], { pairing: string; station: number; revoked_at: number | null }>(
        'SELECT pairing, station, revoked_at FROM pairing WHERE token_hash = ?',
      )
      .get(tokenHash);
    return row ? { pairing: row.pairing, station: row.station, revokedAt: row.revoked_at } : null;
  },
};

function accountRow(row: StoredAccount): AccountRow {
  return {
    name: row.name,
    passwordHash: row.password,
    roles: parseRoles(row.roles),
    createdAt: row.created_at,
    disabled: row.disabled === 1,
    language: isLanguage(row.language) ? row.language : null,
  };
}

export function parseRoles(json: string): Role[] {
  return JSON.parse(json) as Role[];
}
