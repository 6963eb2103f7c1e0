import { z } from 'zod';
import { bytesToUtf8, utf8ToBytes } from '../bytes.ts';
import { CREDENTIAL_KINDS } from './credential.ts';

/**
 * What a swipe's sealed part holds once opened: the credential in canonical form and what the card or the person said.
 * For kind `none`, `number` is 32 random hex digits, so that the derived key is a person of its own.
 */
export const sealedPersonSchema = z.strictObject({
  kind: z.enum(CREDENTIAL_KINDS),
  number: z.string().min(1).max(64),
  name: z.string().max(120).nullable(),
  phone: z.string().max(20).nullable(),
  note: z.string().max(200).nullable(),
});
export type SealedPerson = z.infer<typeof sealedPersonSchema>;

/** Plain text is padded with blanks to a multiple of this, so that a box's length does not tell a name's length. */
const SEALED_PAD_BYTES = 128;

/** The bytes to put into the box (libsodium crypto_box_seal): JSON, UTF-8, padded with blanks. */
export function encodeSealedPerson(person: SealedPerson): Uint8Array {
  const json = utf8ToBytes(JSON.stringify(person));
  const padded = new Uint8Array(Math.ceil(json.length / SEALED_PAD_BYTES) * SEALED_PAD_BYTES).fill(0x20);
  padded.set(json);
  return padded;
}

/** Parses an opened box; null when it holds anything else than a `SealedPerson`. */
export function decodeSealedPerson(bytes: Uint8Array): SealedPerson | null {
  try {
    const parsed = sealedPersonSchema.safeParse(JSON.parse(bytesToUtf8(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // not UTF-8 or not JSON: the caller treats the event as invalid and keeps its bytes
  }
}
