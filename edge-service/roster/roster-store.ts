import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { bytesToUtf8, utf8ToBytes } from '#shared/bytes.ts';
import { encodeKeys } from '#shared/contract/counted-batch.ts';
import { canonicalStaffNumber, type CredentialKind, KEY_BYTES } from '#shared/event/credential.ts';
import type { RoundId, CredentialKey } from '#shared/ids.ts';
import { sha256Hex } from '../keys/digest.ts';
import type { RoundKeys } from '../keys/key-store.ts';
import type { RosterEntry } from './roster-entry.ts';
import { discloseSecret, encloseSecret } from '../keys/sealed-box.ts';
import type { Pieces } from '../tables/pieces.ts';
import { prepared, type Store } from '../store/database.ts';

/** A roster row ready to be stored: nothing in it tells a number or a name without the round's key. */
export interface SealedRosterRow {
  row: number;
  /** The first of `credentials`. */
  person: string;
  credentials: CredentialKey[];
  workshop: string;
  team: string;
  shift: string | null;
  leader: boolean;
  /** A number of the row could not be used and is to be corrected. */
  toCorrect: boolean;
  /** The number of a document is among the credentials, or may be: nobody noted it of rows that 0.1.0 stored. */
  identified: boolean;
  box: Uint8Array;
}

const rosterPersonSchema = z.strictObject({
  /** Where they stand in the file that HR gets back; row null: they came in another one. */
  sheet: z.string().nullable(),
  row: z.int().nullable(),
  name: z.string(),
  /** ID number or `TYPE/NUMBER` of another document, canonical; null when the row gave none. */
  number: z.string().nullable(),
  staffNumber: z.string().nullable(),
  physicalNumber: z.string().nullable(),
  phone: z.string().nullable(),
  note: z.string().nullable(),
});
/** What a roster row's box holds. */
export type RosterPerson = z.infer<typeof rosterPersonSchema>;

/** Rows on their way between threads as JSON text in pieces: cloning 36,000 objects would hold up the serving thread. */
export interface PackedRoster extends Pieces {
  people: number;
}

/** Some forty kilobytes of rows. */
const ROWS_PER_PIECE = 100;

export function packRoster(rows: readonly SealedRosterRow[]): PackedRoster {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_PIECE) {
    const packed = rows
      .slice(at, at + ROWS_PER_PIECE)
      .map((r) => ({ ...r, box: Buffer.from(r.box).toString('base64') }));
    pieces.push(utf8ToBytes(JSON.stringify(packed)));
  }
  return { people: rows.length, pieces };
}

/** In Node's pool of buffers: 36,000 buffers of their own would be as many holes in the allocator's memory. */
function pooledBytes(base64: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(base64, 'base64');
  return new Uint8Array(buffer, byteOffset, length);
}

export function unpackRoster({ pieces }: PackedRoster): SealedRosterRow[] {
  return pieces.flatMap((piece) => {
    const rows = JSON.parse(bytesToUtf8(piece)) as (Omit<SealedRosterRow, 'box'> & { box: string })[];
    return rows.map((r) => ({ ...r, box: pooledBytes(r.box) }));
  });
}

/** A stored row with its box opened. */
export interface OpenedRosterRow {
  row: number;
  credentials: CredentialKey[];
  workshop: string;
  team: string;
  shift: string | null;
  leader: boolean;
  toCorrect: boolean;
  person: RosterPerson | null;
}

/** The key of roster rows at rest: derived from the round key, so that purging the round purges them. */
function rosterDataKey(roundKey: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', roundKey).update('roster at rest').digest());
}

/** shared/event/credential.ts `credentialKey` with the platform's HMAC: a roster of 36,000 is a second instead of ten. */
export function rosterKey(
  roundKey: Uint8Array,
  credential: { kind: CredentialKind; canonical: string },
): CredentialKey {
  const mac = createHmac('sha256', roundKey).update(`${credential.kind}\0${credential.canonical}`).digest();
  return mac.toString('hex', 0, KEY_BYTES) as CredentialKey;
}

