import type { Clock } from '#shared/clock.ts';
import type { KioskStatus } from '#shared/contract/wire.ts';
import { openTube } from './desks/desk.ts';
import { headOnWire } from './journal/journal-check.ts';
import type { Journal } from './journal/journal.ts';
import type { PairingDesk } from './pairing/pairing-desk.ts';
import type { ReaderDesk } from './readers/reader-desk.ts';
import type { Station } from './desks/station.ts';
import type { Connection } from './uplink/link.ts';
import type { Uplink } from './uplink/uplink.ts';
import type { WrongObjects } from './books/wrong-objects.ts';

export interface StatusReportParts {
  clock: Clock;
  version: string;
  journal: Journal;
  station: Station;
  reader: ReaderDesk;
  uplink: Uplink;
  pairing: PairingDesk;
  wrongObjects: WrongObjects;
}

/** What the board shows of this kiosk: told every few seconds by the engine, and at once when it looks different. */
export class StatusReport {
  readonly #parts: StatusReportParts;
  #told = '';
  #bindingTold: { to: Connection; bound: boolean } | null = null;

  constructor(parts: StatusReportParts) {
    this.#parts = parts;
  }

  tell(): void {
    const status = this.#status();
    this.#told = shownPart(status);
    void this.#parts.uplink.status(status);
    this.#tellBinding();
  }

  /** Tells only when reader, open tube, round or the token's binding differ from what was told. */
  tellIfChanged(): void {
    if (this.#parts.uplink.connected && shownPart(this.#status()) !== this.#told) this.tell();
    else this.#tellBinding();
  }

  /** Once a connection and on change; a message of its own, because edges before it refuse a status that says more. */
  #tellBinding(): void {
    const { uplink, pairing } = this.#parts;
    const { connection } = uplink;
    const { token } = pairing;
    if (connection === null || token === null || token.state === 'opening') return;
    const bound = token.state === 'bound';
    const told = this.#bindingTold;
    if (told !== null && told.to === connection && told.bound === bound) return;
    this.#bindingTold = { to: connection, bound };
    connection.tokenBinding({ bound });
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
