import { randomBytes, randomInt, scryptSync } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '#shared/node/atomic-file.ts';
import { readKeyFile } from './key-file.ts';
import { encloseSecret, newBoxKeys } from './sealed-box.ts';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { ROUND_KEY_BYTES } from '#shared/event/credential.ts';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { OPENING_CODE, OPENING_CODE_DIGITS } from '#shared/opening-code.ts';
import { wrappedKeySchema, type WrappedKey } from '#shared/round.ts';

/** Keys of one round; whoever deletes its file makes the round's personal data unreadable for ever. */
export interface RoundKeys {
  /** The round key, 32 bytes: credential keys derive from it. */
  key: Uint8Array;
  /** X25519, 32 bytes each: sealed parts are boxed to the public one. */
  publicKey: Uint8Array;
  secretKey: Uint8Array;
  /** Digits on the set-up sheet (shared/opening-code.ts); a kiosk that starts without the edge unwraps the round key with it. */
  openingCode: string;
  wrapped: WrappedKey;
}

export interface SiteKeys {
  /** X25519, 32 bytes each: swipes taken while no round is known are sealed to the public one. */
  intakePublic: Uint8Array;
  intakeSecret: Uint8Array;
  /** 32 bytes: what tokens and pairing secrets are hashed under before they are stored. */
  tokenKey: Uint8Array;
}

/**
 * Cost of wrapping under the opening code: thirteen digits are 43 bits, so each guess must cost. 2^17 · 8 · 128 bytes are
 * 128 MiB and about a third of a second of a server's core, once per start of a kiosk without the edge. Its smallest laptop
 * has 4 GB and may be eight times as slow: it then waits under three seconds.
 */
const WRAP_COST = { costN: 1 << 17, blockR: 8, parallelP: 1 } as const;
const SCRYPT_MEMORY_BYTES_MAX = 192 * 1024 * 1024;

/** `round-<id>.json`. */
const ROUND_FILE = /^round-[0-9a-f-]{36}\.json$/;

const key32 = z.string().regex(/^[0-9a-f]{64}$/);
const roundFileSchema = z.strictObject({
  version: z.literal(1),
  round: roundIdSchema,
  key: key32,
  publicKey: key32,
  secretKey: key32,
  openingCode: z.string().regex(OPENING_CODE),
  wrapped: wrappedKeySchema,
});
const siteFileSchema = z.strictObject({
  version: z.literal(1),
  intakePublic: key32,
  intakeSecret: key32,
  tokenKey: key32,
});

/**
 * `--keys DIR`: the site's keys and every round's, one file each, readable by the owner alone and never in a database.
 * Several threads may hold a store on one directory; files are written whole or not at all.
 */
export class KeyStore {
  readonly dir: string;
  readonly #rounds = new Map<RoundId, RoundKeys>();
  #site: SiteKeys | null = null;

  /** Makes the directory if it is missing. */
  constructor(dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.dir = dir;
  }

  /** Keys of a round, or null when this store never had them or they were purged. Throws on a damaged file. */
  round(round: RoundId): RoundKeys | null {
    const known = this.#rounds.get(round);
    if (known) return known;
    const file = readKeyFile(this.#roundFile(round), roundFileSchema);
    if (file === null) return null;
    const keys: RoundKeys = {
      key: hexToBytes(file.key),
      publicKey: hexToBytes(file.publicKey),
      secretKey: hexToBytes(file.secretKey),
      openingCode: file.openingCode,
      wrapped: file.wrapped,
    };
    this.#rounds.set(round, keys);
    return keys;
  }

  /** Makes the keys of a new round, durable before it returns. Throws if the round has keys already. */
  createRound(round: RoundId): RoundKeys {
    if (this.round(round)) throw new Error(`round ${round} has keys already`);
    const key = new Uint8Array(randomBytes(ROUND_KEY_BYTES));
    const openingCode = String(randomInt(10 ** OPENING_CODE_DIGITS)).padStart(OPENING_CODE_DIGITS, '0');
    const keys: RoundKeys = { key, ...newBoxKeys(), openingCode, wrapped: wrapRoundKey(key, openingCode) };
    const file: z.infer<typeof roundFileSchema> = {
      version: 1,
      round,
      key: bytesToHex(key),
      publicKey: bytesToHex(keys.publicKey),
      secretKey: bytesToHex(keys.secretKey),
      openingCode,
      wrapped: keys.wrapped,
    };
    writeFileAtomic(this.#roundFile(round), JSON.stringify(file));
    this.#rounds.set(round, keys);
    return keys;
  }

  /** The site's own keys, made at the first call. Call it once before other threads open the store. */
  site(): SiteKeys {
    if (this.#site) return this.#site;
    const at = path.join(this.dir, 'site.json');
    const file = readKeyFile(at, siteFileSchema);
    if (file === null) {
      const intake = newBoxKeys();
      const made = {
        version: 1,
        intakePublic: bytesToHex(intake.publicKey),
        intakeSecret: bytesToHex(intake.secretKey),
        tokenKey: randomBytes(32).toString('hex'),
      };
      writeFileAtomic(at, JSON.stringify(made));
      return this.site();
    }
    this.#site = {
      intakePublic: hexToBytes(file.intakePublic),
      intakeSecret: hexToBytes(file.intakeSecret),
      tokenKey: hexToBytes(file.tokenKey),
    };
    return this.#site;
  }

  #roundFile(round: RoundId): string {
    return path.join(this.dir, `round-${roundIdSchema.parse(round)}.json`);
  }
}

/** The round key wrapped under the opening code: scrypt(code, salt) → secretbox (shared/round.ts). */
function wrapRoundKey(key: Uint8Array, openingCode: string): WrappedKey {
  const salt = randomBytes(16);
  const { costN, blockR, parallelP } = WRAP_COST;
  const wrapping = scryptSync(openingCode, salt, 32, {
    N: costN,
    r: blockR,
    p: parallelP,
    maxmem: SCRYPT_MEMORY_BYTES_MAX,
  });
  return {
    salt: salt.toString('hex'),
    costN,
    blockR,
    parallelP,
    box: bytesToHex(encloseSecret(key, new Uint8Array(wrapping))),
  };
}

/** How many rounds' keys lie in this directory; it need not be there. */
export function roundKeysIn(dir: string): number {
  try {
    return readdirSync(dir).filter((name) => ROUND_FILE.test(name)).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
