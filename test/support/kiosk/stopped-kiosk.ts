import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { checkJournal, type JournalCheck } from '../../../kiosk/station/journal/journal-check.ts';
import { Journal } from '../../../kiosk/station/journal/journal.ts';
import { RoundBook } from '../../../kiosk/station/books/round-book.ts';
import { openSettings } from '../../../kiosk/station/disk/settings.ts';
import { roundsMessage, testPairing, type TestRound } from './kiosk-fixture.ts';

/** Makes a data directory as a kiosk has it that was paired, heard of a round, and whose edge is gone since. */
export function prepareKiosk(data: string, round: TestRound): void {
  mkdirSync(data, { recursive: true });
  const pairing = { ...testPairing(1), addresses: [{ host: '127.0.0.1', port: 9 }] };
  openSettings(data).change({ pairing });
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  new RoundBook(db, () => {}).take(roundsMessage(round));
  db.close();
}

/** What lies in the journal of a kiosk that is not running. */
export function inspectJournal(data: string): JournalCheck & { installs: number } {
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  const journal = new Journal(db, () => false);
  const { current } = journal;
  if (current === null) throw new Error('no install has begun');
  const check = checkJournal(current.install, journal.read(current, 1));
  db.close();
  return { ...check, installs: journal.lineage.length };
}
