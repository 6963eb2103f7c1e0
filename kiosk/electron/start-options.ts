import path from 'node:path';
import { parseArgs } from 'node:util';

export interface StartOptions {
  /** Where the journal lies; null: in the app's own folder. */
  data: string | null;
  readers: string[];
  pair: string | null;
  /** What the shell asks of a start of its own (`shell-keys.ts`); null: a kiosk is wanted. */
  tokenKey: KeyAsk | null;
}

export type KeyAsk = { ask: 'make' } | { ask: 'open'; handle: string };

/**
 * What the kiosk was started with: `--data DIR`, `--reader PATH` (may come again), `--pair TEXT`, or MUSTER_DATA,
 * MUSTER_READER (separated by blanks), MUSTER_PAIR. Chromium's own switches among the arguments are left alone.
 */
export function startOptions(from: {
  arguments: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
}): StartOptions {
  const { values } = parseArgs({
    args: [...from.arguments],
    strict: false,
    options: {
      data: { type: 'string' },
      reader: { type: 'string', multiple: true },
      pair: { type: 'string' },
      'token-key': { type: 'string' },
    },
  });
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const data = text(values.data) ?? text(from.environment['MUSTER_DATA']);
  const readers = (values.reader ?? []).filter((reader) => typeof reader === 'string');
  return {
    data: data === null ? null : path.resolve(from.folder, data),
    readers:
      readers.length > 0
        ? readers
        : (from.environment['MUSTER_READER'] ?? '').split(' ').filter((one) => one !== ''),
    pair: text(values.pair) ?? text(from.environment['MUSTER_PAIR']),
    tokenKey: keyAsk(text(values['token-key'])),
  };
}

const OPEN = 'open:';
function keyAsk(value: string | null): KeyAsk | null {
  if (value === null) return null;
  return value.startsWith(OPEN) ? { ask: 'open', handle: value.slice(OPEN.length) } : { ask: 'make' };
}
