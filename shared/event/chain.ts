import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, hexToBytes, uint64Bytes } from '../bytes.ts';
import { installHex, type InstallId } from '../ids.ts';

/** SHA-256 (FIPS 180-4). Hot paths pass their platform's own; `portableSha256` runs anywhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
export const portableSha256: Sha256 = (bytes) => nobleSha256(bytes);

export const HASH_BYTES = 32;
/** The "previous hash" of the first event of every journal. */
export const GENESIS_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** Head of a journal: the last sequence (0 when empty) and its hash (genesis when empty). */
export interface Head {
  sequence: number;
  hash: Uint8Array;
}
export const EMPTY_HEAD: Head = { sequence: 0, hash: GENESIS_HASH };

/**
 * Links one event to the journal before it:
 * SHA-256(previous hash, 32 bytes ‖ install, 16 bytes ‖ sequence, 8 bytes big-endian ‖ SHA-256(body), 32 bytes).
 * Two events are equal exactly when their hashes are.
 */
export function linkHash(
  sha256: Sha256,
  link: { previous: Uint8Array; install: InstallId; sequence: number; body: Uint8Array },
): Uint8Array {
  return linkBodyHash(sha256, { ...link, bodyHash: sha256(link.body) });
}

/** The same from a bare body hash: what a package carries for events that belong to others. */
export function linkBodyHash(
  sha256: Sha256,
  link: { previous: Uint8Array; install: InstallId; sequence: number; bodyHash: Uint8Array },
): Uint8Array {
  return sha256(
    concatBytes(
      link.previous,
      hexToBytes(installHex(link.install)),
      uint64Bytes(link.sequence),
      link.bodyHash,
    ),
  );
}

/** SHA-256 of a sealed part in the hex form in which a body names it. */
export function sealedHash(sha256: Sha256, sealed: Uint8Array): string {
  return bytesToHex(sha256(sealed));
}
