import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { CredentialKey } from '../ids.ts';
import { bytesToHex, utf8ToBytes } from '../bytes.ts';

/** What a person gave: ID number, a card's physical number, staff number, another document, or nothing. */
export const CREDENTIAL_KINDS = ['id', 'physical', 'staff', 'document', 'none'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const KEY_BYTES = 16;
export const ROUND_KEY_BYTES = 32;

/**
 * Credential key: first 16 bytes of HMAC-SHA-256(round key, kind ‖ 00 ‖ canonical number), in hex.
 * `roundKey` is 32 bytes; `canonical` is the number as `canonicalNumber` returns it.
 */
export function credentialKey(
  roundKey: Uint8Array,
  credential: { kind: CredentialKind; canonical: string },
): CredentialKey {
  if (roundKey.length !== ROUND_KEY_BYTES) throw new RangeError('round key must have 32 bytes');
  return bytesToHex(
    hmac(sha256, roundKey, utf8ToBytes(`${credential.kind}\0${credential.canonical}`)).subarray(0, KEY_BYTES),
  ) as CredentialKey;
}

const FULL_WIDTH = /[！-～]/g;
const BLANKS = /[\s\u00a0\u3000\u200b\ufeff]/g;

/** Full-width ASCII to ASCII, blanks of every kind removed, upper case: the ground every number form starts from. */
export function plainNumber(text: string): string {
  return text
    .replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(BLANKS, '')
    .toUpperCase();
}

/** Upper bound of a staff or document number; longer is a scan of something else. */
export const NUMBER_LENGTH_MAX = 40;

/**
 * Canonical form of a staff number: leading zeros dropped, because spreadsheets lose them;
 * null when nothing usable remains.
 */
export function canonicalStaffNumber(text: string): string | null {
  const plain = plainNumber(text);
  if (plain === '' || plain.length > NUMBER_LENGTH_MAX) return null;
  return plain.replace(/^0+(?=.)/, '');
}

/** Types of documents that station staff choose from when they type a number; a roster may name others. */
export const TYPED_DOCUMENTS = ['PASSPORT', 'HK-MACAO', 'TAIWAN', 'TEMPORARY', 'OTHER'] as const;

/** Canonical form of another document: `TYPE/NUMBER`, both upper case without blanks; null when either is empty. */
export function canonicalDocument(document: { type: string; number: string }): string | null {
  const type = plainNumber(document.type);
  const number = plainNumber(document.number);
  if (type === '' || number === '' || type.includes('/') || type.length + number.length > NUMBER_LENGTH_MAX)
    return null;
  return `${type}/${number}`;
}

/** Canonical form of a card's physical number: 16 hex digits, upper case (reader-protocols.md 4); null otherwise. */
export function canonicalPhysicalNumber(text: string): string | null {
  const plain = plainNumber(text);
  return /^[0-9A-F]{16}$/.test(plain) ? plain : null;
}
