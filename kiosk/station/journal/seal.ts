/** The only importer of libsodium on the kiosk. */
import sodium from 'libsodium-wrappers';
import { encodeSealedPerson, type SealedPerson } from '#shared/event/sealed.ts';

/** Makes libsodium usable; awaited once before anything below is called. */
export async function sodiumReady(): Promise<void> {
  await sodium.ready;
}

/** Boxes a person to a public key (X25519, 32 bytes) with crypto_box_seal: nobody here can open it again. */
export function sealPerson(person: SealedPerson, publicKey: Uint8Array): Uint8Array {
  return sodium.crypto_box_seal(encodeSealedPerson(person), publicKey);
}

const NONCE_BYTES = 24;

/** Opens nonce 24 ‖ XSalsa20-Poly1305 box under a 32-byte key; null when the key is another one. */
export function openSecretBox(bytes: Uint8Array, key: Uint8Array): Uint8Array | null {
  try {
    return sodium.crypto_secretbox_open_easy(
      bytes.subarray(NONCE_BYTES),
      bytes.subarray(0, NONCE_BYTES),
      key,
    );
  } catch {
    return null; // libsodium throws on a wrong key and on changed bytes alike: both mean "another opening code"
  }
}
