import type { Cancel, Clock } from '#shared/clock.ts';
import {
  KEYRING_MS_MAX,
  type KeyMade,
  type MachineKeys,
  type TokenState,
} from '#shared/contract/machine-keys.ts';
import { wordsOf } from '#shared/error-words.ts';
import type { Random } from '#shared/random.ts';
import { TOO_LATE, within } from '#shared/within.ts';
import type { Log } from '../disk/log.ts';
import { openToken, sealToken, type SealedToken } from '../disk/sealed-token.ts';
import type { SettingsStore } from '../disk/settings.ts';

/** A shell bounds its keyring itself; one that says nothing at all is not waited for longer than this. */
export const SHELL_MS_MAX = KEYRING_MS_MAX + 10_000;
/** A desktop's keyring is often unlocked some seconds after the programs of its session have started. */
export const KEYRING_RETRY_MS_MIN = 5_000;
/** Each try may ask a person for the keyring's password: not more often than this in the long run. */
export const KEYRING_RETRY_MS_MAX = 10 * 60_000;

const TOO_SLOW = { ok: false, why: 'locked', detail: 'no answer in time' } as const;

export interface PairingTokenParts {
  settings: SettingsStore;
  keys: MachineKeys;
  clock: Clock;
  random: Random;
  log: Log;
  /** A token that was closed can be used. */
  opened: () => void;
  changed: () => void;
}

/**
 * The pairing's token: on the disk under a key that this machine's keyring alone gives back, and in clear only where there is no
 * such keyring. What cannot be had now is asked for again, less and less often; nothing that was written is thrown away.
 */
export class PairingToken {
  readonly #parts: PairingTokenParts;
  /** In clear, for the token as it lies in the settings. */
  #opened: { held: string | SealedToken; token: string } | null = null;
  #state: TokenState = { state: 'opening' };
  #said = '';
  #delayMs = KEYRING_RETRY_MS_MIN;
  #cancelRetry: Cancel = () => {};
  #stopped = false;

  constructor(parts: PairingTokenParts) {
    this.#parts = parts;
  }

  /** The token, while this machine can use it. */
  get clear(): string | null {
    const held = this.#held;
    if (typeof held === 'string') return held;
    return this.#opened?.held === held ? (this.#opened?.token ?? null) : null;
  }

  /** Null while there is no pairing. */
  get state(): TokenState | null {
    return this.#held === null ? null : this.#state;
  }

  /** Opens what is sealed, or seals what is not, now and until it has succeeded. */
  begin(): void {
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry();
  }

  /** A key for the token that is about to be given, so that this one never lies on the disk in clear. */
  async prepare(): Promise<KeyMade> {
    const { clock, keys } = this.#parts;
    const made = await within(clock, SHELL_MS_MAX, keys.make());
    return made === TOO_LATE ? TOO_SLOW : made;
  }

  /** Writes what holds the new token by `write`; where that throws, the pairing before stands. */
  take(token: string, made: KeyMade, write: (held: string | SealedToken) => void): void {
    const before = this.#held;
    const held = made.ok ? this.#sealed(token, made) : token;
    try {
      write(held);
    } catch (error) {
      if (made.ok) this.#parts.keys.forget(made.handle);
      throw error;
    }
    this.#opened = { held, token };
    this.#delayMs = KEYRING_RETRY_MS_MIN;
    this.#forget(before);
    this.#becomes(
      made.ok ? { state: 'bound' } : { state: 'unbound', why: made.why },
      made.ok ? '' : made.detail,
    );
    if (!made.ok) this.#again();
  }

  get #held(): string | SealedToken | null {
    return this.#parts.settings.get().pairing?.token ?? null;
  }

  async #look(): Promise<void> {
    const held = this.#held;
    if (held === null || this.#stopped) return;
    const tried = typeof held === 'string' ? this.#seal(held) : this.#open(held);
    const isDone = await tried.catch((error: unknown) => {
      this.#parts.log({ code: 'fault', detail: `keyring: ${wordsOf(error)}` });
      return false;
    });
    // Paired anew meanwhile: that pairing has looked after its own token.
    if (!isDone && this.#held === held) this.#again();
  }

  #again(): void {
    this.#cancelRetry();
    if (this.#stopped) return;
    this.#cancelRetry = this.#parts.clock.timer(this.#delayMs, () => void this.#look());
    this.#delayMs = Math.min(KEYRING_RETRY_MS_MAX, this.#delayMs * 2);
  }

  /** The sealed token is on the disk before the clear one is gone from it: one file takes the place of the other. */
  async #seal(token: string): Promise<boolean> {
    const { settings, log, keys } = this.#parts;
    const made = await this.prepare();
    const { pairing } = settings.get();
    if (pairing?.token !== token || this.#stopped) {
      if (made.ok) keys.forget(made.handle);
      return true;
    }
    if (!made.ok) {
      this.#becomes({ state: 'unbound', why: made.why }, made.detail);
      return false;
    }
    const held = this.#sealed(token, made);
    try {
      settings.change({ pairing: { ...pairing, token: held } });
    } catch (error) {
      keys.forget(made.handle);
      log({ code: 'fault', detail: `settings: ${wordsOf(error)}` });
      return false;
    }
    this.#opened = { held, token };
    this.#becomes({ state: 'bound' }, 'sealed');
    return true;
  }

  async #open(held: SealedToken): Promise<boolean> {
    const { clock, keys, opened } = this.#parts;
    const key = await within(clock, SHELL_MS_MAX, keys.open(held.handle));
    const answer = key === TOO_LATE ? TOO_SLOW : key;
    if (this.#held !== held || this.#stopped) return true;
    const token = answer.ok ? openToken(held, answer.key) : null;
    if (token === null) {
      const why = answer.ok ? 'lost' : answer.why;
      this.#becomes({ state: 'closed', why }, answer.ok ? 'the keyring gave another key' : answer.detail);
      return false;
    }
    this.#opened = { held, token };
    this.#becomes({ state: 'bound' }, '');
    opened();
    return true;
  }

  /** Read back: a token that could not be opened again must not take the place of one that can. */
  #sealed(token: string, made: KeyMade & { ok: true }): SealedToken {
    const sealed = sealToken(token, made, this.#parts.random);
    if (openToken(sealed, made.key) !== token) throw new Error('a sealed token does not open again');
    return sealed;
  }

  #forget(before: string | SealedToken | null): void {
    if (before !== null && typeof before !== 'string') this.#parts.keys.forget(before.handle);
  }

  #becomes(state: TokenState, detail: string): void {
    this.#state = state;
    const said = JSON.stringify(state);
    if (said !== this.#said && (state.state !== 'bound' || detail !== ''))
      this.#parts.log({
        code: 'token',
        detail: `${state.state}${'why' in state ? ` (${state.why})` : ''}: ${detail}`,
      });
    this.#said = said;
    this.#parts.changed();
  }
}
