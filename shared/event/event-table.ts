import type { EventId } from '../ids.ts';
import type { EnvelopeField, EventBody, EventOf, EventType } from './event.ts';

/** Whose journal may hold an event of a type: any install's, or only the edge's, which decides. */
type Writer = 'any' | 'edge';

/**
 * What being named does to an event. `changes`: its row follows from who names it, and is derived again whenever one more does;
 * `mentions`: it stays as it is.
 */
type Naming = 'changes' | 'mentions';

/** Fields of an event's own that hold ids of other events: one, one or none, or many. */
type NamingField<T extends EventType> = {
  [F in Exclude<keyof EventOf<T>, EnvelopeField | 'type'>]: EventOf<T>[F] extends
    | EventId
    | null
    | readonly EventId[]
    ? F
    : never;
}[Exclude<keyof EventOf<T>, EnvelopeField | 'type'>];

/** `tube` of the envelope names an event too, of every type, and only mentions it. */
interface Row<T extends EventType> {
  writer: Writer;
  names: Readonly<Record<NamingField<T>, Naming>>;
}

/** What every type of event is to the others. A type, or a field with ids of events, that is missing here does not compile. */
const EVENT_TABLE = {
  installed: { writer: 'any', names: {} },
  swipe: { writer: 'any', names: {} },
  'sampled-again': { writer: 'any', names: { swipe: 'changes' } },
  void: { writer: 'any', names: { swipe: 'changes' } },
  'tube-opened': { writer: 'any', names: { collects: 'changes' } },
  'tube-joined': { writer: 'any', names: { opened: 'mentions' } },
  'tube-sealed': { writer: 'any', names: { opened: 'changes' } },
  'tube-corrected': { writer: 'any', names: { opened: 'changes' } },
  'swipes-moved': { writer: 'any', names: { swipes: 'changes', to: 'mentions' } },
  unreadable: { writer: 'any', names: {} },
  'unreadable-settled': { writer: 'any', names: { unreadable: 'changes', swipe: 'mentions' } },
  'round-ended': { writer: 'any', names: {} },
  'round-defined': { writer: 'edge', names: {} },
  'round-state': { writer: 'edge', names: {} },
  'roster-stored': { writer: 'edge', names: {} },
  'roster-frozen': { writer: 'edge', names: {} },
  'roster-amended': { writer: 'edge', names: {} },
  'lab-counts-stored': { writer: 'edge', names: {} },
  excuse: { writer: 'edge', names: {} },
  'excuse-withdrawn': { writer: 'edge', names: { excuse: 'changes' } },
  link: { writer: 'any', names: {} },
  unlink: { writer: 'edge', names: { link: 'changes' } },
  'link-decided': { writer: 'edge', names: { link: 'changes' } },
  'identity-decided': { writer: 'edge', names: {} },
  'walk-ins-described': { writer: 'edge', names: {} },
  filed: { writer: 'edge', names: {} },
  exception: { writer: 'edge', names: {} },
  'quarantine-settled': { writer: 'edge', names: { event: 'changes' } },
  'fork-reviewed': { writer: 'edge', names: {} },
  'discrepancy-decided': { writer: 'edge', names: {} },
  'difference-decided': { writer: 'edge', names: {} },
  'personal-data-opened': { writer: 'edge', names: {} },
  'restore-loss-acknowledged': { writer: 'edge', names: {} },
  'claim-decided': { writer: 'edge', names: {} },
  restored: { writer: 'edge', names: {} },
} as const satisfies { readonly [T in EventType]: Row<T> };

type KioskEventType = {
  [T in EventType]: (typeof EVENT_TABLE)[T]['writer'] extends 'edge' ? never : T;
}[EventType];

/** Only the edge decides these; a kiosk's journal that holds one keeps it as `invalid`. */
export const isEdgeOnly = (type: EventType): boolean => EVENT_TABLE[type].writer === 'edge';

/** True if a kiosk's journal may hold the event. */
export const isOfKiosk = (body: EventBody): body is EventOf<KioskEventType> => !isEdgeOnly(body.type);

const NAMING_FIELDS = new Map(
  Object.entries(EVENT_TABLE).map(([type, { names }]) => [type, Object.entries<Naming>(names)]),
);

/** The fields of this body that name events, with what they hold. */
function naming(
  body: EventBody,
): { field: string; does: Naming; held: EventId | readonly EventId[] | null }[] {
  const fields: Readonly<Record<string, unknown>> = body;
  return (NAMING_FIELDS.get(body.type) ?? []).map(([field, does]) => ({
    field,
    does,
    held: fields[field] as EventId | readonly EventId[] | null,
  }));
}

/** The events whose rows are derived again when this one arrives, before or after them. */
export function changedBy(body: EventBody): readonly EventId[] {
  return naming(body).flatMap(({ does, held }) => (does === 'changes' && held !== null ? held : []));
}

/** The same body with every event it names called by another name; `origin` stays, it says where the body comes from. */
export function renameEvents<B extends EventBody>(body: B, nameOf: (id: EventId) => EventId): B {
  const renamed = naming(body).map(({ field, held }): [string, unknown] => [
    field,
    typeof held === 'string' ? nameOf(held) : (held?.map(nameOf) ?? null),
  ]);
  return { ...body, tube: body.tube === null ? null : nameOf(body.tube), ...Object.fromEntries(renamed) };
}
