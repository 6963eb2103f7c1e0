import type { RoundId } from '#shared/ids.ts';
import type { Phase } from '#shared/event/event.ts';
import type { Stand } from '#shared/round.ts';
import type { RoundInfo } from '#shared/round.ts';

/** What this kiosk works on now. */
export interface Duty {
  round: RoundInfo | null;
  phase: Phase;
  station: number | null;
  stand: Stand | null;
}

/** What the journal says of this kiosk and a round. */
export interface RoundHistory {
  /** This kiosk has events of the round from the time it was open. */
  tookPart: boolean;
  /** 收工 was its last word in the round. */
  ended: boolean;
}

/**
 * The round a kiosk works on: the newest open one that plans its station; else a settling one it took part in and has not
 * ended (late entries); else the newest draft, as a rehearsal; else none. Newest: the one whose first session begins last; of
 * two that begin alike, the one told first, because the edge tells the newest number first and an info bears no number.
 */
export function chooseDuty(input: {
  rounds: readonly RoundInfo[];
  station: number | null;
  history: (round: RoundId) => RoundHistory;
}): Duty {
  const { station } = input;
  const here = input.rounds.filter((info) => planned(info, station) !== null);
  const newest = (fits: (info: RoundInfo) => boolean): RoundInfo | null =>
    here
      .filter(fits)
      .reduce<RoundInfo | null>(
        (best, info) => (best === null || begins(info) > begins(best) ? info : best),
        null,
      );
  const settling = newest((info) => {
    const { tookPart, ended } = input.history(info.round);
    return info.state === 'settling' && tookPart && !ended;
  });
  const open = newest((info) => info.state === 'open') ?? settling;
  const round = open ?? newest((info) => info.state === 'draft');
  if (round === null) return { round: null, phase: 'unfiled', station, stand: null };
  return { round, phase: open === null ? 'test' : 'open', station, stand: planned(round, station) };
}

function planned(info: RoundInfo, station: number | null): Stand | null {
  return info.definition.stations.find((plan) => plan.station === station)?.stand ?? null;
}

function begins(info: RoundInfo): number {
  return Math.min(...info.definition.sessions.map((session) => session.from));
}
