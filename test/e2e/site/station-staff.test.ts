import { afterEach, describe, expect, it } from 'vitest';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import type { CommandReply, KioskBridge, KioskState } from '#shared/contract/kiosk-screen.ts';
import { fixedRig, readerAtPath } from '../../../kiosk/station/readers/fixed-rig.ts';
import { openSettings } from '../../../kiosk/station/disk/settings.ts';
import { ACCELERATED_READER_TIMINGS } from '../../site/readers/accelerated-reader-timings.ts';
import { memoryLine } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { SiteBooks } from '../../site/site-books.ts';
import { planSite, type SitePerson, type StationPlan, type Visit } from '../../site/site-plan.ts';
import { StationStaff } from '../../site/station-staff.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { HandEdge, HandLink } from '../../support/kiosk/hand-link.ts';
import {
  MORNING,
  TestKiosk,
  makeRound,
  roundsMessage,
  temporaryDirectory,
} from '../../support/kiosk/kiosk-fixture.ts';

const READER = readerAtPath('memory');
/** So many people fill a tube. */
const CAPACITY = 10;
/** Small steps, so that the kiosk's own waits run out only where they really would. */
const STEP_MS = 1;
/** The kiosk tries an edge it cannot reach again within this. */
const RETRY_MS = 5_000;

const plan = planSite({ seed: 1, stations: 1, people: 30, faults: [] });
const [station] = plan.stations as [StationPlan];
const [ann, ...others] = station.rush.flatMap(({ kind, person }) =>
  kind === 'ordinary' ? [person] : [],
) as [SitePerson, ...SitePerson[]];
const [tube] = station.tubeCodes as [string];
/** What the books, and the kiosk, say of a tube of ten people. */
const FULL = new Map([[tube, CAPACITY]]);
const ordinary = others.slice(0, CAPACITY - 1).map((person): Visit => ({ kind: 'ordinary', person }));

/** A table: the real kiosk behind a real reader's driver, and the books of its people. Both outlive kiosk and staff. */
class Table {
  readonly place = temporaryDirectory();
  readonly books = new SiteBooks(plan);
  readonly clock = new HandClock(MORNING);
  readonly edge = new HandEdge(() => this.clock.wall());
  readonly link = new HandLink(this.edge);
  reader = new SimulatedReader(this.clock);
  #kiosk: TestKiosk | null = null;

