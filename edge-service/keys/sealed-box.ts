/**
 * libsodium's boxes without libsodium: sealed boxes (`crypto_box_seal`: X25519, BLAKE2b, XSalsa20-Poly1305) for people's
 * numbers, secret boxes (`crypto_secretbox_easy`) for data at rest. Kiosks seal with libsodium itself; here its WebAssembly
 * would stand in the memory of each of three threads, 5 MB apiece, to open boxes no faster. Tested against libsodium.
 */
import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { hsalsa, secretbox } from '@noble/ciphers/salsa.js';
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes } from '#shared/bytes.ts';

export interface BoxKeys {
  /** X25519, 32 bytes each. */
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

const NONCE_BYTES = 24;
const KEY_BYTES = 32;
/** Ephemeral public key and Poly1305 tag in front of what a sealed box holds. */
const SEAL_BYTES = KEY_BYTES + 16;
/** What stands before the 32 bytes of an X25519 key in DER (RFC 8410). */
const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');
/** "expand 32-byte k", the constant of Salsa20. */
const SIGMA = new Uint32Array(new Uint8Array(Buffer.from('expand 32-byte k')).buffer);

/** A fresh X25519 key pair from the system's randomness. */
export function newBoxKeys(): BoxKeys {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: rawKey(publicKey.export({ type: 'spki', format: 'der' })),
    secretKey: rawKey(privateKey.export({ type: 'pkcs8', format: 'der' })),
  };
}

/** libsodium crypto_box_seal: anyone can make one, only the holder of the secret key opens it. */
export function seal(plain: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const own = newBoxKeys();
  const box = secretbox(sharedKey(secretOf(own), publicKey), nonceOf(own.publicKey, publicKey)).seal(plain);
  return concatBytes(own.publicKey, box);
}

/** Opens a sealed box; null when it was not made for these keys or was changed. */
export function openSealed(box: Uint8Array, keys: BoxKeys): Uint8Array | null {
  if (box.length < SEAL_BYTES) return null;
  const theirs = box.subarray(0, KEY_BYTES);
  try {
    const key = sharedKey(secretOf(keys), theirs);
    return secretbox(key, nonceOf(theirs, keys.publicKey)).open(box.subarray(KEY_BYTES));
  } catch {
    return null; // a wrong key, a changed box and a key of low order throw alike; all mean "cannot be opened"
  }
}

/** Secret box (XSalsa20-Poly1305) under a 32-byte key: nonce 24 bytes ‖ box. */
export function encloseSecret(plain: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
  return concatBytes(nonce, secretbox(key, nonce).seal(plain));
}

/** Opens `encloseSecret`'s bytes; null under another key, or when they were changed or cut. */
export function discloseSecret(bytes: Uint8Array, key: Uint8Array): Uint8Array | null {
  if (bytes.length < NONCE_BYTES) return null;
  try {
    return secretbox(key, bytes.slice(0, NONCE_BYTES)).open(bytes.subarray(NONCE_BYTES));
  } catch {
    return null; // as in openSealed: a wrong key and changed bytes cannot be told apart
  }
}

/** crypto_box_beforenm: HSalsa20 of the X25519 secret. Throws on a public key of low order. */
function sharedKey(secret: KeyObject, publicKey: Uint8Array): Uint8Array {
  const theirs = createPublicKey({
    key: Buffer.concat([SPKI_X25519, publicKey]),
    format: 'der',
    type: 'spki',
  });
  const shared = new Uint8Array(diffieHellman({ privateKey: secret, publicKey: theirs }));
  const key = new Uint32Array(KEY_BYTES / 4);
  hsalsa(SIGMA, new Uint32Array(shared.buffer), new Uint32Array(4), key);
  return new Uint8Array(key.buffer);
}

/** Key objects of key pairs in use: making one costs as much as a box. */
const secrets = new WeakMap<BoxKeys, KeyObject>();

function secretOf(keys: BoxKeys): KeyObject {
  const known = secrets.get(keys);
  if (known !== undefined) return known;
  const der = Buffer.concat([PKCS8_X25519, keys.secretKey]);
  const made = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  secrets.set(keys, made);
  return made;
}

const nonceOf = (ephemeral: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  blake2b(concatBytes(ephemeral, publicKey), { dkLen: NONCE_BYTES });

const rawKey = (der: Buffer): Uint8Array => new Uint8Array(der.subarray(-KEY_BYTES));
