import {
  ACCOUNT_LANGUAGE,
  BOUNDED_TIMES,
  COLUMN_CHOICES,
  DECIDED_ON,
  IDENTITIES,
  JOURNAL_CLAIMS,
  LINKS_DECIDED,
  LOSS_ACKNOWLEDGED,
  ROSTER_TO_CORRECT,
} from './added-tables.ts';
import { ROSTER_CHANGES, ROUND_TABLES } from './round-schema.ts';
import type { Store } from './database.ts';

/**
 * Tables of the ledger. `event` is the truth; everything from `swipe` on is derived from it and can be rebuilt.
 * Ids are TEXT (64-bit integers do not survive JavaScript); hashes and bytes are BLOB; times are ms since 1970 UTC.
 * `event` and `swipe` have row ids: their large rows then lie in order of arrival. Clustered by install, a commit of 26
 * swipes of 100 kiosks touched 26 leaves of each and wrote twice as much (docs/performance.md). For the same reason their
 * keys begin with the sequence (kiosks of a round stand at similar numbers, so new entries lie side by side), and swipes are
 * found by tube through the number of its opened event: pages written per swipe fell from 4.5 to 1.6.
 */
const LEDGER_TABLES = `
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE install(
  install TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'edge')),
  pairing TEXT,
  station INTEGER,
  device TEXT,
  watermark INTEGER NOT NULL,
  hash BLOB NOT NULL,
  time INTEGER,
  head INTEGER NOT NULL,
  head_held_at INTEGER,
  last_contact INTEGER,
  parent TEXT,
  parent_sequence INTEGER,
  trouble TEXT CHECK (trouble IN ('forked', 'broken', 'version'))
) STRICT, WITHOUT ROWID;

CREATE TABLE event(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  hash BLOB NOT NULL,
  body BLOB NOT NULL,
  sealed BLOB,
  type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('valid', 'invalid', 'not-understood')),
  time INTEGER,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (sequence, install)
) STRICT;
CREATE INDEX event_quarantined ON event(install, sequence) WHERE status <> 'valid';

CREATE TABLE reference(
  target TEXT NOT NULL,
  by_install TEXT NOT NULL,
  by_sequence INTEGER NOT NULL,
  PRIMARY KEY (target, by_install, by_sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  origin_install TEXT NOT NULL,
  origin_sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_by_origin ON copy(origin_install, origin_sequence);

CREATE TABLE filing(
  by_install TEXT NOT NULL,
  by_sequence INTEGER NOT NULL,
  install TEXT NOT NULL,
  from_sequence INTEGER NOT NULL,
  to_sequence INTEGER NOT NULL,
  round TEXT,
  time INTEGER NOT NULL,
  PRIMARY KEY (by_install, by_sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE swipe(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  round TEXT,
  phase TEXT,
  station INTEGER,
  stand TEXT,
  tube TEXT,
  key TEXT,
  kind TEXT NOT NULL,
  shown TEXT NOT NULL,
  ordinal INTEGER,
  entry TEXT NOT NULL,
  time INTEGER NOT NULL,
  voided INTEGER NOT NULL,
  again INTEGER,
  PRIMARY KEY (sequence, install)
) STRICT;
CREATE INDEX swipe_by_key ON swipe(round, key) WHERE round IS NOT NULL;
CREATE INDEX swipe_by_tube ON swipe(substr(tube, 38), tube) WHERE tube IS NOT NULL;

CREATE TABLE unreadable(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  round TEXT,
  phase TEXT,
  station INTEGER,
  tube TEXT,
  time INTEGER NOT NULL,
  outcome TEXT,
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX unreadable_by_round ON unreadable(round) WHERE round IS NOT NULL;

CREATE TABLE tube(
  opened TEXT PRIMARY KEY,
  install TEXT NOT NULL,
  round TEXT,
  station INTEGER,
  stand TEXT,
  code TEXT,
  batch TEXT,
  capacity INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  sealed_at INTEGER,
  offered INTEGER,
  swabbed INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tube_by_code ON tube(round, code);

CREATE TABLE person(
  round TEXT NOT NULL,
  key TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (round, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_keys ON person(round, person);

CREATE TABLE link(
  event TEXT PRIMARY KEY,
  round TEXT,
  credentials TEXT NOT NULL,
  undone INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_round ON link(round);

CREATE TABLE round_end(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  round TEXT,
  time INTEGER NOT NULL,
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX round_end_by_round ON round_end(round, install, sequence);

CREATE TABLE exception(
  event TEXT PRIMARY KEY,
  round TEXT,
  install TEXT NOT NULL,
  last_sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fork_review(
  event TEXT PRIMARY KEY,
  install TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE restore_loss(
  install TEXT NOT NULL,
  from_sequence INTEGER NOT NULL,
  to_sequence INTEGER NOT NULL,
  told_by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (install, from_sequence)
) STRICT, WITHOUT ROWID;
`;

