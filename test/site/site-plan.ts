import { seededRandom } from '../support/seeded-random.ts';
import { inventPeople, type InventedPerson } from './invented-people.ts';

/** Somebody who comes to the site, or is expected and does not. */
export interface SitePerson extends InventedPerson {
  staffNumber: string;
  workshop: string;
  team: string;
}

/** What happens in front of one kiosk, in order. The staff beside it act on what the screen says (station-staff.ts). */
export type Visit =
  | { kind: 'ordinary'; person: SitePerson }
  /** The card is read, staff undo it by mistake-key, and the person swipes again. */
  | { kind: 'undone'; person: SitePerson }
  /** The same card once more right after: already in this tube. */
  | { kind: 'again-here'; person: SitePerson }
  /** Already sampled at another station; asked whether sampled again, staff say no and the person is turned away. */
  | { kind: 'turned-away'; person: SitePerson }
  /** The card cannot be read three times; staff type the number. */
  | { kind: 'typed'; person: SitePerson }
  /** The card cannot be read and nobody knows the number: sampled all the same, without card. */
  | { kind: 'without-card'; person: SitePerson };

export interface StationPlan {
  station: number;
  /** Visits of the rush; then, when every station has done with them, the late ones. */
  rush: Visit[];
  late: Visit[];
  tubeCodes: string[];
  /** Index of a tube that staff seal one short of full; null at all other stations. */
  shortTube: number | null;
}

export const FAULTS = ['nine-for-ten', 'booked-fewer', 'lost-tube', 'extra-tube'] as const;
export type Fault = (typeof FAULTS)[number];

export interface SitePlan {
  seed: number;
  capacity: number;
  roster: SitePerson[];
  excused: { person: SitePerson; reason: string }[];
  stations: StationPlan[];
  faults: readonly Fault[];
}

const WORKSHOPS = ['一车间', '二车间', '三车间', '机关'];
const TEAMS = ['焊接班', '装配班', '冲压班', '检验班', '仓储班'];
const EXCUSES = ['休假', '隔离', '出差'];
const CAPACITY = 10;
/** One in so many, rounded up, so that the smallest site still sees each kind of trouble once where it can. */
const ONE_IN = { walkIn: 80, absent: 40, excused: 60, undone: 90, againHere: 50, turnedAway: 60, typed: 120 };

const share = (people: number, oneIn: number): number => Math.ceil(people / oneIn);

/**
 * Plans a whole site from a seed: who is on the roster, who comes where, and what goes wrong in front of the kiosks.
 * `people` are those who are sampled by swiping; absent and excused ones come on top. Pure: no time, no I/O.
 */
export function planSite(options: {
  seed: number;
  stations: number;
  people: number;
  faults: readonly Fault[];
}): SitePlan {
  const { seed, people, faults } = options;
  const random = seededRandom(seed);
  const walkIns = people > 2 ? share(people, ONE_IN.walkIn) : 0;
  const absent = share(people, ONE_IN.absent);
  const excusedCount = share(people, ONE_IN.excused);
  const everybody = inventPeople({ seed, count: people + absent + excusedCount + 1 }).map((invented, i) => ({
    ...invented,
    staffNumber: String(i + 101).padStart(5, '0'),
    workshop: WORKSHOPS[i % WORKSHOPS.length]!,
    team: TEAMS[Math.floor(i / WORKSHOPS.length) % TEAMS.length]!,
  }));
  const withoutCard = everybody.pop()!;
  const coming = random.shuffled(everybody.slice(0, people));
  const excused = everybody
    .slice(people + absent)
    .map((person) => ({ person, reason: random.pick(EXCUSES) }));
  const visitors = new Set(coming.slice(0, walkIns));

  const stations = Array.from({ length: options.stations }, (_, i): StationPlan => {
    const station = i + 1;
    const own = coming.filter((_, n) => n % options.stations === i);
    return {
      station,
      rush: own.map((person) => ({ kind: 'ordinary', person })),
      late: [],
      tubeCodes: [],
      shortTube: null,
    };
  });
  const scatter = (
    count: number,
    change: (plan: StationPlan, at: number, person: SitePerson) => void,
  ): void => {
    for (let n = 0; n < count; n++) {
      const plan = random.pick(stations.filter((s) => s.rush.length > 0));
      const at = random.below(plan.rush.length);
      const visit = plan.rush[at]!;
      if (visit.kind === 'ordinary') change(plan, at, visit.person);
    }
  };
  scatter(share(people, ONE_IN.undone), (plan, at, person) => (plan.rush[at] = { kind: 'undone', person }));
  scatter(share(people, ONE_IN.typed), (plan, at, person) => (plan.rush[at] = { kind: 'typed', person }));
  scatter(share(people, ONE_IN.againHere), (plan, at, person) =>
    plan.rush.splice(at + 1, 0, { kind: 'again-here', person }),
  );
  if (stations.length > 1)
    scatter(share(people, ONE_IN.turnedAway), (plan, _, person) => {
      const other = random.pick(stations.filter((s) => s !== plan));
      if (!other.late.some((v) => v.person === person)) other.late.push({ kind: 'turned-away', person });
    });
  random.pick(stations).rush.push({ kind: 'without-card', person: withoutCard });

  giveTubes(stations);
  if (faults.includes('nine-for-ten')) {
    const longest = stations.toSorted((a, b) => b.rush.length - a.rush.length || a.station - b.station);
    const plan = longest[random.below(Math.min(longest.length, 2))]!;
    const full = Math.floor(plan.rush.length / CAPACITY);
    plan.shortTube = full > 1 ? random.below(full - 1) : 0;
  }
  return {
    seed,
    capacity: CAPACITY,
    roster: everybody.filter((p) => !visitors.has(p)),
    excused,
    stations,
    faults,
  };
}

/** Tube codes run on over the whole site, as they come off one roll; each table is given its own strip. */
function giveTubes(stations: StationPlan[]): void {
  let next = 1;
  for (const plan of stations) {
    // Two to spare: a table that seals short, or samples again what it could not know, needs one more.
    const count = Math.ceil((plan.rush.length + plan.late.length) / CAPACITY) + 2;
    plan.tubeCodes = Array.from({ length: count }, () => String(next++).padStart(7, '0'));
  }
}
