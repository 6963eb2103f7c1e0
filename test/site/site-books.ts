import type { LadderReport } from '#shared/counting/ladder.ts';
import type { Fault, SitePerson, SitePlan } from './site-plan.ts';

/** One tube as it lies in the rack: how many swabs are really in it. */
export interface RackTube {
  code: string;
  station: number;
  swabs: number;
}

export interface NamedFault {
  kind: string;
  tube: string;
  station: number | null;
}

/**
 * The simulator's own books: what people did in front of the kiosks, written down by their hands, not read from any
 * kiosk or edge. Truth comes from here alone.
 */
export class SiteBooks {
  readonly #plan: SitePlan;
  readonly #onRoster: ReadonlySet<string>;
  readonly #live = new Map<string, number>();
  readonly tubes: RackTube[] = [];
  #swipes = 0;
  #voided = 0;
  #withoutCard = 0;

  constructor(plan: SitePlan) {
    this.#plan = plan;
    this.#onRoster = new Set(plan.roster.map((p) => p.number));
  }

  /** A card was put down and read, or a number typed and accepted. */
  swiped(person: SitePerson): void {
    this.#swipes++;
    this.#live.set(person.number, (this.#live.get(person.number) ?? 0) + 1);
  }

  /** Staff took back the last swipe of this person. */
  undone(person: SitePerson): void {
    this.#voided++;
    this.#live.set(person.number, (this.#live.get(person.number) ?? 0) - 1);
  }

  sampledWithoutCard(): void {
    this.#withoutCard++;
  }

  /** A tube was closed and put into the rack; the same tube again is still one. */
  racked(tube: RackTube): void {
    const held = this.tubes.findIndex(({ code }) => code === tube.code);
    if (held === -1) this.tubes.push(tube);
    else this.tubes[held] = tube;
  }

  ladder(): Omit<LadderReport, 'finalUpTo'> {
    const people = [...this.#live].filter(([, swipes]) => swipes > 0).map(([number]) => number);
    const onRoster = people.filter((number) => this.#onRoster.has(number)).length;
    const roster = this.#onRoster.size;
    const excused = this.#plan.excused.filter(({ person }) => !people.includes(person.number)).length;
    return {
      swipes: this.#swipes,
      voided: this.#voided,
      repeats: this.#swipes - this.#voided - people.length,
      people: people.length,
      onRoster,
      walkIns: people.length - onRoster,
      roster,
      excused,
      expected: roster - excused,
      missing: roster - excused - onRoster,
      untested: roster - onRoster,
      toVerify: 0,
      sampledWithoutCard: this.#withoutCard,
      withoutTube: 0,
      complete: true,
      rosterAmended: null,
    };
  }

  /** What the laboratory books for each tube it receives, with the planned faults, and the faults by name. */
  laboratory(): { lines: { tube: string; count: number; station: number }[]; faults: NamedFault[] } {
    const faults: NamedFault[] = [];
    const spoiled = new Set<string>();
    const lines = new Map(
      this.tubes.map((t) => [t.code, { tube: t.code, count: t.swabs, station: t.station }]),
    );
    const whole = (): RackTube | undefined => this.tubes.find((t) => !spoiled.has(t.code) && t.swabs > 1);
    const spoil: Record<Fault, () => void> = {
      'nine-for-ten': () => {
        const plan = this.#plan.stations.find((s) => s.shortTube !== null);
        const code = plan?.tubeCodes[plan.shortTube ?? 0];
        const tube = this.tubes.find((t) => t.code === code);
        const line = lines.get(code ?? '');
        if (!tube || !line) throw new Error('the tube to be sealed short never reached the rack');
        line.count = tube.swabs + 1;
        spoiled.add(tube.code);
        faults.push({ kind: 'booked-more', tube: tube.code, station: tube.station });
      },
      'booked-fewer': () => {
        const tube = whole();
        const line = lines.get(tube?.code ?? '');
        if (!tube || !line) return;
        line.count = tube.swabs - 1;
        spoiled.add(tube.code);
        faults.push({ kind: 'booked-fewer', tube: tube.code, station: tube.station });
      },
      'lost-tube': () => {
        const tube = whole();
        if (!tube) return;
        lines.delete(tube.code);
        spoiled.add(tube.code);
        faults.push({ kind: 'not-at-lab', tube: tube.code, station: tube.station });
      },
      'extra-tube': () => {
        lines.set('9000001', { tube: '9000001', count: this.#plan.capacity, station: 1 });
        faults.push({ kind: 'unknown-tube', tube: '9000001', station: 1 });
      },
    };
    for (const fault of this.#plan.faults) spoil[fault]();
    return { lines: [...lines.values()], faults: faults.toSorted((a, b) => (a.tube < b.tube ? -1 : 1)) };
  }
}
