/**
 * Compares what screens showed with what kiosks and edge hold. The list of shown swipes is the test's own; databases are opened
 * only after all processes have ended.
 */
import path from 'node:path';
import { bytesToHex, sameBytes } from '#shared/bytes.ts';
import { parseBody } from '#shared/event/event.ts';
import { decodeSealedPerson } from '#shared/event/sealed.ts';
import type { RoundId, InstallId } from '#shared/ids.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { chainFaults } from '../../../edge-service/upkeep/chain-check.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { openSealed } from '../../../edge-service/keys/sealed-box.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { checkJournal } from '../../../kiosk/station/journal/journal-check.ts';
import { Journal } from '../../../kiosk/station/journal/journal.ts';

/** An answer a person saw: which card, at which kiosk, and the number of its event as the screen showed it. */
export interface ShownSwipe {
  station: number;
  sequence: number;
  /** ID number on the card that lay there. */
  number: string;
}

export interface HeldSite {
  /** Shown, but no swipe of that person lies at that place of the ledger. */
  lost: ShownSwipe[];
  /** Swipes of the ledger that nobody saw: their kiosk was killed between disk and screen. */
  unseen: ShownSwipe[];
  /** Events whose hash differs between a kiosk's journal and the ledger, or that only one of them holds. */
  different: { station: number; sequence: number }[];
  /** What is wrong with chains, journals, or rows of the ledger that are not what its events say. */
  faults: unknown[];
  swipes: number;
  events: number;
}

/** Reads everything a site left on its disks. */
export function holdAgainst(
  shown: readonly ShownSwipe[],
  site: {
    round: RoundId;
    data: string;
    keys: string;
    kiosks: readonly { station: number; data: string }[];
  },
): HeldSite {
  const keys = new KeyStore(site.keys);
  const boxKeys = keys.round(site.round);
  if (boxKeys === null) throw new Error('the edge has no keys of the round');
  const db = openStore(databaseIn(site.data), 'write');
  const select = db.prepare<
    [string],
    { sequence: number; hash: Uint8Array; body: Uint8Array; sealed: Uint8Array | null }
  >('SELECT sequence, hash, body, sealed FROM event WHERE install = ? ORDER BY sequence');
  const held: HeldSite = { lost: [], unseen: [], different: [], faults: [], swipes: 0, events: 0 };
  for (const { station, data } of site.kiosks) {
    const { install, hashes, faults } = journalOf(data);
    held.faults.push(...faults);
    const rows = select.all(install);
    held.events += rows.length;
    const numbers = new Map<number, string>();
    for (const row of rows) {
      const parsed = parseBody(row.body);
      if (!parsed.ok) held.faults.push({ station, sequence: row.sequence, problem: parsed });
      else if (parsed.body.type === 'swipe') {
        const opened = row.sealed === null ? null : openSealed(row.sealed, boxKeys);
        numbers.set(row.sequence, opened === null ? '' : (decodeSealedPerson(opened)?.number ?? ''));
      }
    }
    held.swipes += numbers.size;
    for (let sequence = 1; sequence <= Math.max(rows.length, hashes.length); sequence++) {
      const [here, there] = [hashes[sequence - 1], rows[sequence - 1]];
      if (here === undefined || there?.sequence !== sequence || !sameBytes(here, there.hash))
        held.different.push({ station, sequence });
    }
    const seen = new Set<number>();
    for (const swipe of shown.filter((s) => s.station === station)) {
      if (numbers.get(swipe.sequence) === swipe.number) seen.add(swipe.sequence);
      else held.lost.push(swipe);
    }
    for (const [sequence, number] of numbers)
      if (!seen.has(sequence)) held.unseen.push({ station, sequence, number });
  }
  held.faults.push(...chainFaults(db), ...rebuild(db, keys, false).differences);
  db.close();
  return held;
}

function journalOf(data: string): { install: InstallId; hashes: Uint8Array[]; faults: unknown[] } {
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  const journal = new Journal(db, () => false);
  const { current } = journal;
  if (current === null) throw new Error(`${data}: no install has begun`);
  const check = checkJournal(current.install, journal.read(current, 1));
  const hashes = [...journal.read(current, 1)].map((event) => event.hash);
  db.close();
  const faults: unknown[] = check.whole
    ? []
    : [{ data, lost: check.lost, head: bytesToHex(check.good.hash) }];
  // A kill is no reason for a new install: what it held would stand beside what it shows.
  if (journal.lineage.length !== 1) faults.push({ data, installs: journal.lineage.length });
  return { install: current.install, hashes, faults };
}
