import { EVENT_ID, HASH_HEX, INSTALL_ID, KEY_HEX, STATION_MAX } from '../ids.ts';
import { CREDENTIAL_KINDS } from './credential.ts';
import { ACTOR_CHARS_MAX, BOOT_ID_CHARS_MAX, EVENT_VERSION } from './envelope.ts';

/** How the kiosk showed a swipe at the moment it was taken; frozen, because people act on what they saw. */
export const SHOWN = ['counted', 'walk-in', 'repeat-here', 'repeat-elsewhere', 'unchecked', 'test'] as const;
export type Shown = (typeof SHOWN)[number];

/** A swipe's fields, the envelope's among them. */
const SWIPE_FIELDS = 18;

/**
 * True for what the schema of events takes for a swipe, looked at by hand: nearly every event of a rush is one, and the
 * schema takes five times as long over it. False says nothing: whatever is not ordinary (copied from another journal, or
 * wrong) is the schema's to judge. EV3 holds the two together.
 */
export function isOrdinarySwipe(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { type, version, round, station, stand, phase, tube, bootId, by, origin } = json;
  return (
    type === 'swipe' &&
    version === EVENT_VERSION &&
    origin === null &&
    (round === null || matches(round, INSTALL_ID)) &&
    (station === null || isWhole(station, 1, STATION_MAX)) &&
    (stand === 'before' || stand === 'after') &&
    (phase === 'open' || phase === 'test' || phase === 'unfiled') &&
    (tube === null || matches(tube, EVENT_ID)) &&
    Number.isSafeInteger(json['wallTime']) &&
    Number.isSafeInteger(json['monotonicTime']) &&
    (json['clockOffset'] === null || Number.isSafeInteger(json['clockOffset'])) &&
    isText(bootId, BOOT_ID_CHARS_MAX) &&
    (by === null || isText(by, ACTOR_CHARS_MAX)) &&
    isCredential(json['credential']) &&
    matches(json['sealed'], HASH_HEX) &&
    (json['entry'] === 'card' || json['entry'] === 'scan' || json['entry'] === 'manual') &&
    isOneOf(json['shown'], SHOWN) &&
    (json['ordinal'] === null || isWhole(json['ordinal'], 1, Number.MAX_SAFE_INTEGER)) &&
    fieldsOf(json) === SWIPE_FIELDS
  );
}

function isCredential(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { kind, key } = json;
  return isOneOf(kind, CREDENTIAL_KINDS) && (key === null || matches(key, KEY_HEX)) && fieldsOf(json) === 2;
}

/** How many fields an object out of JSON has; a list of their names, made for every event, would be a tenth of all garbage. */
function fieldsOf(json: object): number {
  let fields = 0;
  for (const _ in json) fields++;
  return fields;
}

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null;
const matches = (json: unknown, form: RegExp): boolean => typeof json === 'string' && form.test(json);
const isText = (json: unknown, max: number): boolean =>
  typeof json === 'string' && json.length > 0 && json.length <= max;
const isWhole = (json: unknown, min: number, max: number): boolean =>
  Number.isSafeInteger(json) && (json as number) >= min && (json as number) <= max;
const isOneOf = (json: unknown, all: readonly string[]): boolean =>
  typeof json === 'string' && all.includes(json);
