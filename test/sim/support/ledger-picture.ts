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
        const previous = journal.events.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
        const own = event.body === null ? previous : event.body.wallTime + (event.body.clockOffset ?? 0);
        const held = { ...event, kind, status, time: Math.max(previous, own) };
        journal.events.push(held);
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
