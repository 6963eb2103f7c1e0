import type { Store } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/meta.ts';

/** Places remembered; a site has tens of people at a few machines each. The one not used for longest is forgotten. */
export const FAMILIAR_PLACES_MAX = 500;

/** Hashes of the names and addresses that have logged in, the latest last. */
export function familiarPlaces(db: Store): string[] {
  return JSON.parse(readMeta(db, 'familiar-places') ?? '[]') as string[];
}

/** Notes that a name has logged in at an address. */
export function notePlace(db: Store, place: string): void {
  const others = familiarPlaces(db).filter((known) => known !== place);
  writeMeta(db, 'familiar-places', JSON.stringify([...others, place].slice(-FAMILIAR_PLACES_MAX)));
}
