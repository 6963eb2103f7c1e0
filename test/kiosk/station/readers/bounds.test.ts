import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NUMBER_LENGTH_MAX } from '#shared/event/credential.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { READERS_MAX, openSettings } from '../../../../kiosk/station/disk/settings.ts';
import { APART_MS_MAX, REPEATED_MS_MAX, TypedTwice } from '../../../../kiosk/station/readers/typed-twice.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge } from '../../../support/kiosk/hand-link.ts';
import {
  makeRound,
  MORNING,
  roundsMessage,
  temporaryDirectory,
  TestKiosk,
  testPairing,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { HandRig, READERS } from '../../../support/readers/hand-rig.ts';

const KEYBOARD = {
  model: 'scanner-boot-keyboard',
  at: 'hid:0C2E:0901:17',
  role: 'person',
  usb: null,
  numberFormat: null,
} as const satisfies ReaderSetting;
const AROUND = [-1, 0, 1];

/** The reader a burst is known to be of, when the device tells its line so long before it, or after it. */
async function knownAs(of: { lineMs: number; burstMs: number }): Promise<ReaderSetting | null> {
  const clock = new HandClock(MORNING);
  const twice = new TypedTwice(clock);
  clock.timer(of.lineMs, () => twice.hear(KEYBOARD, { event: 'scan', text: 'A1' }));
  const asked = new Promise<ReaderSetting | null>((resolve) =>
    clock.timer(of.burstMs, () => resolve(twice.by('A1'))),
  );
  await clock.advance(of.lineMs + of.burstMs + APART_MS_MAX);
  return asked;
}

describe('bounds of readers', () => {
  it('BN1 a line told before the keys is theirs up to the bound', async () => {
    const known = AROUND.map((d) => knownAs({ lineMs: 1, burstMs: 1 + REPEATED_MS_MAX + d }));
    expect(await Promise.all(known)).toEqual([KEYBOARD, KEYBOARD, null]);
  });

  it('BN1 a line told after the keys is theirs until the bound has passed', async () => {
    const known = AROUND.map((d) => knownAs({ lineMs: 1 + APART_MS_MAX + d, burstMs: 1 }));
    expect(await Promise.all(known)).toEqual([KEYBOARD, KEYBOARD, null]);
  });

  let place: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    place = temporaryDirectory();
  });
  afterEach(() => place.remove());

  it('BN1 a badge as long as the longest staff number is one, and a longer one is refused, not cut', async () => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    edge.rounds = roundsMessage(await makeRound(1));
    const k = await TestKiosk.start({ directory: place.directory, clock, edge });
    const scan = async (length: number) => {
      const asked = k.engine.send({ command: 'staff-scan', text: '7'.repeat(length) });
      await clock.advance(APART_MS_MAX);
      const reply = await asked;
      return reply.ok ? 'taken' : reply.code;
    };
    const outcomes: string[] = [];
    for (const d of AROUND) outcomes.push(await scan(NUMBER_LENGTH_MAX + d));
    expect(outcomes).toEqual(['taken', 'taken', 'staff-number']);
    await k.stop();
  });

  it.each([
    [READERS_MAX - 2, [true, true, 'too-many-readers']],
    [READERS_MAX - 1, [true, 'too-many-readers']],
    [READERS_MAX, ['too-many-readers']],
  ])('BN1 a kiosk that remembers %d readers remembers more up to the bound', async (already, outcomes) => {
    const at = (n: number) => `/dev/ttyUSB${n}`;
    const readers = Array.from({ length: already }, (_, n) => ({ ...READERS.card, at: at(n), usb: null }));
    openSettings(place.directory).change({ readers, pairing: testPairing(1) });
    const rig = new HandRig();
    const k = await TestKiosk.start({ directory: place.directory, rig });
    const chosen: unknown[] = [];
    for (let n = already; chosen.length < outcomes.length; n++) {
      rig.find({ id: at(n), at: at(n), name: 'CP2102', usb: null, models: ['sdt-serial'], install: null });
      await k.settle();
      const of = { candidate: at(n), model: 'sdt-serial', role: 'person', numberFormat: null } as const;
      const reply = await k.do({ command: 'choose-reader', ...of });
      chosen.push(reply.ok || reply.code);
    }
    expect(chosen).toEqual(outcomes);
    expect(openSettings(place.directory).get().readers).toHaveLength(READERS_MAX);
    await k.stop();
  });
});
