/** The shell's own start that makes or opens one key by Electron's safeStorage, says it on standard output and ends. */
import { randomBytes } from 'node:crypto';
import type { SafeStorage } from 'electron';
import type { KeyMade, KeyOpened } from '#shared/contract/machine-keys.ts';
import { wordsOf } from '#shared/error-words.ts';
import { liesOpenInKeyring } from '#shared/node/open-keyring.ts';

const KEY_BYTES = 32;
/** As Chromium names its item in a keyring. */
const CHROMIUMS_ITEM = 'Safe Storage';
/** What Chromium calls a Linux without a keyring: it would encrypt under a password that stands in its source. */
const NO_KEYRING = new Set(['basic_text', 'unknown']);

/** Null: this machine's keyring can be used. Electron must be ready. */
function trouble(
  storage: SafeStorage,
  platform: NodeJS.Platform,
): { ok: false; why: 'absent' | 'locked'; detail: string } | null {
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend() : platform;
  if (NO_KEYRING.has(backend)) return { ok: false, why: 'absent', detail: `keyring: ${backend}` };
  if (!storage.isEncryptionAvailable())
    return { ok: false, why: 'locked', detail: `${backend} cannot be used now` };
  return null;
}

export interface KeyMachine {
  storage: SafeStorage;
  platform: NodeJS.Platform;
  environment: Readonly<Record<string, string | undefined>>;
}

/** A new key; its handle is the key itself, encrypted. */
export function makeKey({ storage, platform, environment }: KeyMachine): KeyMade {
  try {
    const none = trouble(storage, platform);
    if (none !== null) return none;
    const key = randomBytes(KEY_BYTES).toString('hex');
    const sealed = storage.encryptString(key);
    if (storage.decryptString(sealed) !== key)
      return { ok: false, why: 'locked', detail: 'the keyring gave back another key' };
    if (platform === 'linux' && liesOpenInKeyring(environment, CHROMIUMS_ITEM))
      return { ok: false, why: 'open', detail: 'the keyring has no password and lies open on the disk' };
    return { ok: true, key, handle: sealed.toString('base64') };
  } catch (error) {
    return { ok: false, why: 'locked', detail: wordsOf(error) };
  }
}

/** The key of a handle of `makeKey`. */
export function openKey({ storage, platform }: KeyMachine, handle: string): KeyOpened {
  try {
    const none = trouble(storage, platform);
    if (none !== null) return none;
    const key = storage.decryptString(Buffer.from(handle, 'base64'));
    if (/^[0-9a-f]{64}$/.test(key)) return { ok: true, key };
  } catch {
    // Encrypted under another key than this keyring's: Electron says no more.
  }
  return { ok: false, why: 'lost', detail: 'the keyring cannot open the key' };
}
