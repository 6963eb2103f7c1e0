import type { Clock } from '#shared/clock.ts';
import type { KioskStatus } from '#shared/contract/wire.ts';
import { openTube } from './desks/desk.ts';
import { headOnWire } from './journal/journal-check.ts';
import type { Journal } from './journal/journal.ts';
import type { ReaderDesk } from './readers/reader-desk.ts';
import type { Station } from './desks/station.ts';
import type { Uplink } from './uplink/uplink.ts';
import type { WrongObjects } from './books/wrong-objects.ts';

export interface StatusReportParts {
  clock: Clock;
  version: string;
  journal: Journal;
  station: Station;
  reader: ReaderDesk;
  uplink: Uplink;
  wrongObjects: WrongObjects;
}

/** What the board shows of this kiosk: told every few seconds by the engine, and at once when it looks different. */
export class StatusReport {
  readonly #parts: StatusReportParts;
  #told = '';

  constructor(parts: StatusReportParts) {
    this.#parts = parts;
  }

  tell(): void {
    const status = this.#status();
    this.#told = shownPart(status);
    void this.#parts.uplink.status(status);
  }

  /** Tells only when reader, open tube or round differ from what was told. */
  tellIfChanged(): void {
    if (this.#parts.uplink.connected && shownPart(this.#status()) !== this.#told) this.tell();
  }

  #status(): KioskStatus {
    const { clock, version, journal, station, reader, uplink, wrongObjects } = this.#parts;
    const round = station.duty.round?.round ?? null;
    const tube = openTube(station);
    const { head } = journal;
    return {
      head: headOnWire(head),
      pending: Math.max(0, head.sequence - uplink.acknowledged),
      reader: reader.state,
      readerSince: reader.since,
      openTube: tube === null ? null : { code: tube.code, count: tube.places },
      wrongObjects: wrongObjects.of(round).reduce((sum, { count }) => sum + count, 0),
      round,
      version,
      wallTime: Math.round(clock.wall()),
    };
  }
}

function shownPart({ reader, openTube: tube, round }: KioskStatus): string {
  return JSON.stringify([reader, tube, round]);
}