  get kiosk(): TestKiosk {
    if (this.#kiosk === null) throw new Error('the kiosk was not started');
    return this.#kiosk;
  }

  /** The kiosk starts, the first time or again on what lies on its disk. */
  async start(): Promise<void> {
    if (this.#kiosk !== null) await this.#kiosk.stop();
    this.reader = new SimulatedReader(this.clock);
    const source = openReader({
      path: 'memory',
      openPort: memoryLine(this.reader).openPort,
      clock: this.clock,
      timings: ACCELERATED_READER_TIMINGS,
    });
    const { directory } = this.place;
    openSettings(directory).change({ readers: [READER] });
    const rig = fixedRig([{ setting: READER, source }]);
    this.#kiosk = await TestKiosk.start({ directory, clock: this.clock, link: this.link, rig });
  }

  /** Staff who have just come to the table; `bridge`: the screen as they see it. */
  async staff(bridge: KioskBridge): Promise<StationStaff> {
    const pace = { betweenPeople: () => 0, hold: 0, think: 0 };
    const { reader, books } = this;
    const staff = new StationStaff({ plan: station, capacity: CAPACITY, bridge, reader, books, pace });
    await this.run(staff.see('a reader', (s) => s.reader === 'ready' && s.round !== null));
    staff.takeOver();
    return staff;
  }

  /** Time goes on until it is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    const finished = work.then((value) => ({ value }));
    for (;;) {
      const outcome = await Promise.race([finished, this.clock.advance(STEP_MS)]);
      if (outcome !== undefined) return outcome.value;
    }
  }

  /** What the kiosk wrote down of its sealed tubes, by code. */
  get sealed(): Map<string | null, number | null> {
    const bodies = this.edge.allBodies();
    const codes = bodies.flatMap((body) => (body.type === 'tube-opened' ? [body.code] : []));
    const counts = bodies.flatMap((body) => (body.type === 'tube-sealed' ? [body.swabbed] : []));
    return new Map(codes.map((code, i) => [code, counts[i] ?? null]));
  }

  get racked(): Map<string, number> {
    return new Map(this.books.tubes.map(({ code, swabs }) => [code, swabs]));
  }

  async stop(): Promise<void> {
    await this.#kiosk?.stop();
    this.place.remove();
  }
}

let table: Table | null = null;
afterEach(async () => table?.stop());

async function openTable(): Promise<Table> {
  table = new Table();
  table.edge.rounds = roundsMessage(await makeRound(1));
  await table.start();
  return table;
}

/** A machine that is busy for so long shows only then what the kiosk has told meanwhile, all at once. */
function busyBridge(at: Table, busyMs: number): KioskBridge {
  return {
    onState(listener) {
      let held: KioskState[] = [];
      return at.kiosk.engine.onState((state) => {
        if (held.push(state) > 1) return;
        at.clock.timer(busyMs, () => {
          const shown = held;
          held = [];
          shown.forEach(listener);
        });
      });
    },
    send: (command): Promise<CommandReply> => at.kiosk.engine.send(command),
  };
}

describe('the people at a simulated table', () => {
  it.each([
    ['before the card is taken back', { kind: 'ordinary', person: ann }],
    ['after the second card', { kind: 'undone', person: ann }],
  ] as const)(
    'SI15 a visit with an undo that was broken off %s and is made again is one swab',
    async (_, broken) => {
      const at = await openTable();
      const before = await at.staff(at.kiosk.engine);
      await at.run(before.work([broken]));
      await at.start();
      const after = await at.staff(at.kiosk.engine);
      await at.run(after.work([{ kind: 'undone', person: ann }, ...ordinary]));
      await at.run(after.packUp());
      expect(at.racked).toEqual(FULL);
      expect(at.sealed).toEqual(FULL);
    },
  );

  it('SI15 a person given again to a kiosk that cannot check yet is one swab', async () => {
    const at = await openTable();
    const before = await at.staff(at.kiosk.engine);
    await at.run(before.work([{ kind: 'ordinary', person: ann }]));
    at.link.cut();
    at.link.reachable = false;
    await at.start();
    const after = await at.staff(at.kiosk.engine);
    at.clock.timer(RETRY_MS, () => (at.link.reachable = true));
    await at.run(after.work([{ kind: 'ordinary', person: ann }, ...ordinary]));
    await at.run(after.packUp());
    expect(at.racked).toEqual(FULL);
    expect(at.sealed).toEqual(FULL);
  });

  it('SI15 an answer that the edge turns into other words before staff look is the swab it was', async () => {
    const at = await openTable();
    const staff = await at.staff(busyBridge(at, 20));
    const append = at.edge.events.bind(at.edge);
    at.edge.events = (header, bytes) => {
      const reply = append(header, bytes);
      const swipes = at.edge
        .bodies(header.install)
        .flatMap((body, i) => (body.type === 'swipe' ? [i + 1] : []));
      const sequence = swipes[0] ?? 0;
      const repeatOf = { station: 2, tubeCode: '0000099', time: MORNING };
      return reply.outcome === 'stored' && sequence >= header.first
        ? { ...reply, verdicts: [{ sequence, repeatOf }] }
        : reply;
    };
    await at.run(staff.work([{ kind: 'ordinary', person: ann }, ...ordinary]));
    await at.run(staff.packUp());
    expect(at.kiosk.states.map(({ face }) => face)).toContainEqual(
      expect.objectContaining({ face: 'repeat-elsewhere', station: 2, asks: false }),
    );
    expect(at.racked).toEqual(FULL);
    expect(at.sealed).toEqual(FULL);
  });
});
