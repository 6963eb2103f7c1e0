import { z } from 'zod';

export const INSTALL_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** An install: the random UUID (version 4, lower case) made together with a journal. */
export const installIdSchema = z.string().regex(INSTALL_ID, 'install id').brand<'InstallId'>();
export type InstallId = z.infer<typeof installIdSchema>;

/** 15 digits: more events than any journal holds, and every number below is exact in JSON and SQLite. */
export const SEQUENCE_MAX = 10 ** 15 - 1;
/** Sequence within an install's journal, from 1, without gaps. */
export const sequenceSchema = z.int().min(1).max(SEQUENCE_MAX);

/** A round: a random UUID made by the edge. */
export const roundIdSchema = z.string().regex(INSTALL_ID, 'round id').brand<'RoundId'>();
export type RoundId = z.infer<typeof roundIdSchema>;

export const STATION_MAX = 999;
/** Number of a station as printed on its table (1号台 is 1). */
export const stationSchema = z.int().min(1).max(STATION_MAX);

/** Names one event of one journal for ever: `<install>:<sequence>`. */
export const EVENT_ID =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}:[1-9][0-9]{0,14}$/;
export const eventIdSchema = z.string().regex(EVENT_ID, 'event id').brand<'EventId'>();
export type EventId = z.infer<typeof eventIdSchema>;

/** 32 bytes as 64 lower-case hex digits. */
export const HASH_HEX = /^[0-9a-f]{64}$/;
export const hashHexSchema = z.string().regex(HASH_HEX, 'SHA-256 in hex');
/** A credential key: 16 bytes as 32 lower-case hex digits. */
export const KEY_HEX = /^[0-9a-f]{32}$/;
export const keyHexSchema = z.string().regex(KEY_HEX, 'credential key in hex').brand<'CredentialKey'>();
export type CredentialKey = z.infer<typeof keyHexSchema>;

/** True of a text that names an event. */
export const isEventId = (text: string): text is EventId => EVENT_ID.test(text);

export function eventId(install: InstallId, sequence: number): EventId {
  return `${install}:${sequence}` as EventId;
}

/** Takes an id apart; throws on a malformed one, because ids are parsed at the border. */
export function splitEventId(id: EventId): { install: InstallId; sequence: number } {
  const at = id.indexOf(':');
  const sequence = Number(id.slice(at + 1));
  if (at !== 36 || !Number.isSafeInteger(sequence) || sequence < 1)
    throw new RangeError(`not an event id: ${id}`);
  return { install: id.slice(0, at) as InstallId, sequence };
}

const INSTALL_HEX_DIGITS = /-/g;

/** The 16 bytes of an install id, as the hash chain takes them (RFC 9562 order). */
export function installHex(install: InstallId): string {
  return install.replace(INSTALL_HEX_DIGITS, '');
}
