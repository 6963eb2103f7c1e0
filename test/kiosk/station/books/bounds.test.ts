import { scryptSync } from 'node:crypto';
import path from 'node:path';
import sodium from 'libsodium-wrappers';
import { describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes } from '#shared/bytes.ts';
import { RoundBook, SCRYPT_BYTES_MAX } from '../../../../kiosk/station/books/round-book.ts';
import { openDatabase } from '../../../../kiosk/station/disk/database.ts';
import {
  makeRound,
  roundsMessage,
  temporaryDirectory,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';

/** The largest a round may ask for. */
const N = 1 << 20;
const BLOCK_BYTES = 128;
/** scrypt takes BLOCK_BYTES · N · r. */
const R_MAX = SCRYPT_BYTES_MAX / (BLOCK_BYTES * N);

/** The round with its key wrapped at this cost. */
async function wrappedAt(cost: { N: number; r: number }): Promise<TestRound> {
  const made = await makeRound(1);
  const salt = hexToBytes(made.info.wrappedKey.salt);
  const memory = BLOCK_BYTES * cost.N * cost.r;
  const derived = scryptSync(made.openingCode, salt, 32, { ...cost, p: 1, maxmem: 2 * memory });
  const nonce = sodium.randombytes_buf(24);
  const box = bytesToHex(concatBytes(nonce, sodium.crypto_secretbox_easy(made.key, nonce, derived)));
  const wrappedKey = { ...made.info.wrappedKey, costN: cost.N, blockR: cost.r, box };
  return { ...made, info: { ...made.info, wrappedKey } };
}

describe('bounds of round keys', () => {
  it.each([
    [R_MAX / 2, 1],
    [R_MAX, 1],
    [R_MAX + 1, 0],
  ])(
    'BN1 a key whose unwrapping takes memory up to the bound is opened, and no other (r = %d)',
    async (r, opened) => {
      const place = temporaryDirectory();
      const file = path.join(place.directory, 'kiosk.db');
      const round = await wrappedAt({ N, r });
      const before = openDatabase({ file, nativeBinding: null });
      new RoundBook(before, () => {}).take(roundsMessage(round));
      before.close();
      // Started again: the round is on the disk, its key is not.
      const database = openDatabase({ file, nativeBinding: null });
      expect(await new RoundBook(database, () => {}).unlock(round.openingCode)).toBe(opened);
      database.close();
      place.remove();
    },
    120_000,
  );
});
