import { afterEach, describe, expect, it } from 'vitest';
import { playKilledSite } from '../../site/killed-site.ts';
import { extent } from '../../support/machine/extent.ts';
import { temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { holdAgainst, type ShownSwipe } from '../../support/kiosk/shown-swipes.ts';

const STATIONS = 3;
const SWIPES = extent({ everyday: 1_500, full: 5_000 });
const KILLS = extent({ everyday: 9, full: 14 });
const SEED = 20_220_124;

let place: ReturnType<typeof temporaryDirectory> | null = null;
afterEach(() => place?.remove());

describe('kiosks and edge killed with -9 during a rush', () => {
  it(`PR2 nothing shown is lost and nothing is counted twice in ${SWIPES} swipes`, async () => {
    place = temporaryDirectory();
    const site = await playKilledSite({
      seed: SEED,
      stations: STATIONS,
      swipes: SWIPES,
      kills: KILLS,
      directory: place.directory,
    });
    const shown = site.stations.flatMap((s) => s.shown);
    expect(shown).toHaveLength(SWIPES);
    expect(new Set(shown.map((s) => s.number))).toEqual(new Set(site.people.map((p) => p.number)));

    // One that nobody made, so that it is known what would be found.
    const ghost: ShownSwipe = { ...shown[0]!, number: shown[1]!.number };
    const held = holdAgainst([...shown, ghost], site);
    expect(held.lost).toEqual([ghost]);
    expect(held.different).toEqual([]);
    expect(held.faults).toEqual([]);
    // A kill between disk and screen leaves one swipe nobody saw; its person laid the card down again.
    expect(held.unseen.length).toBeLessThanOrEqual(site.kills.kiosk);
    expect(held.swipes).toBe(shown.length + held.unseen.length);

    const { ladder, people, onRoster } = site;
    expect(ladder).toMatchObject({
      swipes: held.swipes,
      voided: 0,
      people: people.length,
      repeats: held.swipes - people.length,
      onRoster,
      walkIns: people.length - onRoster,
      toVerify: 0,
      withoutTube: 0,
      complete: true,
    });
    const swabs = site.stations.flatMap((s) => [...s.tubes].map(([code, { size }]) => [code, size]));
    const filled = site.tubes.filter((t) => t.places > 0);
    expect(filled).toHaveLength(swabs.length);
    expect(Object.fromEntries(filled.map((t) => [t.code, t.places]))).toEqual(Object.fromEntries(swabs));
    // A kill between disk and screen leaves a tube nobody saw opened; staff take the next code, and nobody lies in the first.
    expect(site.tubes.length - filled.length).toBeLessThanOrEqual(site.kills.kiosk);
    expect(Math.min(site.kills.kiosk, site.kills.edge)).toBeGreaterThan(STATIONS);
  }, 240_000);
});
