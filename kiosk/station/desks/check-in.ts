import type { Shown } from '#shared/event/ordinary-swipe.ts';
import type { Phase } from '#shared/event/event.ts';
import type { Stand } from '#shared/round.ts';
import type { EventId } from '#shared/ids.ts';
import type { Among } from '#shared/contract/kiosk-screen.ts';
import type { CountedEntry } from '#shared/contract/wire.ts';
import { takesPlace, type OwnSwipe } from './station-memory.ts';

export interface CheckInInput {
  /** Null while the round key is unknown: nothing can be compared. */
  key: string | null;
  /** The same person's other keys, as far as they were linked here. */
  linked: readonly string[];
  phase: Phase;
  station: number | null;
  stand: Stand | null;
  /** Whether tubes are used here at all: in rounds with tubes, before the swab. */
  usesTubes: boolean;
  openTube: { id: EventId; code: string | null; capacity: number; places: number } | null;
  loosePlaces: number;
  stationCount: number;
  /** This person's own swipes here in the same round and phase, voided ones included, in order. */
  own: readonly OwnSwipe[];
  codeOf: (tube: EventId) => string | null;
  elsewhere: CountedEntry | null;
  /** Null where there is no roster, or this kiosk does not hold it. */
  roster: ReadonlySet<string> | null;
}

export type Repeat =
  | { where: 'here'; time: number; ordinal: number | null; among: Among }
  | { where: 'elsewhere'; time: number; station: number | null; tubeCode: string | null; asks: boolean };

export interface CheckIn {
  shown: Shown;
  ordinal: number | null;
  repeat: Repeat | null;
  tube: 'fits' | 'full' | 'over' | 'none' | 'not-used';
}

/**
 * The repeat rule: what a kiosk shows for one swipe. A second swipe in the same tube (or, without tubes, at the same
 * station) is a repeat here; one known from another tube or station is a repeat elsewhere, and before the swab asks whether
 * the person was sampled again. A rehearsal plays the same rule and shows it as a test.
 */
export function checkIn(input: CheckInInput): CheckIn {
  const repeat = input.key === null ? null : findRepeat(input);
  const ordinal = repeat === null ? nextOrdinal(input) : null;
  const tube = repeat === null ? tubeState(input, ordinal) : 'not-used';
  return { shown: shownAs(input, repeat), ordinal, repeat, tube };
}

function shownAs(input: CheckInInput, repeat: Repeat | null): Shown {
  if (input.phase === 'test') return 'test';
  if (input.key === null) return 'unchecked';
  if (repeat !== null) return repeat.where === 'here' ? 'repeat-here' : 'repeat-elsewhere';
  const { roster } = input;
  const isKnown = roster === null || [input.key, ...input.linked].some((key) => roster.has(key));
  return isKnown ? 'counted' : 'walk-in';
}

function findRepeat(input: CheckInInput): Repeat | null {
  const { elsewhere, openTube } = input;
  const live = input.own.filter((swipe) => !swipe.voided);
  const place = openTube?.id ?? null;
  // A swipe that claims no place is no reason to say "already in this tube": the person is still in the other one.
  const here = live.find((swipe) => takesPlace(swipe) && (!input.usesTubes || swipe.tube === place));
  if (here !== undefined) {
    const among = here.tube !== null ? 'tube' : input.usesTubes ? 'loose' : 'station';
    return { where: 'here', time: here.time, ordinal: here.ordinal, among };
  }
  const asks = input.stand === 'before' && input.phase === 'open';
  const other = live.find(takesPlace);
  if (other !== undefined) {
    const tubeCode = other.tube === null ? null : input.codeOf(other.tube);
    return { where: 'elsewhere', time: other.time, station: input.station, tubeCode, asks };
  }
  if (elsewhere === null || input.phase !== 'open') return null;
  const sameStation = elsewhere.station === input.station;
  // The edge still counts what was voided here a moment ago, or while the network was away.
  if (sameStation && input.own.length > 0 && live.length === 0) return null;
  const sameTube = elsewhere.tubeCode !== null && elsewhere.tubeCode === (openTube?.code ?? null);
  if (sameTube || (sameStation && !input.usesTubes))
    return { where: 'here', time: elsewhere.time, ordinal: null, among: sameTube ? 'tube' : 'station' };
  return {
    where: 'elsewhere',
    time: elsewhere.time,
    station: elsewhere.station,
    tubeCode: elsewhere.tubeCode,
    asks,
  };
}

function nextOrdinal(input: CheckInInput): number {
  if (!input.usesTubes && input.openTube === null) return input.stationCount + 1;
  return (input.openTube?.places ?? input.loosePlaces) + 1;
}

/** full: this swipe fills the tube; over: it goes beyond. */
export function tubeState(
  input: Pick<CheckInInput, 'usesTubes' | 'openTube'>,
  ordinal: number | null,
): CheckIn['tube'] {
  if (input.openTube === null) return input.usesTubes ? 'none' : 'not-used';
  if (ordinal === null || ordinal < input.openTube.capacity) return 'fits';
  return ordinal === input.openTube.capacity ? 'full' : 'over';
}
