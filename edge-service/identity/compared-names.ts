import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import type { KeyStore, RoundKeys } from '../keys/key-store.ts';
import { comparedName } from '../roster/person-name.ts';
import { rosterBoxes } from '../roster/roster-store.ts';
import { prepared, type Store } from '../store/database.ts';
import { openSwipe } from './opened-swipe.ts';
import type { WalkInSwipe } from './walk-in-swipes.ts';

/** Rounds whose rosters are kept: boards look at one or two. */
const ROSTERS_MAX = 2;
/** Names of swipes kept, beyond which all are opened again when they are asked for. */
const SWIPES_MAX = 20_000;

interface Opened {
  rosters: Map<RoundId, { version: number; byName: ReadonlyMap<string, CredentialKey[]> }>;
  swipes: Map<EventId, string>;
}

const opened = new WeakMap<Store, Opened>();

function openedOf(db: Store): Opened {
  let known = opened.get(db);
  if (known === undefined) opened.set(db, (known = { rosters: new Map(), swipes: new Map() }));
  return known;
}

/** Who of the roster bears a name: first credentials by the name as names are compared. Opened once for each roster. */
export function rosterByName(
  db: Store,
  round: RoundId,
  roundKeys: RoundKeys,
): ReadonlyMap<string, CredentialKey[]> {
  const { rosters } = openedOf(db);
  const version =
    prepared<[RoundId], number>(db, 'SELECT roster_version FROM round WHERE round = ?').pluck().get(round) ??
    0;
  const known = rosters.get(round);
  if (known?.version === version) return known.byName;
  const byName = new Map<string, CredentialKey[]>();
  for (const { key, person } of rosterBoxes(db, round, roundKeys)) {
    const name = comparedName(person.name);
    const theirs = byName.get(name);
    if (theirs === undefined) byName.set(name, [key as CredentialKey]);
    else theirs.push(key as CredentialKey);
  }
  rosters.delete(round);
  rosters.set(round, { version, byName });
  const [oldest] = rosters.keys();
  if (rosters.size > ROSTERS_MAX && oldest !== undefined) rosters.delete(oldest);
  return byName;
}

/** The keys of the round are gone: so are the names of its roster. */
export function forgetRoster(db: Store, round: RoundId): void {
  const { rosters, swipes } = openedOf(db);
  if (rosters.delete(round)) swipes.clear();
}

/** The names that swipes of a walk-in carry, as they are compared; each box is opened once. */
export function namesOfSwipes(db: Store, keys: KeyStore, swipes: readonly WalkInSwipe[]): Set<string> {
  const { swipes: known } = openedOf(db);
  if (known.size > SWIPES_MAX) known.clear();
  const names = new Set<string>();
  for (const swipe of swipes) {
    let name = known.get(swipe.id);
    if (name === undefined) {
      name = comparedName(openSwipe(db, keys, swipe)?.name ?? '');
      known.set(swipe.id, name);
    }
    if (name !== '') names.add(name);
  }
  return names;
}