/** Derives the credential keys of every person and boxes what the file said of them. Rows are numbered in file order from 1. */
export function sealRoster(
  entries: readonly RosterEntry[],
  keys: RoundKeys,
  place: (entry: RosterEntry) => { sheet: string | null; row: number | null },
): SealedRosterRow[] {
  const dataKey = rosterDataKey(keys.key);
  return entries.map((entry, index) => {
    const credentials = entry.credentials.map((c) => rosterKey(keys.key, c));
    const of = (kinds: readonly string[]): string | null =>
      entry.credentials.find((c) => kinds.includes(c.kind))?.canonical ?? null;
    const person: RosterPerson = {
      ...place(entry),
      name: entry.name,
      number: of(['id', 'document']),
      staffNumber: entry.staffNumber,
      physicalNumber: of(['physical']),
      phone: entry.phone,
      note: entry.note,
    };
    return {
      row: index + 1,
      person: credentials[0]!,
      credentials,
      workshop: entry.workshop,
      team: entry.team,
      shift: entry.shift,
      leader: entry.leader,
      toCorrect: entry.toCorrect,
      identified: person.number !== null,
      box: encloseSecret(utf8ToBytes(JSON.stringify(person)), dataKey),
    };
  });
}

/** The file itself, boxed like its rows: HR gets it back filled in. */
export function sealRosterFile(bytes: Uint8Array, keys: RoundKeys): Uint8Array {
  return encloseSecret(bytes, rosterDataKey(keys.key));
}

/** The file of the current roster as it came; null when that was none to give back, or its keys are gone. */
export function openRosterFile(db: Store, round: RoundId, keys: RoundKeys | null): Uint8Array | null {
  const box = db
    .prepare<[string], Uint8Array>(
      'SELECT f.box FROM roster_file f JOIN round o ON o.round = f.round AND o.roster_version = f.version WHERE f.round = ?',
    )
    .pluck()
    .get(round);
  return box === undefined || keys === null
    ? null
    : discloseSecret(new Uint8Array(box), rosterDataKey(keys.key));
}

/** SHA-256 of the roster-key snapshot kiosks fetch: all credential keys, sorted, 16 bytes each. */
export function rosterKeysHash(credentials: readonly string[]): string {
  return sha256Hex(rosterKeysBytes(credentials));
}

export function rosterKeysBytes(credentials: readonly string[]): Uint8Array {
  return encodeKeys([...new Set(credentials)].toSorted());
}

/** SHA-256 of a roster's rows as they are stored, boxes and all, hex: what a round is frozen with. */
export function rosterContent(rows: readonly SealedRosterRow[]): string {
  const hash = createHash('sha256');
  for (const { box, ...row } of rows) {
    const { row: number, person, credentials, workshop, team, shift, leader } = row;
    hash.update(JSON.stringify([number, person, credentials, workshop, team, shift, leader]));
    hash.update(box);
  }
  return hash.digest('hex');
}

/** The round's current roster in file order, as it is stored. */
export function storedRoster(db: Store, round: RoundId): SealedRosterRow[] {
  const version = db
    .prepare<[string], number>('SELECT roster_version FROM round WHERE round = ?')
    .pluck()
    .get(round);
  return version === undefined ? [] : rosterOfVersion(db, round, version);
}

/** A version of the round's roster in file order, as it is stored. */
export function rosterOfVersion(db: Store, round: RoundId, version: number): SealedRosterRow[] {
  return db
    .prepare<[string, number], RowStored>(
      `SELECT ${ROW_COLUMNS} FROM roster_row WHERE round = ? AND version = ? ORDER BY row`,
    )
    .all(round, version)
    .map(sealedRow);
}

/** The columns of `RowStored`. */
export const ROW_COLUMNS =
  'row, person, credentials, workshop, team, shift, leader, to_correct AS toCorrect, identified, box';

