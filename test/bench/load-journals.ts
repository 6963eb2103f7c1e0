import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bytesToUtf8 } from '#shared/bytes.ts';
import type { EventBody, EventBytes } from '#shared/event/event.ts';
import type { InstallId } from '#shared/ids.ts';
import { openDatabase, type Database } from '../../kiosk/station/disk/database.ts';
import { Journal, type Draft, type Installation } from '../../kiosk/station/journal/journal.ts';
import type { KioskHistory } from './swipe-history.ts';

/** Events per append when a journal is filled: how many does not matter, it is done before the clock starts. */
const FILL_EVENTS = 500;

/** Real journals of kiosks on disk, holding the same events as their histories. */
export class JournalFolder {
  readonly #journals = new Map<InstallId, { db: Database; journal: Journal; current: Installation }>();

  /** Makes and fills one database per kiosk in `dir`. */
  static make(dir: string, histories: readonly KioskHistory[]): JournalFolder {
    const folder = new JournalFolder();
    mkdirSync(dir, { recursive: true });
    for (const history of histories) {
      const db = openDatabase({ file: path.join(dir, `${history.station}.sqlite`), nativeBinding: null });
      const journal = new Journal(db, () => false);
      const [installed, ...rest] = [...history.opening, ...history.swipes].map(draftOf);
      if (installed === undefined) throw new Error('an empty history');
      check(journal.begin(history.install, 'new', installed));
      for (let at = 0; at < rest.length; at += FILL_EVENTS)
        check(journal.append(rest.slice(at, at + FILL_EVENTS)));
      const { current } = journal;
      if (current === null) throw new Error('no install has begun');
      folder.#journals.set(history.install, { db, journal, current });
    }
    return folder;
  }

  /** Consecutive events from `first`, at most one batch; empty behind the end. */
  read(install: InstallId, first: number): EventBytes[] {
    const kept = this.#journals.get(install);
    if (kept === undefined) throw new Error(`no journal of ${install}`);
    return kept.journal.readBatch(kept.current, first);
  }

  close(): void {
    for (const { db } of this.#journals.values()) db.close();
  }
}

/** The body as it was before it became bytes: JSON keeps the order of the fields, so the journal makes the same bytes again. */
function draftOf(event: EventBytes): Draft {
  return { body: JSON.parse(bytesToUtf8(event.body)) as EventBody, sealed: event.sealed };
}

function check(result: { ok: true } | { ok: false; detail: string }): void {
  if (!result.ok) throw new Error(result.detail);
}
