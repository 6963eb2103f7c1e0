import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { makeRound, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { EngineProcess } from '../../support/kiosk/kiosk-process.ts';
import { inspectJournal, prepareKiosk } from '../../support/kiosk/stopped-kiosk.ts';
import {
  RecordedDisk,
  compileRecorder,
  cutAt,
  readFiles,
  readRecording,
  recorderEnvironment,
  writeFiles,
  type Operation,
} from '../../support/machine/power-cut.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { openSettings } from '../../../kiosk/station/disk/settings.ts';

const CUTS = 200;
const SWIPES = 150;
/** Sixteen megabytes of noise nobody reads: played back with every cut they would be most of the work. */
const BALLAST = 'data/ballast';

/** The highest number shown before the cut: it was written down the moment it was shown. */
function shownBefore(operations: readonly Operation[], cut: number): number {
  const marks = operations.slice(0, cut).filter((o) => o.op === 'write' && o.file === 'marks');
  return Math.max(0, ...marks.map((o) => (o.op === 'write' ? Number(Buffer.from(o.bytes).toString()) : 0)));
}

describeNeeding(['gcc'], 'a power cut', () => {
  it('JN8 at any of 200 random points, with what was not synced dropped, every swipe shown is there', async () => {
    const place = temporaryDirectory();
    const site = path.join(place.directory, 'site');
    mkdirSync(site);
    const data = path.join(site, 'data');
    prepareKiosk(data, await makeRound(1));
    const initial = readFiles(site);
    const log = path.join(place.directory, 'record');
    const library = compileRecorder(place.directory);
    const kiosk = new EngineProcess({
      data,
      reader: null,
      marks: path.join(site, 'marks'),
      environment: recorderEnvironment({ library, directory: site, log }),
    });
    await kiosk.until('the round', (s) => s.round !== null);
    for (let n = 0; n < SWIPES; n++) {
      const manual = {
        command: 'manual',
        kind: 'staff',
        number: `${n}`,
        documentType: null,
        name: null,
        phone: null,
      } as const;
      expect(await kiosk.send(manual)).toEqual({ ok: true });
      if (n % 20 === 0) await kiosk.send({ command: 'change-tube' });
      if (n % 20 === 0) await kiosk.send({ command: 'seal', swabbed: null });
      if (n % 20 === 0) await kiosk.send({ command: 'tube-code', code: `T-${n}` });
    }
    await kiosk.kill();

    const operations = readRecording(log).filter((o) => o.file !== BALLAST);
    expect(operations.filter((o) => o.op === 'sync').length).toBeGreaterThan(SWIPES);
    expect(shownBefore(operations, operations.length)).toBeGreaterThan(SWIPES);
    const first = operations.findIndex((o) => o.op === 'write' && o.file === 'marks') + 1;
    const random = seededRandom(20220124);
    const cuts = Array.from({ length: CUTS }, () => first + random.below(operations.length - first + 1));
    const disk = new RecordedDisk(initial);
    let applied = 0;
    let lostSomething = 0;
    for (const cut of cuts.toSorted((a, b) => a - b)) {
      for (const operation of operations.slice(applied, cut)) disk.apply(operation);
      applied = cut;
      const shown = shownBefore(operations, cut);
      const after = path.join(place.directory, 'after');
      mkdirSync(path.join(after, 'data'), { recursive: true });
      writeFiles(after, disk.afterCut(random));
      const check = inspectJournal(path.join(after, 'data'));
      expect(check, `cut at operation ${cut}`).toMatchObject({ whole: true, lost: [] });
      expect(check.good.sequence, `cut at operation ${cut}`).toBeGreaterThanOrEqual(shown);
      if (check.good.sequence < shownBefore(operations, operations.length)) lostSomething++;
      expect(openSettings(path.join(after, 'data')).get().pairing).not.toBeNull();
      rmSync(after, { recursive: true });
    }
    // The cuts cut: most of them lie before the end.
    expect(lostSomething).toBeGreaterThan(CUTS / 2);

    // The replayer would notice: without the syncs, something shown is lost.
    const unsynced = operations.filter((o) => o.op !== 'sync' && o.op !== 'sync-directory');
    const reckless = path.join(place.directory, 'reckless');
    let noticed = 0;
    for (let n = 0; n < 20; n++) {
      const at = path.join(reckless, `${n}`, 'data');
      mkdirSync(at, { recursive: true });
      writeFiles(path.join(reckless, `${n}`), cutAt(initial, unsynced, unsynced.length, random));
      if (sequenceIn(at) < shownBefore(unsynced, unsynced.length)) noticed++;
    }
    expect(noticed).toBeGreaterThan(15);
    place.remove();
  }, 120_000);
});

/** The last sequence that can be read, -1 when even the file cannot. */
function sequenceIn(data: string): number {
  try {
    return inspectJournal(data).good.sequence;
  } catch {
    return -1; // damaged beyond opening: that too is a loss
  }
}
