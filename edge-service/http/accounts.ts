import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Language } from '#shared/language/languages.ts';
import { FIRST_ROLES, type Role } from '#shared/permissions.ts';
import type { Clock } from '#shared/clock.ts';
import type { AccountRow } from '../access/access-reports.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { FAMILIAR_PLACES_MAX } from '../access/familiar-places.ts';
import { newToken, tokenHash } from '../access/secrets.ts';
import { hashPassword, isPassword, NOBODYS_HASH } from './password.ts';
import { HttpProblem } from './problems.ts';
import { LoginTries } from './login-tries.ts';

/** A person who has logged in. */
export interface Session {
  tokenHash: string;
  name: string;
  roles: readonly Role[];
  /** ms since 1970 UTC. */
  expiresAt: number;
}

/** A session's end is moved on disk at most this often, so that a busy board costs no writes. */
const TOUCH_EVERY_MS = 10 * 60_000;
/** Sessions kept at hand; a site has tens of people. */
const SESSIONS_AT_HAND_MAX = 1000;

/** Accounts and their sessions. Passwords and tokens are stored as hashes only. */
export class Accounts {
  readonly #ledger: LedgerClient;
  readonly #keys: KeyStore;
  readonly #clock: Clock;
  readonly #tries: LoginTries;
  /** Hashes of name and address of those who have logged in. */
  readonly #familiar = new Set<string>();
  readonly #endListeners = new Set<() => void>();
  /** How often sessions have ended: what was read before the last time may be of a session that is over. */
  #ends = 0;
  readonly #atHand = new Map<string, Session & { touchedAt: number }>();
  #setupCode: string | null = null;

  constructor(parts: { ledger: LedgerClient; keys: KeyStore; clock: Clock }) {
    this.#ledger = parts.ledger;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#tries = new LoginTries(parts.clock);
  }

  /** While there is no account: a code of eight digits for this start, to be printed. Null once there is one. */
  async start(): Promise<string | null> {
    const accounts = await this.#ledger.report('access.accounts', {});
    for (const place of await this.#ledger.report('access.familiar-places', {})) this.#familiar.add(place);
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
    if (!this.#tries.takeOfAddress(asked.address)) throw new HttpProblem('too-many-tries');
    if (!sameText(asked.code.trim(), this.#setupCode)) throw new HttpProblem('setup-code');
    this.#tries.giveBackToAddress(asked.address);
    const { name, address } = asked;
    const passwordHash = await hashPassword(asked.password);
    await this.#ledger.write('access.first-account', { name, passwordHash, roles: FIRST_ROLES });
    this.#setupCode = null;
    return this.#open({ name, passwordHash, address });
  }

  /** The same answer, after the same time, for an unknown name and a wrong password. */
  async logIn(asked: {
    name: string;
    password: string;
    address: string;
  }): Promise<{ session: Session; token: string }> {
    const name = asked.name.trim();
    const { address } = asked;
    const place = { name, address, familiar: this.#familiar.has(this.#placeHash(name, address)) };
    if (!this.#tries.take(place)) throw new HttpProblem('too-many-tries');
    const account = await this.#ledger.report('access.account', { name });
    const fits = await isPassword(asked.password, account?.passwordHash ?? NOBODYS_HASH);
    if (!fits || account === null || account.disabled) throw new HttpProblem('wrong-login');
    this.#tries.succeeded(place);
    return this.#open({ name: account.name, passwordHash: account.passwordHash, address });
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
    const ends = this.#ends;
    const stored = await this.#ledger.report('access.session', { tokenHash: hash });
    if (stored === null) return null;
    if (ends !== this.#ends) return this.session(token);
    return this.#keep({
      tokenHash: hash,
      name: stored.name,
      roles: stored.roles,
      expiresAt: stored.expiresAt,
    });
  }

  async logOut(session: Session): Promise<void> {
    await this.#ledger.write('access.session-close', { tokenHash: session.tokenHash });
    this.#atHand.delete(session.tokenHash);
    this.#tellEnd();
  }

  /** Calls after sessions have ended, by a log-out or with a change of their account. Returns how to stop it. */
  onEnd(listener: () => void): () => void {
    this.#endListeners.add(listener);
    return () => this.#endListeners.delete(listener);
  }

  /** The language the account has chosen; null: none. Asked each time, because another session may have changed it. */
  async languageOf(session: Session): Promise<Language | null> {
    return (await this.#ledger.report('access.account', { name: session.name }))?.language ?? null;
  }

  async chooseLanguage(session: Session, language: Language): Promise<void> {
    await this.#ledger.write('access.account-language', { name: session.name, language });
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
    this.#tellEnd();
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

  async #open(opened: {
    name: string;
    passwordHash: string;
    address: string;
  }): Promise<{ session: Session; token: string }> {
    const { name, passwordHash, address } = opened;
    const token = newToken();
    const hash = tokenHash(this.#keys.site().tokenKey, token);
    const place = this.#placeHash(name, address);
    const session = { tokenHash: hash, account: name, passwordHash, place };
    const made = await this.#ledger.write('access.session-open', session);
    if (made === null) throw new HttpProblem('wrong-login');
    this.#familiar.delete(place);
    this.#familiar.add(place);
    const [oldest] = this.#familiar;
    if (this.#familiar.size > FAMILIAR_PLACES_MAX && oldest !== undefined) this.#familiar.delete(oldest);
    return { session: this.#keep({ tokenHash: hash, name, ...made }), token };
  }

  /** What is remembered of a name and its address: too short to be a token's hash, long enough to be nobody else's. */
  #placeHash(name: string, address: string): string {
    return tokenHash(this.#keys.site().tokenKey, `${address} ${name}`).slice(0, 32);
  }

  #tellEnd(): void {
    this.#ends++;
    for (const listener of this.#endListeners) listener();
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

function sameText(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