/**
 * Whatever changes what earlier swipes count moves this number; swipes that are only added do not (kept-reading.ts).
 */
const RECOUNT = `
CREATE TABLE recount(number INTEGER NOT NULL) STRICT;
INSERT INTO recount(number) VALUES (0);
CREATE TRIGGER swipe_counts_otherwise AFTER UPDATE ON swipe
  WHEN old.round IS NOT new.round OR old.tube IS NOT new.tube OR old.key IS NOT new.key OR old.voided <> new.voided OR old.again IS NOT new.again
  BEGIN UPDATE recount SET number = number + 1; END;
CREATE TRIGGER swipe_withdrawn AFTER DELETE ON swipe BEGIN UPDATE recount SET number = number + 1; END;
CREATE TRIGGER person_joined AFTER INSERT ON person BEGIN UPDATE recount SET number = number + 1; END;
CREATE TRIGGER person_renamed AFTER UPDATE ON person BEGIN UPDATE recount SET number = number + 1; END;
CREATE TRIGGER person_parted AFTER DELETE ON person BEGIN UPDATE recount SET number = number + 1; END;
`;

/**
 * The index of credential keys wrote a page for nearly every swipe; where a key lies is known in memory (key-rows.ts), and
 * by round alone new entries lie side by side.
 */
const SWIPES_BY_ROUND = `
DROP INDEX swipe_by_key;
CREATE INDEX swipe_by_round ON swipe(round) WHERE round IS NOT NULL;
`;

/** Numbered upwards, applied in order, never changed once released; each has a test from the version before. */
export const MIGRATIONS: readonly { version: number; sql: string }[] = [
  { version: 10, sql: LEDGER_TABLES + ROUND_TABLES },
  { version: 20, sql: RECOUNT },
  { version: 30, sql: SWIPES_BY_ROUND },
  { version: 40, sql: DECIDED_ON },
  { version: 50, sql: LOSS_ACKNOWLEDGED },
  { version: 60, sql: LINKS_DECIDED + IDENTITIES },
  { version: 70, sql: ROSTER_TO_CORRECT },
  { version: 80, sql: JOURNAL_CLAIMS },
  { version: 90, sql: BOUNDED_TIMES },
  { version: 100, sql: ROSTER_CHANGES },
  { version: 110, sql: ACCOUNT_LANGUAGE },
  { version: 120, sql: COLUMN_CHOICES },
];

/** What this build writes, and the newest it can open. */
export const SCHEMA_NEWEST = Math.max(...MIGRATIONS.map((m) => m.version));

/** Tables that hold nothing but what follows from `event` and `roster_row`: `rebuild` recounts and compares them. */
export const DERIVED_TABLES = [
  'copy',
  'reference',
  'filing',
  'bounded_time',
  'swipe',
  'unreadable',
  'tube',
  'link',
  'round_end',
  'exception',
  'fork_review',
  'claim_decision',
  'excuse',
  'decision',
  'identity',
  'walk_in',
  'person',
  'roster_person',
  'roster_change',
  'roster_leaver',
] as const;

/**
 * Brings the database to the newest version in one transaction per step, and the file's header with it: an older program
 * looks there before it touches anything (newer-schema.ts). Throws on one written by a newer Muster.
 */
export function migrate(db: Store): void {
  const found = schemaVersion(db);
  if (found > SCHEMA_NEWEST)
    throw new Error(
      `数据库由更新的版本写成 (版本 ${found}),请安装新版 / the database is of version ${found}, this Muster knows ${SCHEMA_NEWEST}: install the newer one`,
    );
  for (const { version, sql } of MIGRATIONS) {
    if (version <= found) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
  if (found < SCHEMA_NEWEST) db.pragma('wal_checkpoint(TRUNCATE)');
}

/** Version of the schema in this file; 0 for an empty one. */
export function schemaVersion(db: Store): number {
  return Number(db.pragma('user_version', { simple: true }));
}
