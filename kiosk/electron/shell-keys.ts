import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { app, safeStorage } from 'electron';
import type { z } from 'zod';
import {
  KEYRING_MS_MAX,
  keyMadeSchema,
  keyOpenedSchema,
  type MachineKeys,
} from '#shared/contract/machine-keys.ts';
import { wordsOf } from '#shared/error-words.ts';
import type { KeyAsk } from './start-options.ts';
import { makeKey, openKey, type KeyMachine } from './token-key.ts';

/** Chromium's own switches that decide which keyring it takes and whether it starts at all. */
const HANDED_ON = ['no-sandbox', 'password-store', 'ozone-platform'];

/**
 * Keys by Electron's safeStorage. On Linux it asks the keyring in the turn it is called, and a locked one may stand there with a
 * password dialog: that happens in a start of its own, which is ended when it takes too long, while the screen counts on. Elsewhere
 * the system answers at once.
 */
export function shellKeys(): MachineKeys {
  const machine: KeyMachine = { storage: safeStorage, platform: process.platform, environment: process.env };
  return {
    make: async () =>
      process.platform === 'linux' ? parsed(keyMadeSchema, await asked('make')) : makeKey(machine),
    open: async (handle) =>
      process.platform === 'linux'
        ? parsed(keyOpenedSchema, await asked(`open:${handle}`))
        : openKey(machine, handle),
    forget: () => {}, // a handle holds its key: nothing else is kept of it
  };
}

/** The other side of `asked`: what such a start says on standard output. Electron must be ready. */
export function keyAnswer(ask: KeyAsk): string {
  const machine: KeyMachine = { storage: safeStorage, platform: process.platform, environment: process.env };
  const answer = ask.ask === 'make' ? makeKey(machine) : openKey(machine, ask.handle);
  return `${JSON.stringify(answer)}\n`;
}

const locked = (detail: string) => ({ ok: false, why: 'locked', detail }) as const;

function parsed<T>(schema: z.ZodType<T>, said: unknown): T | ReturnType<typeof locked> {
  const answer = schema.safeParse(said);
  return answer.success ? answer.data : locked('the keyring’s answer cannot be used');
}

async function asked(what: string): Promise<unknown> {
  const switches = HANDED_ON.filter((name) => app.commandLine.hasSwitch(name)).map((name) => {
    const value = app.commandLine.getSwitchValue(name);
    return value === '' ? `--${name}` : `--${name}=${value}`;
  });
  const args = [...switches, ...(app.isPackaged ? [] : [app.getAppPath()]), `--token-key=${what}`];
  const child = spawn(process.execPath, [...args, `--data=${app.getPath('userData')}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: KEYRING_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  try {
    await once(child, 'close');
    const line = out.split('\n').findLast((text) => text.startsWith('{'));
    return line === undefined ? locked('the keyring does not answer') : (JSON.parse(line) as unknown);
  } catch (error) {
    return locked(wordsOf(error));
  }
}
