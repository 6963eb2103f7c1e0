import {
  closeSync,
  existsSync,
  fsyncSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { bytesToUtf8, utf8ToBytes } from '#shared/bytes.ts';
import { LANGUAGE_CODES } from '#shared/language/languages.ts';
import { hashHexSchema, installIdSchema, stationSchema } from '#shared/ids.ts';
import { readerSettingSchema } from '#shared/reader-setting.ts';
import { writeFileAtomic } from '#shared/node/atomic-file.ts';
import type { Log } from './log.ts';
import { sealedTokenSchema } from './sealed-token.ts';

export const edgeAddressSchema = z.strictObject({
  host: z.string().regex(/^[A-Za-z0-9.:-]{1,120}$/),
  port: z.int().min(1).max(65_535),
});
export type EdgeAddress = z.infer<typeof edgeAddressSchema>;

/** An edge moves a few times in its life; more addresses than this only slow the search down. */
export const KNOWN_ADDRESSES_MAX = 8;

/** A reader for people, its neighbour's as a spare, scanners for tubes and badges: more than eight are no one table. */
export const READERS_MAX = 8;

const pairingSchema = z.strictObject({
  /** In clear where no keyring binds it to this machine, as in files from before there were sealed ones. */
  token: z.union([z.string().min(16).max(128), sealedTokenSchema]),
  station: stationSchema,
  site: z.string().max(80),
  /** X25519 public key, hex: swipes taken while no round is known are sealed to it. */
  intakeKey: hashHexSchema,
  /** SHA-256 of the edge's public key; null where it speaks plain HTTP on loopback. */
  fingerprint: hashHexSchema.nullable(),
  /** Where the edge was seen, the best first. */
  addresses: z.array(edgeAddressSchema).min(1).max(KNOWN_ADDRESSES_MAX),
});
export type Pairing = z.infer<typeof pairingSchema>;

const settingsSchema = z.strictObject({
  version: z.literal(1),
  /** The current install, so that a journal that is gone altogether can still be named. */
  install: installIdSchema.nullable(),
  pairing: pairingSchema.nullable(),
  /** The readers a person has confirmed; files from before there were any lack them. */
  readers: z.array(readerSettingSchema).max(READERS_MAX).default([]),
  /** Which maker's service answered last for a reader (`readerIdOf`), as its place in the order they are tried in. */
  lastGoodServices: z.record(z.string().max(400), z.int().min(0).max(20)).default({}),
  /** Of the screen; absent until somebody has chosen one. One that this version does not have is as none. */
  language: z.enum(LANGUAGE_CODES).optional().catch(undefined),
});
type Settings = z.infer<typeof settingsSchema>;

const EMPTY: Settings = { version: 1, install: null, pairing: null, readers: [], lastGoodServices: {} };

/** What a kiosk knows of itself, kept in one small file written whole. It holds no personal data. */
export interface SettingsStore {
  get(): Settings;
  /** Writes at once, synced. Throws what the file system throws. */
  change(change: Partial<Omit<Settings, 'version'>>): void;
}

/**
 * Changes what can be found out again (an address that worked, the install's name). When it cannot be written that is
 * logged, and nothing else stops.
 */
export function changeIfPossible(
  settings: SettingsStore,
  change: Parameters<SettingsStore['change']>[0],
  log: Log,
): void {
  try {
    settings.change(change);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    log({ code: 'fault', detail: `settings: ${error.message}` });
  }
}

/** Opens `settings.json` of a data directory; throws, naming file and field, when it cannot be used. */
export function openSettings(directory: string): SettingsStore {
  const file = path.join(directory, 'settings.json');
  // What a power cut left of a file half written may hold a token; this process alone works here (`openDatabase`).
  for (const name of existsSync(directory) ? readdirSync(directory) : [])
    if (/^settings\.json\.\d+\.tmp$/.test(name)) rmSync(path.join(directory, name), { force: true });
  let settings = existsSync(file) ? parseSettings(readFileSync(file), file) : EMPTY;
  return {
    get: () => settings,
    change(change) {
      const next = { ...settings, ...change };
      const bytes = utf8ToBytes(`${JSON.stringify(next, null, 2)}\n`);
      const isSealing = hasClearToken(settings) && !hasClearToken(next);
      if (isSealing) replaceOverwriting(file, bytes);
      else writeFileAtomic(file, bytes);
      settings = next;
    },
  };
}

const hasClearToken = ({ pairing }: Settings): boolean => typeof pairing?.token === 'string';

/**
 * Puts the new file in the place of the old one, then overwrites the old one's bytes, which no name leads to any more. Flash
 * memory may keep a copy of its own all the same. Windows renames over no open file: there the old bytes stay until reused.
 */
function replaceOverwriting(file: string, bytes: Uint8Array): void {
  const old = process.platform === 'win32' || !existsSync(file) ? null : openSync(file, 'r+');
  try {
    writeFileAtomic(file, bytes);
    if (old === null) return;
    writeSync(old, new Uint8Array(fstatSync(old).size), 0, undefined, 0);
    fsyncSync(old);
  } finally {
    if (old !== null) closeSync(old);
  }
}

function parseSettings(bytes: Uint8Array, file: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(bytesToUtf8(bytes));
  } catch (error) {
    throw new Error(`设置文件损坏,请移走后重新配对 · ${file} is no JSON: move it away and pair again`, {
      cause: error,
    });
  }
  const parsed = settingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new Error(
    `设置文件有误,请移走后重新配对 · ${file}: "${at}" cannot be used: move the file away and pair again`,
  );
}
