import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { bytesToUtf8, concatBytes, hexToBytes, utf8ToBytes } from '#shared/bytes.ts';
import { keyHandleSchema } from '#shared/contract/machine-keys.ts';
import type { Random } from '#shared/random.ts';

/** A pairing token under a key of this machine, whose handle lies beside it. */
export const sealedTokenSchema = z.strictObject({
  handle: keyHandleSchema,
  /** Nonce, tag and ciphertext, base64. */
  box: z.string().regex(/^[A-Za-z0-9+/=]{40,400}$/),
});
export type SealedToken = z.infer<typeof sealedTokenSchema>;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A box of anything else is no token. */
const PURPOSE = utf8ToBytes('muster pairing token 1');

/** Seals a token under a key (hex). */
export function sealToken(
  token: string,
  under: { key: string; handle: string },
  random: Random,
): SealedToken {
  const nonce = random.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, hexToBytes(under.key), nonce).setAAD(PURPOSE);
  const sealed = concatBytes(cipher.update(utf8ToBytes(token)), cipher.final());
  const box = Buffer.from(concatBytes(nonce, cipher.getAuthTag(), sealed)).toString('base64');
  return { handle: under.handle, box };
}

/** The token in a box; null where the key (hex) is not the one it was sealed under, or the box was changed. */
export function openToken({ box }: SealedToken, key: string): string | null {
  const bytes = Buffer.from(box, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, hexToBytes(key), nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(PURPOSE).setAuthTag(tag);
    const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return bytesToUtf8(concatBytes(decipher.update(sealed), decipher.final()));
  } catch {
    return null; // another key, or changed bytes: the cipher says no more
  }
}
