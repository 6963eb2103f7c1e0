/**
 * The reference for storing: the same rows in the edge's own schema, in transactions of the size the edge reached, and
 * nothing else: no parsing, no hashing, no looking up. Prints one line of JSON.
 */
import path from 'node:path';
import { openStore } from '../../edge-service/store/database.ts';
import { bytesToUtf8 } from '#shared/bytes.ts';
import type { EventBytes, EventOf } from '#shared/event/event.ts';
import { readHistories, type KioskHistory } from './swipe-history.ts';
import { DATABASE_FILE } from '../../edge-service/store/data-directory.ts';

/** What to store: the histories' swipes, `perMessage` of a kiosk at a time, `messagesPerCommit` of them in a transaction. */
export interface SqlJob {
  data: string;
  histories: string;
  perMessage: number;
  messagesPerCommit: number;
}
export interface SqlResult {
  swipes: number;
  ms: number;
  commits: number;
}

interface Row {
  event: (string | number | Uint8Array | null)[];
  swipe: (string | number | null)[];
}
interface Message {
  install: (string | number | Uint8Array | null)[];
  rows: Row[];
}

const job = JSON.parse(process.argv[2] ?? '') as SqlJob;
const db = openStore(path.join(job.data, DATABASE_FILE), 'write');
const histories = readHistories(job.histories);
const messages = inTurn(histories, job.perMessage);

const insertEvent = db.prepare(
  'INSERT INTO event(install, sequence, hash, body, sealed, type, status, time, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
);
const insertSwipe = db.prepare(
  `INSERT INTO swipe(install, sequence, round, phase, station, stand, tube, key, kind, shown, ordinal, entry, time, voided, again)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const insertInstall = db.prepare(
  "INSERT INTO install(install, kind, watermark, hash, time, head) VALUES (?, 'kiosk', 0, x'', 0, 0)",
);
const updateInstall = db.prepare(
  'UPDATE install SET watermark = ?, hash = ?, time = ?, head = ?, head_held_at = ?, last_contact = ? WHERE install = ?',
);

// As at the edge, installs and openings are there before the clock starts.
db.transaction(() => {
  for (const history of histories) {
    insertInstall.run(history.install);
    for (const event of history.opening) insertEvent.run(eventRow(history.install, event, 'tube-opened'));
  }
})();

let swipes = 0;
let commits = 0;
const from = performance.now();
for (let at = 0; at < messages.length; at += job.messagesPerCommit) {
  db.exec('BEGIN IMMEDIATE');
  for (const message of messages.slice(at, at + job.messagesPerCommit)) {
    for (const row of message.rows) {
      insertEvent.run(row.event);
      insertSwipe.run(row.swipe);
    }
    updateInstall.run(message.install);
    swipes += message.rows.length;
  }
  db.exec('COMMIT');
  commits++;
}
const ms = performance.now() - from;
db.close();
process.stdout.write(JSON.stringify({ swipes, ms, commits } satisfies SqlResult) + '\n');

/** Messages of all kiosks in turn, as they come in when everybody sends. */
function inTurn(kiosks: readonly KioskHistory[], perMessage: number): Message[] {
  const turns = Math.ceil(Math.max(...kiosks.map((k) => k.swipes.length)) / perMessage);
  return Array.from({ length: turns }, (_, turn) =>
    kiosks.flatMap(({ install, swipes }): Message[] => {
      const sent = swipes.slice(turn * perMessage, (turn + 1) * perMessage);
      const last = sent.at(-1);
      if (last === undefined) return [];
      const now = Date.now();
      return [
        {
          install: [last.sequence, last.hash, now, last.sequence, now, now, install],
          rows: sent.map((event) => ({
            event: eventRow(install, event, 'swipe'),
            swipe: swipeRow(install, event),
          })),
        },
      ];
    }),
  ).flat();
}

function eventRow(install: string, event: EventBytes, type: string): Row['event'] {
  const now = Date.now();
  return [install, event.sequence, event.hash, event.body, event.sealed, type, 'valid', now, now];
}

function swipeRow(install: string, event: EventBytes): Row['swipe'] {
  const body = JSON.parse(bytesToUtf8(event.body)) as EventOf<'swipe'>;
  const { round, phase, station, stand, tube, credential, shown, ordinal, entry, wallTime } = body;
  const place = [install, event.sequence, round, phase, station, stand, tube];
  return [...place, credential.key, credential.kind, shown, ordinal, entry, wallTime, 0, null];
}
