/** What each migration after 0.1.0 adds, in the order of the list in schema.ts. */

/** The numbers a decision was made on, as JSON (shared/event/difference-numbers.ts); none was recorded before. */
export const DECIDED_ON = 'ALTER TABLE decision ADD COLUMN decided_on TEXT;';

/** Who has taken note of a loss, and when; none: nobody yet. */
export const LOSS_ACKNOWLEDGED = `
ALTER TABLE restore_loss ADD COLUMN acknowledged_by TEXT;
ALTER TABLE restore_loss ADD COLUMN acknowledged_at INTEGER;
`;

/**
 * What people said the columns of a form of file are (ledger/column-choices.ts): field by column, as JSON. `form` is a hash, so that
 * no word of a file lies here.
 */
export const COLUMN_CHOICES = `
CREATE TABLE column_choice(
  kind TEXT NOT NULL CHECK (kind IN ('roster', 'lab')),
  form TEXT NOT NULL,
  columns TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (kind, form)
) STRICT, WITHOUT ROWID;
`;

/** The language an account has chosen for the board; none: none yet. */
export const ACCOUNT_LANGUAGE = 'ALTER TABLE account ADD COLUMN language TEXT;';

/**
 * Whose a journal is (ledger/journal-owner.ts). `previous`: what the earlier token proved that came with the redeeming; none
 * came: null. `install_claim`: kiosks that say a journal of another pairing is theirs, and wait for a person.
 */
export const JOURNAL_CLAIMS = `
ALTER TABLE pairing ADD COLUMN previous TEXT CHECK (previous IN ('proved', 'ended', 'unknown'));
CREATE TABLE install_claim(
  install TEXT NOT NULL,
  pairing TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (install, pairing)
) STRICT, WITHOUT ROWID;
CREATE TABLE claim_decision(
  event TEXT PRIMARY KEY,
  install TEXT NOT NULL,
  pairing TEXT NOT NULL,
  continues INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/**
 * Rows of a roster that were taken in although a number of theirs is to be corrected, and those with the number of a document:
 * of rows stored before nobody has noted whether they have one.
 */
export const ROSTER_TO_CORRECT = `
ALTER TABLE roster_row ADD COLUMN to_correct INTEGER NOT NULL DEFAULT 0;
ALTER TABLE roster_row ADD COLUMN identified INTEGER NOT NULL DEFAULT 1;
CREATE INDEX roster_to_correct ON roster_row(round, version) WHERE to_correct = 1;
`;

/**
 * What a person said of a link that would make one person of two. Links that the edge itself made before were final
 * (applied-links.ts): only its events name no phase.
 */
export const LINKS_DECIDED = `
ALTER TABLE link ADD COLUMN decision TEXT CHECK (decision IN ('accepted', 'refused'));
UPDATE link SET decision = 'accepted' WHERE EXISTS (
  SELECT 1 FROM event e WHERE e.install = substr(link.event, 1, 36) AND e.sequence = CAST(substr(link.event, 38) AS INTEGER)
  AND json_extract(CAST(e.body AS TEXT), '$.phase') IS NULL);
INSERT INTO meta(key, value) SELECT 'join-anew', 'links' WHERE EXISTS (SELECT 1 FROM link);
`;

/** Which group of held links a link belongs to; who is who by a person's word; where walk-ins come from. */
export const IDENTITIES = `
ALTER TABLE link ADD COLUMN held TEXT;
CREATE TABLE identity(
  round TEXT NOT NULL,
  walk_in TEXT NOT NULL,
  person TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('same', 'other', 'open')),
  by TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (round, walk_in, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE walk_in(
  round TEXT NOT NULL,
  key TEXT NOT NULL,
  unit TEXT,
  category TEXT,
  by TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (round, key)
) STRICT, WITHOUT ROWID;
`;

/**
 * Where an event's corrected time cannot be believed, the time to show (projection/bounded-times.ts). A time that moves can
 * make another swipe the first.
 */
export const BOUNDED_TIMES = `
CREATE TABLE bounded_time(
  install TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  PRIMARY KEY (install, sequence)
) STRICT, WITHOUT ROWID;
DROP TRIGGER swipe_counts_otherwise;
CREATE TRIGGER swipe_counts_otherwise AFTER UPDATE ON swipe
  WHEN old.round IS NOT new.round OR old.tube IS NOT new.tube OR old.key IS NOT new.key OR old.voided <> new.voided OR old.again IS NOT new.again
    OR old.time <> new.time
  BEGIN UPDATE recount SET number = number + 1; END;
`;
