import { credentialKey } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';
import type { RoundId, CredentialKey } from '#shared/ids.ts';
import { decodeSealedPerson, type SealedPerson } from '#shared/event/sealed.ts';
import type { KeyStore } from './key-store.ts';
import { openSealed } from './sealed-box.ts';

/** A swipe as the ledger holds it: its body and its box, null once destroyed. */
export interface SealedSwipe {
  body: EventOf<'swipe'>;
  sealed: Uint8Array | null;
}

/**
 * The swipe's credential key under `round`, 32 hex digits. The kiosk's own where it had one for this round; else derived
 * from the box. Null when it counts in no round, or keys or box are gone: then it is a person of its own.
 */
export function keyUnder(keys: KeyStore, swipe: SealedSwipe, round: RoundId | null): CredentialKey | null {
  if (round === null) return null;
  const { body } = swipe;
  if (body.round === round && body.credential.key !== null) return body.credential.key;
  const roundKeys = keys.round(round);
  if (roundKeys === null) return null;
  const person = openPerson(keys, swipe);
  return person === null
    ? null
    : credentialKey(roundKeys.key, { kind: person.kind, canonical: person.number });
}

/** Opens a swipe's box with the round's keys, or with the site's intake keys when it was taken without a round. */
export function openPerson(keys: KeyStore, { body, sealed }: SealedSwipe): SealedPerson | null {
  if (sealed === null) return null;
  const box = body.round === null ? intakeKeys(keys) : keys.round(body.round);
  if (box === null) return null;
  const plain = openSealed(sealed, box);
  return plain === null ? null : decodeSealedPerson(plain);
}

function intakeKeys(keys: KeyStore): { publicKey: Uint8Array; secretKey: Uint8Array } {
  const site = keys.site();
  return { publicKey: site.intakePublic, secretKey: site.intakeSecret };
}
