import { systemClock } from '#shared/node/system-clock.ts';
import type { InventedPerson } from './invented-people.ts';
import { cardOf } from './readers/simulated-reader-card.ts';
import { serveReader } from './readers/simulated-reader-carriers.ts';
import { SimulatedReader } from './readers/simulated-reader.ts';

const PATIENCE_MS_MAX = 30_000;
/** reader-protocols.md 1.4: a card that will not do. */
const CARD_REJECTS_SAM = 0x31;

/** A reader on a table, over TCP, and the people who put cards on it. */
export interface TableReader {
  /** `tcp://127.0.0.1:port` */
  path: string;
  /** Lays the card down until it was read, and takes it away. Throws where it was not read. */
  swipe(person: InventedPerson): Promise<void>;
  /** Lays down a card that cannot be read until `seen` says so. */
  fail(person: InventedPerson, seen: () => Promise<unknown>): Promise<void>;
  unplug(): Promise<void>;
}

export async function tableReader(): Promise<TableReader> {
  const reader = new SimulatedReader(systemClock);
  const served = await serveReader(reader, 0);
  return {
    path: served.path,
    unplug: () => served.unplug(),
    swipe: async (person) => {
      const read = await reader.placeCard(cardOf(person), { holdMs: 0, patienceMs: PATIENCE_MS_MAX });
      if (read !== 'read') throw new Error('a good card was not read');
      await reader.seenEmpty();
    },
    fail: async (person, seen) => {
      reader.refuseAlways('read-card', CARD_REJECTS_SAM);
      reader.layDown(cardOf(person));
      await seen();
      reader.lift();
      await reader.seenEmpty();
      reader.refuseAlways('read-card', null);
    },
  };
}
