/** The only importer of libsodium: sealed boxes (X25519) for people's numbers, secret boxes for data at rest. */
import sodium from 'libsodium-wrappers';

await sodium.ready;

export interface BoxKeys {
  /** X25519, 32 bytes each. */
  publicKey: Uint8Array;
  secretKey: Uint8Array;
}

const NONCE_BYTES = 24;

/** A fresh X25519 key pair from the system's randomness. */
export function newBoxKeys(): BoxKeys {
  const pair = sodium.crypto_box_keypair();
  return { publicKey: pair.publicKey, secretKey: pair.privateKey };
}

/** libsodium crypto_box_seal: anyone can make one, only the holder of the secret key opens it. */
export function seal(plain: Uint8Array, publicKey: Uint8Array): Uint8Array {
  return sodium.crypto_box_seal(plain, publicKey);
}

/** Opens a sealed box; null when it was not made for these keys or was changed. */
export function openSealed(box: Uint8Array, keys: BoxKeys): Uint8Array | null {
  try {
    return sodium.crypto_box_seal_open(box, keys.publicKey, keys.secretKey);
  } catch {
    return null; // libsodium throws on a wrong key and on a changed box alike; both mean "cannot be opened"
  }
}

/** Secret box (XSalsa20-Poly1305) under a 32-byte key: nonce 24 bytes ‖ box. */
export function encloseSecret(plain: Uint8Array, key: Uint8Array): Uint8Array {
  const nonce = sodium.randombytes_buf(NONCE_BYTES);
  const box = sodium.crypto_secretbox_easy(plain, nonce, key);
  const bytes = new Uint8Array(NONCE_BYTES + box.length);
  bytes.set(nonce);
  bytes.set(box, NONCE_BYTES);
  return bytes;
}

/** Opens `encloseSecret`'s bytes; null under another key, or when they were changed or cut. */
export function discloseSecret(bytes: Uint8Array, key: Uint8Array): Uint8Array | null {
  if (bytes.length < NONCE_BYTES) return null;
  try {
    return sodium.crypto_secretbox_open_easy(
      bytes.subarray(NONCE_BYTES),
      bytes.subarray(0, NONCE_BYTES),
      key,
    );
  } catch {
    return null; // as in openSealed: a wrong key and changed bytes cannot be told apart
  }
}