/** A row as the table holds it. */
export type RowStored = Omit<SealedRosterRow, 'credentials' | 'leader' | 'toCorrect' | 'identified'> & {
  credentials: string;
  leader: number;
  toCorrect: number;
  identified: number;
};

export const sealedRow = (r: RowStored): SealedRosterRow => ({
  ...r,
  credentials: JSON.parse(r.credentials) as CredentialKey[],
  leader: r.leader === 1,
  toCorrect: r.toCorrect === 1,
  identified: r.identified === 1,
  box: new Uint8Array(r.box),
});

/** The same with the boxes opened; `person` is null where the round's keys are gone. */
export function openRoster(db: Store, round: RoundId, keys: RoundKeys | null): OpenedRosterRow[] {
  return openRows(storedRoster(db, round), keys);
}

/** Stored rows with their boxes opened. */
export function openRows(rows: readonly SealedRosterRow[], keys: RoundKeys | null): OpenedRosterRow[] {
  const dataKey = keys === null ? null : rosterDataKey(keys.key);
  return rows.map(({ box, person: _, ...row }) => ({
    ...row,
    person: dataKey === null ? null : openBox(box, dataKey),
  }));
}

/** A person of the roster, by the key of their first credential. */
export interface BoxedPerson {
  key: string;
  person: RosterPerson;
}

/**
 * Everybody of the current roster in file order, one box opened at a time. All rows are read before: a long read keeps
 * the log from being folded back.
 */
export function* rosterBoxes(db: Store, round: RoundId, keys: RoundKeys): Generator<BoxedPerson> {
  const dataKey = rosterDataKey(keys.key);
  const rows = db
    .prepare<[string], [key: string, box: Uint8Array]>(
      `SELECT r.person, r.box FROM roster_row r
       JOIN round o ON o.round = r.round AND o.roster_version = r.version WHERE r.round = ? ORDER BY r.row`,
    )
    .raw();
  for (const [key, box] of rows.all(round)) {
    const person = openBox(new Uint8Array(box), dataKey);
    if (person !== null) yield { key, person };
  }
}

/** What the roster says of a person of the round (links followed), and where they work; null for who is not on it. */
export function rosterPersonOf(
  db: Store,
  keys: RoundKeys,
  of: { round: RoundId; person: string },
): { workshop: string; team: string; shift: string | null; person: RosterPerson | null } | null {
  const row = prepared<
    [{ round: RoundId; person: string }],
    { workshop: string; team: string; shift: string | null; box: Uint8Array }
  >(
    db,
    `SELECT r.workshop, r.team, r.shift, r.box FROM roster_person p JOIN round o ON o.round = p.round
     JOIN roster_row r ON r.round = p.round AND r.version = o.roster_version AND r.row = p.row
     WHERE p.round = :round AND p.person = :person`,
  ).get(of);
  if (row === undefined) return null;
  const { box, ...where } = row;
  return { ...where, person: openBox(new Uint8Array(box), rosterDataKey(keys.key)) };
}

/** Whom of the roster a staff number names, by its key; null for any other key. */
export function staffOnRoster(
  db: Store,
  keys: RoundKeys,
  of: { round: RoundId; key: CredentialKey },
): RosterPerson | null {
  const { round, key } = of;
  const joined = prepared<[RoundId, CredentialKey], { person: string }>(
    db,
    'SELECT person FROM person WHERE round = ? AND key = ?',
  ).get(round, key);
  const person = rosterPersonOf(db, keys, { round, person: joined?.person ?? key })?.person ?? null;
  const staffNumber = person?.staffNumber ?? null;
  const canonical = staffNumber === null ? null : canonicalStaffNumber(staffNumber);
  return canonical !== null && rosterKey(keys.key, { kind: 'staff', canonical }) === key ? person : null;
}

function openBox(box: Uint8Array, dataKey: Uint8Array): RosterPerson | null {
  const plain = discloseSecret(box, dataKey);
  return plain === null ? null : rosterPersonSchema.parse(JSON.parse(bytesToUtf8(plain)));
}
