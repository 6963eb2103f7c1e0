import { randomInt, timingSafeEqual } from 'node:crypto';
import { FIRST_ROLES, type Role } from '#shared/permissions.ts';
import type { Clock } from '#shared/clock.ts';
import type { AccountRow } from '../access/access-reports.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { newToken, tokenHash } from '../access/secrets.ts';
import { hashPassword, isPassword, NOBODYS_HASH } from './password.ts';
import { HttpProblem } from './problems.ts';
import { TryLimit } from './try-limit.ts';

/** A person who has logged in. */
export interface Session {
  tokenHash: string;
  name: string;
  roles: readonly Role[];
  /** ms since 1970 UTC. */
  expiresAt: number;
}

/** Ten wrong passwords in five minutes per name: a person who forgot needs fewer, a program more. */
const NAME_TRIES = { triesMax: 10, windowMs: 5 * 60_000 };
/** Per address more, because several people may share one board; still few for a program. */
const ADDRESS_TRIES = { triesMax: 40, windowMs: 5 * 60_000 };
/** A session's end is moved on disk at most this often, so that a busy board costs no writes. */
const TOUCH_EVERY_MS = 10 * 60_000;
/** Sessions kept at hand; a site has tens of people. */
const SESSIONS_AT_HAND_MAX = 1000;

/** Accounts and their sessions. Passwords and tokens are stored as hashes only. */
export class Accounts {
  readonly #ledger: LedgerClient;
  readonly #keys: KeyStore;
  readonly #clock: Clock;
  readonly #names: TryLimit;
  readonly #addresses: TryLimit;
  readonly #atHand = new Map<string, Session & { touchedAt: number }>();
  #setupCode: string | null = null;

  constructor(parts: { ledger: LedgerClient; keys: KeyStore; clock: Clock }) {
    this.#ledger = parts.ledger;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#names = new TryLimit({ clock: parts.clock, ...NAME_TRIES });
    this.#addresses = new TryLimit({ clock: parts.clock, ...ADDRESS_TRIES });
  }

  /** While there is no account: a code of eight digits for this start, to be printed. Null once there is one. */
  async start(): Promise<string | null> {
    const accounts = await this.#ledger.report('access.accounts', {});
    this.#setupCode = accounts.length > 0 ? null : String(randomInt(10 ** 8)).padStart(8, '0');
    return this.#setupCode;
  }

  get needsSetup(): boolean {
    return this.#setupCode !== null;
  }

  /** Makes the first account with the code that was printed; it works once. */
  async setUp(asked: {
    code: string;
    name: string;
    password: string;
    address: string;
  }): Promise<{ session: Session; token: string }> {
    if (this.#setupCode === null) throw new HttpProblem('already-set-up');
    takeTry(this.#addresses, asked.address);
    if (!sameText(asked.code.trim(), this.#setupCode)) throw new HttpProblem('setup-code');
    this.#addresses.giveBack(asked.address);
    await this.#ledger.write('access.first-account', {
      name: asked.name,
      passwordHash: await hashPassword(asked.password),
      roles: FIRST_ROLES,
    });
    this.#setupCode = null;
    return this.#open(asked.name, FIRST_ROLES);
  }

  /** The same answer, after the same time, for an unknown name and a wrong password. */
  async logIn(asked: {
    name: string;
    password: string;
    address: string;
  }): Promise<{ session: Session; token: string }> {
    const name = asked.name.trim();
    takeTry(this.#names, name);
    takeTry(this.#addresses, asked.address);
    const account = await this.#ledger.report('access.account', { name });
    const fits = await isPassword(asked.password, account?.passwordHash ?? NOBODYS_HASH);
    if (!fits || account === null || account.disabled) throw new HttpProblem('wrong-login');
    this.#names.succeeded(name);
    this.#addresses.giveBack(asked.address);
    return this.#open(account.name, account.roles);
  }

  /** The session a token opens, or null. */
  async session(token: string): Promise<Session | null> {
    const hash = tokenHash(this.#keys.site().tokenKey, token);
    const now = this.#clock.wall();
    const held = this.#atHand.get(hash);
    if (held && held.expiresAt > now) {
      if (now - held.touchedAt > TOUCH_EVERY_MS) await this.#touch(held);
      return held;
    }
    this.#atHand.delete(hash);
    const stored = await this.#ledger.report('access.session', { tokenHash: hash });
    if (stored === null) return null;
    return this.#keep({
      tokenHash: hash,
      name: stored.name,
      roles: stored.roles,
      expiresAt: stored.expiresAt,
    });
  }

  async logOut(session: Session): Promise<void> {
    this.#atHand.delete(session.tokenHash);
    await this.#ledger.write('access.session-close', { tokenHash: session.tokenHash });
  }

  async list(): Promise<AccountRow[]> {
    return this.#ledger.report('access.accounts', {});
  }

  async create(account: { name: string; password: string; roles: readonly Role[] }): Promise<AccountRow> {
    const { name, roles } = account;
    await this.#ledger.write('access.account-create', {
      name,
      roles,
      passwordHash: await hashPassword(account.password),
    });
    return this.#known(name);
  }

  /** Null leaves a field as it is. The account's sessions end. */
  async change(change: {
    name: string;
    password: string | null;
    roles: readonly Role[] | null;
    disabled: boolean | null;
  }): Promise<AccountRow> {
    const passwordHash = change.password === null ? null : await hashPassword(change.password);
    await this.#ledger.write('access.account-change', {
      name: change.name,
      roles: change.roles,
      disabled: change.disabled,
      passwordHash,
    });
    for (const [hash, held] of this.#atHand) if (held.name === change.name) this.#atHand.delete(hash);
    return this.#known(change.name);
  }

  /** For the site to try only: an account whose password is printed. */
  async ensureDemo(demo: { name: string; password: string }): Promise<void> {
    this.#setupCode = null;
    if ((await this.#ledger.report('access.account', { name: demo.name })) === null)
      await this.#ledger.write('access.account-create', {
        name: demo.name,
        roles: FIRST_ROLES,
        passwordHash: await hashPassword(demo.password),
      });
    else await this.change({ name: demo.name, password: demo.password, roles: null, disabled: null });
  }

  async #open(name: string, roles: readonly Role[]): Promise<{ session: Session; token: string }> {
    const token = newToken();
    const hash = tokenHash(this.#keys.site().tokenKey, token);
    const { expiresAt } = await this.#ledger.write('access.session-open', { tokenHash: hash, account: name });
    return { session: this.#keep({ tokenHash: hash, name, roles, expiresAt }), token };
  }

  #keep(session: Session): Session {
    const oldest = this.#atHand.size >= SESSIONS_AT_HAND_MAX ? this.#atHand.keys().next().value : undefined;
    if (oldest !== undefined) this.#atHand.delete(oldest);
    this.#atHand.set(session.tokenHash, { ...session, touchedAt: this.#clock.wall() });
    return session;
  }

  async #touch(held: Session & { touchedAt: number }): Promise<void> {
    held.touchedAt = this.#clock.wall();
    held.expiresAt = (
      await this.#ledger.write('access.session-used', { tokenHash: held.tokenHash })
    ).expiresAt;
  }

  async #known(name: string): Promise<AccountRow> {
    const account = await this.#ledger.report('access.account', { name });
    if (account === null) throw new HttpProblem('no-account');
    return account;
  }
}

function takeTry(limit: TryLimit, subject: string): void {
  if (!limit.take(subject)) throw new HttpProblem('too-many-tries');
}

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
