import type { HttpRound } from '#shared/contract/http.ts';
import type { EdgeClient } from './edge-client.ts';
import { Played } from './played.ts';
import { roundRequest, rosterCsv } from './site-files.ts';
import { planSite, type SitePerson, type SitePlan } from './site-plan.ts';

export const BUSY_STATIONS = 3;
/** The table one plays at. */
export const OWN_STATION = BUSY_STATIONS + 1;
const PEOPLE = 120;
const CARDS_TO_PLAY_WITH = 12;
const SESSION_HOURS = 12;

export interface TriedRound {
  round: HttpRound;
  plan: SitePlan;
  played: Played;
  /** Cards for the table one plays at. */
  spare: readonly { person: SitePerson; hint: string }[];
}

/**
 * The round to go on with: the one made here the last time, as long as it is open and its last session has not ended; else a
 * new one with its roster. Rounds that a person made at the board are theirs: no plan fits them.
 */
export async function roundToTry(lead: EdgeClient, playedAt: string): Promise<TriedRound> {
  const { rounds } = await lead.rounds();
  const played = Played.kept(playedAt);
  const before = rounds.find((r) => r.id === played?.round);
  const goesOn = before?.state === 'open' && before.sessions.some((s) => Date.parse(s.to) >= Date.now());
  if (played !== null && goesOn) return { round: before, played, ...peopleOf(before.number) };
  const number = Math.max(0, ...rounds.map((r) => r.number)) + 1;
  const { plan, spare, onRoster } = peopleOf(number);
  const request = roundRequest(plan, {
    name: `第${number}轮`,
    now: Date.now(),
    sessionHours: SESSION_HOURS,
  });
  request.stations.push({ station: OWN_STATION, stand: 'before' });
  const made = await lead.createRound(request);
  const roster = [...plan.roster, ...onRoster.map((p, i) => ({ ...p, staffNumber: String(90_001 + i) }))];
  await lead.putFile(`/rounds/${made.id}/roster`, rosterCsv(roster));
  // Before it is open: what is stopped here leaves a draft behind, and no open round that nobody knows of.
  const begun = Played.begin(playedAt, made.id);
  return { round: await lead.setState(made.id, 'open'), plan, played: begun, spare };
}

/** Who comes in the round of that number, and whose cards lie at the table one plays at. */
function peopleOf(number: number): {
  plan: SitePlan;
  spare: TriedRound['spare'];
  onRoster: readonly SitePerson[];
} {
  const plan = planSite({
    seed: number,
    stations: BUSY_STATIONS,
    people: PEOPLE,
    faults: ['nine-for-ten'],
  });
  const others = planSite({
    seed: 7000 + number,
    stations: 1,
    people: CARDS_TO_PLAY_WITH + 1,
    faults: [],
  });
  const cards = others.roster.slice(0, CARDS_TO_PLAY_WITH);
  const onRoster = cards.slice(0, -2);
  const spare = cards.map((person) => ({
    person,
    hint: onRoster.includes(person) ? `${person.workshop} ${person.team}` : '名单外 not on the roster',
  }));
  return { plan, spare, onRoster };
}
