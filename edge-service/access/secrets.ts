import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';

/** A pairing secret is typed on a number pad within this time, once. */
export const PAIRING_LIFETIME_MS = 10 * 60_000;
/** Wrong secrets of one address (http/access-routes.ts) since a pairing was last made: a person at a number pad needs fewer. */
export const PAIRING_TRIES_PER_ADDRESS_MAX = 5;
/**
 * Wrong secrets of all addresses before every open pairing dies: a wrong secret names no pairing, so it counts against all of
 * them. Eight digits and a thousand tries are one chance in a hundred thousand per open pairing, and nobody spoils a pairing
 * from fewer than two hundred addresses.
 */
export const PAIRING_TRIES_MAX = 1000;
const SECRET_DIGITS = 8;
const TOKEN_BYTES = 32;

/** A one-time secret: digits only, because a kiosk may have nothing but a number pad. */
export function newPairingSecret(): string {
  return String(randomInt(10 ** SECRET_DIGITS)).padStart(SECRET_DIGITS, '0');
}

/** A bearer token: 32 random bytes, base64url. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** Id of a pairing, for lists and for revoking; no secret. */
export function newPairingId(): string {
  return randomUUID();
}

/**
 * What is stored of a token or secret: HMAC-SHA-256 under the site's token key, in hex. The key lies in the key store, so
 * that a copy of the database alone cannot be searched for eight digits.
 */
export function tokenHash(tokenKey: Uint8Array, token: string): string {
  return createHmac('sha256', tokenKey).update(token).digest('hex');
}
