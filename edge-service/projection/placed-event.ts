import type { EventBody, EventOf, EventType } from '#shared/event/event.ts';
import type { InstallId } from '#shared/ids.ts';

/** A usable event with its corrected time, ms. */
export interface PlacedEvent {
  install: InstallId;
  sequence: number;
  time: number;
  body: EventBody;
  sealed: Uint8Array | null;
}

export type PlacedOf<T extends EventType> = PlacedEvent & { body: EventOf<T> };

export const is = <T extends EventType>(event: PlacedEvent, type: T): event is PlacedOf<T> =>
  event.body.type === type;

/** The first swipe of a person elsewhere, as far as the ledger knows now. */
export interface EarlierSwipe {
  station: number | null;
  tubeCode: string | null;
  time: number;
}
