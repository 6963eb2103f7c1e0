import type { InstallId } from '#shared/ids.ts';
import type { Store } from '../../../edge-service/store/database.ts';
import { ChainReader, type RawEvent, type ReadEvent } from './chain-reader.ts';

/** An event the ledger holds, with the corrected time the auditor works out for itself. */
export interface HeldEvent extends ReadEvent {
  kind: 'kiosk' | 'edge';
  status: string;
  time: number;
}

interface InstallRow {
  install: InstallId;
  kind: 'kiosk' | 'edge';
  watermark: number;
  head: number;
}

/**
 * The auditor's own copy of what the ledger holds, taken from the event table after every commit. It finds gaps, links
 * that do not verify, watermarks that say something else, and events that vanish.
 */
export class LedgerPicture {
  readonly #journals = new Map<
    string,
    { kind: 'kiosk' | 'edge'; reader: ChainReader; events: HeldEvent[] }
  >();

  get events(): HeldEvent[] {
    return [...this.#journals.values()].flatMap((journal) => journal.events);
  }

  held(install: string): readonly HeldEvent[] {
    return this.#journals.get(install)?.events ?? [];
  }

  get installs(): string[] {
    return [...this.#journals.keys()];
  }

  identityOf(id: string): string | null {
    const at = id.indexOf(':');
    if (at === -1) return null; // an identity already
    return this.held(id.slice(0, at))[Number(id.slice(at + 1)) - 1]?.identity ?? null;
  }

  /** Reads what was committed since the last time. */
  refresh(db: Store): HeldEvent[] {
    const fresh: HeldEvent[] = [];
    const rows = db.prepare<[], InstallRow>('SELECT install, kind, watermark, head FROM install').all();
    const select = db.prepare<[string, number], RawEvent & { status: string }>(
      'SELECT sequence, hash, body, sealed, status FROM event WHERE install = ? AND sequence > ? ORDER BY sequence',
    );
    for (const { install, kind, watermark } of rows) {
      let journal = this.#journals.get(install);
      if (journal === undefined)
        this.#journals.set(install, (journal = { kind, reader: new ChainReader(install), events: [] }));
      if (journal.reader.sequence > watermark)
        throw new Error(`${install}: the watermark went back to ${watermark}`);
      if (journal.reader.sequence === watermark) continue;
      for (const { status, ...raw } of select.all(install, journal.reader.sequence)) {
        const event = journal.reader.next(raw);
        const held = { ...event, kind, status, time: Number.NEGATIVE_INFINITY };
        journal.events.push(held);
        placeAgain(journal.events);
        fresh.push(held);
      }
      if (journal.reader.sequence !== watermark)
        throw new Error(`${install}: the watermark says ${watermark}, held are ${journal.reader.sequence}`);
    }
    return fresh;
  }

  /** The edge started again on the same disk: what was held must be held still, byte for byte. */
  mustHoldAllOf(before: LedgerPicture): void {
    for (const [install, journal] of before.#journals) {
      const now = this.held(install);
      journal.events.forEach((event, i) => {
        if (now[i]?.hash !== event.hash)
          throw new Error(`${install}:${event.sequence} was committed and has vanished`);
      });
    }
  }
}

/**
 * The times of the journal's end, by the auditor's own reckoning (SPEC LG91): what comes before a measured event is cut to
 * what that one leaves room for where it claims more than five minutes beyond, and nothing goes back.
 */
function placeAgain(events: HeldEvent[]): void {
  const claim = ({ body }: HeldEvent): number | null =>
    body === null ? null : Math.min(Math.max(body.wallTime + (body.clockOffset ?? 0), 0), LAST_WRITABLE);
  const isMeasured = (e: HeldEvent): boolean =>
    e.body !== null && e.body.clockOffset !== null && e.body.origin === null && (claim(e) ?? 0) >= YEAR_2020;
  const end = events.length - 1;
  const measured = isMeasured(events[end]!) ? events[end]! : null;
  let from = end;
  if (measured !== null) while (from > 0 && !isMeasured(events[from - 1]!)) from--;
  for (let i = from; i <= end; i++) {
    const event = events[i]!;
    let own = claim(event) ?? Number.NEGATIVE_INFINITY;
    if (measured !== null && measured !== event && event.body !== null && measured.body !== null) {
      const sameBoot = event.body.bootId === measured.body.bootId;
      const ran = sameBoot ? Math.max(0, measured.body.monotonicTime - event.body.monotonicTime) : 0;
      const room = (claim(measured) ?? 0) - ran;
      if (own > room + 300_000) own = room;
    }
    event.time = Math.max(events[i - 1]?.time ?? Number.NEGATIVE_INFINITY, own);
  }
}

const YEAR_2020 = Date.UTC(2020, 0, 1);
const LAST_WRITABLE = Date.UTC(9999, 11, 31, 15, 59, 59, 999);
