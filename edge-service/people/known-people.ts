import type { KnownPerson } from '#shared/contract/http-identity.ts';
import type { CredentialKind } from '#shared/event/credential.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import { maskNumber } from '#shared/id-number.ts';
import type { CredentialKey, InstallId, RoundId } from '#shared/ids.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { joinedPerson, keysOf } from '../projection/person-keys.ts';
import { rosterKey, rosterPersonOf, type RosterPerson } from '../roster/roster-store.ts';
import { openSwipe } from '../identity/opened-swipe.ts';

/** A person by one of their keys, with what kind of number the key is of. */
export type KnownCredential = KnownPerson & { kind: CredentialKind | null };

interface Swiped {
  key: CredentialKey;
  install: InstallId;
  sequence: number;
  voided: 0 | 1;
}

/** Says of keys of a round whose they are; numbers masked. Opens the boxes of these people alone. */
export function knownPeople(
  context: Pick<ReportContext, 'db' | 'keys'>,
  round: RoundId,
  keys: readonly CredentialKey[],
): (key: CredentialKey) => KnownCredential {
  const { db } = context;
  const roundKeys = context.keys.round(round);
  const personOf = (key: CredentialKey): string => joinedPerson(db, round, key) ?? key;
  const all = new Set(keys.flatMap((key) => keysOf(db, round, personOf(key))));
  const swipes = Map.groupBy(
    db
      .prepare<[RoundId, string], Swiped>(
        `SELECT key, install, sequence, voided FROM swipe
         WHERE round = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY time, install, sequence`,
      )
      .all(round, JSON.stringify([...all])),
    (swipe) => swipe.key,
  );
  const said = (key: CredentialKey): SealedPerson | null => {
    for (const swipe of swipes.get(key) ?? []) {
      const opened = openSwipe(db, context.keys, swipe);
      if (opened !== null) return opened;
    }
    return null;
  };
  return (key) => {
    const person = personOf(key);
    const row = roundKeys === null ? null : rosterPersonOf(db, roundKeys, { round, person });
    const own = keysOf(db, round, person);
    const sealed = said(key);
    const listed = row?.person ?? null;
    const ofRoster =
      listed === null || roundKeys === null
        ? null
        : (credentialsOf(listed).find((c) => rosterKey(roundKeys.key, c) === key) ?? null);
    const kind = ofRoster?.kind ?? sealed?.kind ?? null;
    const number = ofRoster?.canonical ?? sealed?.number ?? null;
    return {
      id: key,
      kind,
      name:
        listed?.name ?? sealed?.name ?? own.map((k) => said(k)?.name ?? null).find((n) => n !== null) ?? null,
      number: number === null || kind === 'none' ? null : kind === 'staff' ? number : maskNumber(number),
      staffNumber: listed?.staffNumber ?? (kind === 'staff' ? number : null),
      workshop: row?.workshop ?? null,
      team: row?.team ?? null,
      onRoster: row !== null,
      tested: own.some((k) => (swipes.get(k) ?? []).some((s) => s.voided === 0)),
    };
  };
}

function credentialsOf(person: RosterPerson): { kind: CredentialKind; canonical: string }[] {
  const { number, staffNumber, physicalNumber } = person;
  const of = (kind: CredentialKind, canonical: string | null) =>
    canonical === null ? [] : [{ kind, canonical }];
  return [
    ...of(number?.includes('/') === true ? 'document' : 'id', number),
    ...of('physical', physicalNumber),
    ...of('staff', staffNumber === null ? null : staffNumber.replace(/^0+(?=.)/, '')),
  ];
}
