import type { RoundId, InstallId, CredentialKey, EventId } from '#shared/ids.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { isBounded, shownTime } from '../projection/bounded-times.ts';
import { openRoster, type OpenedRosterRow } from '../roster/roster-store.ts';
import type { Store } from '../store/database.ts';

/** A person's first live swipe in the round. */
export interface FirstSwipe {
  install: InstallId;
  sequence: number;
  station: number | null;
  tubeCode: string | null;
  /** The one to show. */
  time: number;
  /** 1: its clock cannot be believed, and `time` is the latest it can have been. */
  timeDoubtful: 0 | 1;
  entry: 'card' | 'scan' | 'manual';
  person: string;
}

/** A live excuse, by person. */
export interface LiveExcuse {
  event: EventId;
  person: string;
  reason: string;
}

const WHO = `COALESCE(p.person, s.key, s.install || ':' || s.sequence)`;

/** The first live swipe of everybody in the round, by person, in order of time. */
export function firstSwipes(db: Store, round: RoundId): Map<string, FirstSwipe> {
  const rows = db
    .prepare<[{ round: RoundId }], FirstSwipe>(
      `SELECT install, sequence, station, tubeCode, ${shownTime('f')} AS time, ${isBounded('f')} AS timeDoubtful, entry, person FROM (
         SELECT s.install, s.sequence, s.station, t.code AS tubeCode, s.time, s.entry, ${WHO} AS person,
           ROW_NUMBER() OVER (PARTITION BY ${WHO} ORDER BY s.time, s.install, s.sequence) AS nth
         FROM swipe s LEFT JOIN person p ON p.round = s.round AND p.key = s.key LEFT JOIN tube t ON t.opened = s.tube
         WHERE s.round = :round AND s.voided = 0) f
       WHERE nth = 1 ORDER BY f.time, install, sequence`,
    )
    .all({ round });
  return new Map(rows.map((r) => [r.person, r]));
}

/** Live excuses by person, the earliest where there are several. */
export function liveExcuses(db: Store, round: RoundId): Map<string, LiveExcuse> {
  const rows = db
    .prepare<[RoundId], LiveExcuse>(
      `SELECT e.event, COALESCE(p.person, e.person) AS person, e.reason FROM excuse e
       LEFT JOIN person p ON p.round = e.round AND p.key = e.person WHERE e.round = ? AND e.withdrawn = 0 ORDER BY e.at DESC, e.event DESC`,
    )
    .all(round);
  return new Map(rows.map((r) => [r.person, r]));
}

/** A roster row with the person it belongs to once links are followed. */
export interface KnownRosterRow extends OpenedRosterRow {
  id: CredentialKey;
}

/** The roster in file order, each row with its person. */
export function rosterPeople(db: Store, keys: KeyStore, round: RoundId): KnownRosterRow[] {
  const joined = new Map(
    db
      .prepare<[RoundId], { key: CredentialKey; person: CredentialKey }>(
        'SELECT key, person FROM person WHERE round = ?',
      )
      .all(round)
      .map((r) => [r.key, r.person]),
  );
  return openRoster(db, round, keys.round(round)).map((r) => ({
    ...r,
    id: joined.get(r.credentials[0]!) ?? r.credentials[0]!,
  }));
}
