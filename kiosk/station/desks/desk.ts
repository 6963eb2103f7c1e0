import type { TubePattern } from '#shared/tube-pattern.ts';
import type { Clock } from '#shared/clock.ts';
import { canonicalStaffNumber, credentialKey } from '#shared/event/credential.ts';
import type { EventBody, EventBytes, OwnFields } from '#shared/event/event.ts';
import type { CredentialKey, EventId } from '#shared/ids.ts';
import type { CommandReply, WrongObject } from '#shared/contract/kiosk-screen.ts';
import type { CountedBook } from '../books/counted-book.ts';
import type { Duty } from './duty.ts';
import type { Faces } from './faces.ts';
import type { JoinedTubes, UsedTube } from '../books/joined-tubes.ts';
import type { Random } from '#shared/random.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import type { RecentNames } from './recent-names.ts';
import type { RoundBook } from '../books/round-book.ts';
import type { SettingsStore } from '../disk/settings.ts';
import type { Scope, StationMemory } from './station-memory.ts';

/** What the edge knows of the round at work here: told before, or asked now and bounded. */
export interface Questions {
  /** How the tube codes of the round look, where that was fixed. */
  readonly tubePattern: TubePattern | null;
  /** Shows whom the staff number of a swipe names, once the edge has said so; nothing waits for it. */
  tellName(swipe: EventId, key: CredentialKey): void;
  /** Null when the edge cannot be asked. */
  tubeUsed(code: string): Promise<UsedTube | 'unused' | null>;
}

/** What a desk wants written: the event's own fields, its sealed part, and its tube where that is not the open one. */
export interface Entry {
  event: OwnFields;
  sealed?: Uint8Array;
  tube?: EventId | null;
  /** Another place than the present duty's, for what belongs to the round before. */
  place?: Pick<EventBody, 'round' | 'phase' | 'stand'>;
}

/** What the parts of a station share: one journal, one memory, one screen. */
export interface Desk {
  readonly clock: Clock;
  readonly random: Random;
  readonly memory: StationMemory;
  readonly rounds: RoundBook;
  readonly counted: CountedBook;
  readonly joined: JoinedTubes;
  readonly names: RecentNames;
  readonly settings: SettingsStore;
  readonly faces: Faces;
  readonly duty: Duty;
  /** Memory of the present round and phase. */
  readonly scope: Scope;
  /** A tube is being sealed: what comes now belongs to the next one. */
  readonly sealing: boolean;
  /** Appends in one synced transaction; null when it could not be written: the screen says so already. */
  record(entries: readonly Entry[]): EventId[] | null;
  /** How many people wait for the answer to 谁没采?. */
  readonly waiting: number;
  /** Records whoever has waited, once nothing holds them up. */
  takeWaiting(): void;
  /** Something the screen shows has changed. */
  changed(): void;
  /** An event as it lies in the journal; null where this file does not hold it. */
  eventOf(id: EventId): EventBytes | null;
  /** Something else was given than a card or a tube code: told, and noted; the next card is taken at once. */
  wrong(given: WrongObject): void;
  readonly questions: Questions;
}

export const ACCEPTED: CommandReply = { ok: true };

type PlainCode<Key> = Key extends `refusal.${infer Code}` ? Code : never;

/** What a kiosk will not do, by its code; its words are `refusal.CODE`. */
export const refusal = (code: PlainCode<PlainKey>): CommandReply & { ok: false } =>
  refusalOf(code, message(`refusal.${code}`));

export const refusalOf = (code: string, words: Message): CommandReply & { ok: false } => ({
  ok: false,
  code,
  words,
});

/** Tubes are used in rounds that have them, before the swab. */
export function usesTubes(duty: Duty): boolean {
  return duty.round !== null && duty.stand === 'before' && duty.round.definition.tubeMode !== 'none';
}

/** The open tube as the screen and the repeat rule see it. */
export function openTube(
  desk: Desk,
): { id: EventId; code: string | null; capacity: number; places: number } | null {
  const { scope, joined } = desk;
  const own = scope.openTube === null ? undefined : scope.tubes.get(scope.openTube);
  if (own === undefined) return null;
  const before = own.joined ? joined.find(own.id) : null;
  const capacity = own.capacity ?? desk.duty.round?.definition.capacity ?? UNFILED_CAPACITY;
  return {
    id: own.id,
    code: own.code ?? before?.code ?? null,
    capacity,
    places: scope.places(own.id) + (before?.people ?? 0),
  };
}

/** With no round known nobody has said how many share a tube; ten to one is what nearly every site does. */
export const UNFILED_CAPACITY = 10;

/** Whether a credential is on the roster, or linked here to who is; null while this kiosk holds no roster or no key. */
export function isOnRoster(
  { duty, rounds, counted, scope }: Desk,
  credential: Parameters<typeof credentialKey>[1],
): boolean | null {
  const roundKey = duty.round === null ? null : rounds.keyOf(duty.round.round);
  const roster = counted.roster(duty.round?.rosterKeys ?? null);
  if (roundKey === null || roster === null) return null;
  return scope.links.keysOf(credentialKey(roundKey, credential)).some((one) => roster.has(one));
}

/** The same of a staff number as it was typed or scanned; null of what is none. */
export function staffOnRoster(desk: Desk, staffNumber: string): boolean | null {
  const canonical = canonicalStaffNumber(staffNumber);
  return canonical === null ? null : isOnRoster(desk, { kind: 'staff', canonical });
}

/** Code of a tube this kiosk opened or joined. */
export function codeOf(desk: Desk, tube: EventId): string | null {
  return desk.scope.tubes.get(tube)?.code ?? desk.joined.find(tube)?.code ?? null;
}
