/**
 * Tables of rounds, rosters, lab lists and access; part of the first migration. What an event says is derived from the
 * event; here lies what events only name by hash or version.
 */
export const ROUND_TABLES = `
CREATE TABLE round (
  round TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  definition TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'open', 'settling', 'closed')),
  public_key TEXT NOT NULL,
  roster_version INTEGER NOT NULL DEFAULT 0,
  roster_keys TEXT,
  lab_version INTEGER NOT NULL DEFAULT 0,
  list_complete INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  opened_at INTEGER,
  closed_at INTEGER
) STRICT;

CREATE TABLE roster_row (
  round TEXT NOT NULL,
  version INTEGER NOT NULL,
  row INTEGER NOT NULL,
  person TEXT NOT NULL,
  credentials TEXT NOT NULL,
  workshop TEXT NOT NULL,
  team TEXT NOT NULL,
  shift TEXT,
  leader INTEGER NOT NULL,
  box BLOB NOT NULL,
  PRIMARY KEY (round, version, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_file (
  round TEXT NOT NULL,
  version INTEGER NOT NULL,
  box BLOB NOT NULL,
  PRIMARY KEY (round, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_person (
  round TEXT NOT NULL,
  person TEXT NOT NULL,
  row INTEGER NOT NULL,
  workshop TEXT NOT NULL,
  team TEXT NOT NULL,
  shift TEXT,
  PRIMARY KEY (round, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE excuse (
  event TEXT PRIMARY KEY,
  round TEXT NOT NULL,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  by TEXT,
  at INTEGER NOT NULL,
  withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX excuse_round ON excuse (round, person);

CREATE TABLE lab_line (
  round TEXT NOT NULL,
  version INTEGER NOT NULL,
  line INTEGER NOT NULL,
  code TEXT,
  count INTEGER,
  batch TEXT,
  station INTEGER,
  ours INTEGER NOT NULL,
  PRIMARY KEY (round, version, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE lab_entry (
  round TEXT NOT NULL,
  code TEXT NOT NULL,
  by TEXT NOT NULL,
  count INTEGER NOT NULL,
  batch TEXT,
  station INTEGER,
  blind INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (round, code, by)
) STRICT, WITHOUT ROWID;

CREATE TABLE decision (
  round TEXT NOT NULL,
  discrepancy TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'explained', 'accepted')),
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (round, discrepancy)
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
  name TEXT PRIMARY KEY,
  password TEXT NOT NULL,
  roles TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE web_session (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (name),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE pairing (
  pairing TEXT PRIMARY KEY,
  station INTEGER NOT NULL,
  secret_hash TEXT UNIQUE,
  token_hash TEXT UNIQUE,
  tries INTEGER NOT NULL DEFAULT 0,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  redeemed_at INTEGER,
  revoked_at INTEGER,
  device TEXT
) STRICT, WITHOUT ROWID;
`;

/** The roster a round was frozen with, each amendment since, and who left by one (projection/roster-change-rows.ts). */
export const ROSTER_CHANGES = `
CREATE TABLE roster_change(
  event TEXT PRIMARY KEY,
  round TEXT NOT NULL,
  version INTEGER NOT NULL,
  base INTEGER,
  content TEXT NOT NULL,
  people INTEGER NOT NULL,
  joined INTEGER NOT NULL,
  gone INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  reason TEXT,
  by TEXT,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX roster_change_round ON roster_change(round, version);
CREATE TABLE roster_leaver(
  round TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (round, key)
) STRICT, WITHOUT ROWID;
`;
