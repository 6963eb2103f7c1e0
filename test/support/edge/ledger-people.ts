import { credentialKey } from '#shared/event/credential.ts';
import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { encodeSealedPerson } from '#shared/event/sealed.ts';
import type { RoundDefinition, RoundState } from '#shared/round.ts';
import type { EventBody } from '#shared/event/event.ts';
import { sha256Hex } from '../../../edge-service/keys/digest.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { seal } from '../../../edge-service/keys/sealed-box.ts';
import type { Store } from '../../../edge-service/store/database.ts';
import type { TestJournal } from '../kiosk/test-journal.ts';

/** The number of the n-th invented person: a region that does not exist. */
export const inventedNumber = (n: number): string => `11019919900101${String(n).padStart(4, '0')}`;

export function keyOfPerson(keys: KeyStore, round: RoundId, n: number): CredentialKey {
  const roundKeys = keys.round(round);
  if (!roundKeys) throw new Error('a round without keys');
  return credentialKey(roundKeys.key, { kind: 'id', canonical: inventedNumber(n) });
}

/** One swipe of the n-th person. `withKey: false`: the kiosk had no round key; `round: null`: it knew no round. */
export function swipeOf(
  journal: TestJournal,
  of: { keys: KeyStore; round: RoundId | null; n: number; withKey: boolean; tube: EventId | null } & Partial<
    Pick<EventBody, 'phase' | 'stand' | 'wallTime'>
  >,
): EventId {
  const { keys, round, n, withKey, tube, ...envelope } = of;
  const publicKey = round === null ? keys.site().intakePublic : keys.round(round)?.publicKey;
  if (!publicKey) throw new Error('a round without keys');
  const sealed = seal(
    encodeSealedPerson({ kind: 'id', number: inventedNumber(n), name: `测${n}`, phone: null, note: null }),
    publicKey,
  );
  return journal.append(
    {
      type: 'swipe',
      round,
      phase: round === null ? 'unfiled' : 'open',
      tube,
      ...envelope,
      credential: { kind: 'id', key: withKey && round !== null ? keyOfPerson(keys, round, n) : null },
      sealed: sha256Hex(sealed),
      entry: 'card',
      shown: 'counted',
      ordinal: 1,
    },
    sealed,
  );
}

/** Puts a round row into the database as the round writes would. */
export function storeRound(
  db: Store,
  of: {
    round: RoundId;
    number: number;
    state: RoundState;
    stations: RoundDefinition['stations'];
    openedAt: number | null;
  },
): void {
  const definition: RoundDefinition = {
    name: `第${of.number}轮`,
    capacity: 10,
    tubeMode: 'codes',
    expectedBasis: 'roster',
    stations: of.stations,
    sessions: [{ name: '早场', from: 1_700_000_000_000, to: 1_700_020_000_000, shift: null }],
  };
  db.prepare(
    `INSERT INTO round(round, number, definition, state, public_key, created_at, opened_at) VALUES (?, ?, ?, ?, '', 0, ?)`,
  ).run(of.round, of.number, JSON.stringify(definition), of.state, of.openedAt);
}
