import type { CredentialKind } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';

/** Who put something on a reader: the number as it is canonical for its kind, and the name where the card says one. */
export interface GivenPerson {
  kind: Exclude<CredentialKind, 'document' | 'none'>;
  number: string;
  name: string | null;
  entry: EventOf<'swipe'>['entry'];
}
