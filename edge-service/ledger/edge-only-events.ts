import type { EventType } from '#shared/event/event.ts';

/** Only the edge decides these; a kiosk's journal that holds one keeps it as `invalid`. */
const EDGE_ONLY: ReadonlySet<EventType> = new Set<EventType>([
  'round-defined',
  'round-state',
  'roster-stored',
  'lab-counts-stored',
  'excuse',
  'excuse-withdrawn',
  'unlink',
  'filed',
  'exception',
  'quarantine-settled',
  'fork-reviewed',
  'discrepancy-decided',
  'personal-data-opened',
  'restored',
]);

export const isEdgeOnly = (type: EventType): boolean => EDGE_ONLY.has(type);
