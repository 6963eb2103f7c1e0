import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServiceDialect } from '#drivers/service/service-dialects.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { openSettings } from '../../../kiosk/station/disk/settings.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { SimulatedService } from '../../site/readers/simulated-service.ts';
import { makeRound, temporaryDirectory, type TestRound } from '../../support/kiosk/kiosk-fixture.ts';
import { EngineProcess } from '../../support/kiosk/kiosk-process.ts';
import { inspectJournal, prepareKiosk } from '../../support/kiosk/stopped-kiosk.ts';

const PEOPLE = inventPeople({ seed: 77, count: 12 });
/** Whatever would be counted twice is by then. */
const LOOKS = 200;
/** For a machine that is busy with all of it. */
const WAIT = { timeout: 50_000 } as const;

let place: ReturnType<typeof temporaryDirectory>;
let round: TestRound;
let service: SimulatedService;
let kiosk: EngineProcess | null = null;
beforeEach(async () => {
  place = temporaryDirectory();
  round = await makeRound(1);
  prepareKiosk(place.directory, round);
});
afterEach(async () => {
  await kiosk?.stop();
  kiosk = null;
  await service.stop();
  place.remove();
});

/** A kiosk whose settings remember the service as its only reader, as after a person's choice on the screen. */
async function start(dialect: ServiceDialect): Promise<EngineProcess> {
  service = new SimulatedService(dialect);
  await service.start(0);
  const reader: ReaderSetting = {
    model: `service-${dialect}`,
    at: service.at,
    role: 'person',
    usb: null,
    numberFormat: null,
  };
  openSettings(place.directory).change({ readers: [reader] });
  kiosk = new EngineProcess({ data: place.directory, reader: null, marks: null, environment: {} });
  await kiosk.until('the reader', (state) => state.reader === 'ready');
  expect(await kiosk.send({ command: 'opening-code', digits: round.openingCode })).toEqual({ ok: true });
  return kiosk;
}

describe("a maker's service at the kiosk", () => {
  it.each(['huashi', 'shensi', 'decard'] as const)(
    'VS18 %s: every card laid down is one counted person on the screen, over a restart of the service too',
    async (dialect) => {
      const screen = await start(dialect);
      service.habits.continuous = true;
      for (const [at, person] of PEOPLE.entries()) {
        service.layDown(person);
        // The first state with the count: a face stays for seconds, and a busy machine may look later.
        const state = await screen.until(`person ${at + 1}`, ({ stationCount }) => stationCount === at + 1);
        expect(state.face).toMatchObject({ face: 'counted' });
        if (at === 5) {
          await service.stop();
          await screen.until('the loss', ({ reader }) => reader === 'gone');
          await service.start(0);
          await screen.until('the return', ({ reader }) => reader === 'ready');
        }
        service.liftAll();
      }
      service.layDown(PEOPLE[0]!);
      await screen.until('the repeat', ({ face }) => face.face === 'repeat-here');
      const until = service.asked.length + LOOKS;
      await expect.poll(() => service.asked.length, WAIT).toBeGreaterThan(until);
      const { lastSequence, stationCount } = screen.state!;
      expect(stationCount).toBe(PEOPLE.length);
      await screen.stop();
      kiosk = null;
      expect(inspectJournal(place.directory)).toMatchObject({
        whole: true,
        good: { sequence: lastSequence },
      });
      // The install's own first event, twelve people, one of them twice.
      expect(lastSequence).toBe(1 + PEOPLE.length + 1);
    },
  );

  it('VS18 a service that fails in every way between the cards costs nobody their turn', async () => {
    const screen = await start('huashi');
    const faces: string[] = [];
    screen.onState(({ face }) => faces.push(face.face));
    const ways = ['garbage', 'half', 'hang-up', 'turn-away', 'huge', 'not-http'] as const;
    for (const [at, how] of ways.entries()) {
      service.spoilNext({ with: how }, { with: 'code', code: -1 }, { with: how });
      // Between the cards: what a spoiled answer held of a card is lost until the card is laid down anew.
      await expect.poll(() => service.spoilingsLeft, { ...WAIT, message: `the failures by ${how}` }).toBe(0);
      service.layDown(PEOPLE[at]!);
      await screen.until(`person ${at + 1} after ${how}`, ({ stationCount }) => stationCount === at + 1);
      service.liftAll();
    }
    expect(faces).not.toContain('unreadable');
  });
});
