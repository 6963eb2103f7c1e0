import type { EventBody } from '#shared/event/event.ts';
import type { EventId } from '#shared/ids.ts';

/** The same body with every event it names renamed where `renamed` knows a new name; others stay. */
export function mapReferences(body: EventBody, renamed: ReadonlyMap<EventId, EventId>): EventBody {
  const one = (id: EventId): EventId => renamed.get(id) ?? id;
  const maybe = (id: EventId | null): EventId | null => (id === null ? null : one(id));
  const moved = { ...body, tube: maybe(body.tube) };
  switch (moved.type) {
    case 'sampled-again':
    case 'void':
      return { ...moved, swipe: one(moved.swipe) };
    case 'tube-opened':
      return { ...moved, collects: moved.collects.map(one) };
    case 'tube-joined':
    case 'tube-sealed':
    case 'tube-corrected':
      return { ...moved, opened: one(moved.opened) };
    case 'swipes-moved':
      return { ...moved, swipes: moved.swipes.map(one), to: maybe(moved.to) };
    case 'unreadable-settled':
      return { ...moved, unreadable: one(moved.unreadable), swipe: maybe(moved.swipe) };
    default:
      return moved;
  }
}
