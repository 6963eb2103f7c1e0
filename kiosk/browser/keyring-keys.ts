import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyMade, KeyOpened, MachineKeys } from '#shared/contract/machine-keys.ts';
import { wordsOf } from '#shared/error-words.ts';
import { liesOpenInKeyring } from '#shared/node/open-keyring.ts';

const SECRET_TOOL = 'secret-tool';
const KEY_BYTES = 32;

interface Said {
  /** Null: it did not end in time, and was ended. */
  code: number | null;
  out: string;
  err: string;
}

/**
 * Keys in the desktop's keyring (Secret Service: GNOME Keyring, KWallet, KeePassXC), by libsecret's own command. Each token has
 * an item of its own, so that two kiosks of one user never take each other's. A command that takes longer than `msMax` is ended.
 */
export function keyringKeys(environment: NodeJS.ProcessEnv, msMax: number): MachineKeys {
  const tool = (args: readonly string[], input: string): Promise<Said | null> =>
    run({ environment, msMax }, args, input);
  const open = async (handle: string): Promise<KeyOpened> => {
    const found = await tool(['search', ...itemOf(handle)], '');
    if (found === null) return { ok: false, why: 'absent', detail: `no ${SECRET_TOOL}` };
    if (found.code === null) return { ok: false, why: 'locked', detail: 'the keyring does not answer' };
    if (found.code !== 0) return { ok: false, why: 'absent', detail: firstLine(found.err) };
    const key = /^secret = ([0-9a-f]{64})$/m.exec(found.out)?.[1];
    if (key !== undefined) return { ok: true, key };
    if (!found.out.includes('label = '))
      return { ok: false, why: 'lost', detail: 'the keyring does not hold the key' };
    // Locked: `lookup` asks the person for the keyring's password, where there is a screen to ask on.
    const unlocked = await tool(['lookup', ...itemOf(handle)], '');
    return unlocked?.code === 0 && /^[0-9a-f]{64}$/.test(unlocked.out)
      ? { ok: true, key: unlocked.out }
      : { ok: false, why: 'locked', detail: 'the keyring is locked' };
  };
  const make = async (): Promise<KeyMade> => {
    const handle = randomUUID();
    const key = randomBytes(KEY_BYTES).toString('hex');
    const stored = await tool(['store', '--label=Muster 配对令牌 pairing token', ...itemOf(handle)], key);
    if (stored === null) return { ok: false, why: 'absent', detail: `no ${SECRET_TOOL}` };
    if (stored.code === null) return { ok: false, why: 'locked', detail: 'the keyring does not answer' };
    if (stored.code !== 0) {
      const answers = (await tool(['search', ...itemOf(handle)], ''))?.code === 0;
      return { ok: false, why: answers ? 'locked' : 'absent', detail: firstLine(stored.err) };
    }
    const read = await open(handle);
    if (!read.ok) return { ok: false, why: read.why === 'lost' ? 'locked' : read.why, detail: read.detail };
    if (read.key !== key) return { ok: false, why: 'locked', detail: 'the keyring gave back another key' };
    if (liesOpenInKeyring(environment, handle)) {
      void tool(['clear', ...itemOf(handle)], '');
      return { ok: false, why: 'open', detail: 'the keyring has no password and lies open on the disk' };
    }
    return { ok: true, key, handle };
  };
  return {
    make,
    open,
    forget: (handle) => void tool(['clear', ...itemOf(handle)], ''),
  };
}

const itemOf = (handle: string): string[] => ['application', 'muster-kiosk', 'key', handle];

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

/** Null: the command is not installed. */
async function run(
  given: { environment: NodeJS.ProcessEnv; msMax: number },
  args: readonly string[],
  input: string,
): Promise<Said | null> {
  const child = spawn(SECRET_TOOL, args, {
    env: { ...given.environment, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: given.msMax,
    killSignal: 'SIGKILL',
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  child.stdin.on('error', () => {}); // it ended without reading: its code says why
  child.stdin.end(input);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    return { code: 1, out: '', err: wordsOf(error) };
  }
}
