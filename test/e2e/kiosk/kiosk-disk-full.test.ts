import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  rmdirSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HandClock } from '../../support/hand-clock.ts';
import { HandEdge } from '../../support/kiosk/hand-link.ts';
import { MORNING, TestKiosk, makeRound, roundsMessage } from '../../support/kiosk/kiosk-fixture.ts';
import { inspectJournal } from '../../support/kiosk/stopped-kiosk.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const DISK = '3m';
const BALLAST_BYTES = 1024 * 1024;

/** Takes all but a few kilobytes of what is free. */
function fill(file: string, directory: string): void {
  const handle = openSync(file, 'a');
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(directory);
      const free = bavail * bsize - 16 * 1024;
      if (free <= 0) return;
      writeSync(handle, new Uint8Array(Math.min(free, 64 * 1024)));
    }
  } finally {
    closeSync(handle);
  }
}

describeNeeding(['tmpfs'], 'a full disk', () => {
  let disk = '';
  beforeEach(() => {
    disk = mkdtempSync(path.join(tmpdir(), 'kiosk-disk-'));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk], {
      encoding: 'utf8',
    });
    if (mounted.status !== 0) throw new Error(mounted.stderr);
  });
  afterEach(() => {
    spawnSync('umount', [disk]);
    rmdirSync(disk);
  });

  it('JN6 gives up the ballast first and records on, then refuses in words, and loses nothing it has shown', async () => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    edge.rounds = roundsMessage(await makeRound(1));
    const k = await TestKiosk.start({ directory: disk, clock, edge, ballastBytes: BALLAST_BYTES });
    const ballast = path.join(disk, 'ballast');
    expect(existsSync(ballast)).toBe(true);
    expect(k.band('disk-nearly-full')).toBeNull();
    await k.swipe(0);
    const filler = path.join(disk, 'filler');
    fill(filler, disk);

    let n = 1;
    for (; existsSync(ballast) && n < 500; n++) expect(await k.swipe(n)).toMatchObject({ face: 'counted' });
    expect(existsSync(ballast)).toBe(false);
    expect(k.band('disk-nearly-full')).not.toBeNull();
    const atRelease = k.state.lastSequence;
    expect(await k.swipe(n++)).toMatchObject({ face: 'counted' });

    fill(filler, disk);
    for (; k.face.face !== 'stopped' && n < 900; n++) await k.swipe(n);
    const kept = k.state.lastSequence;
    expect(kept).toBeGreaterThan(atRelease);
    expect(k.face).toEqual({ face: 'stopped', reason: 'disk-full', kept });
    expect(k.state.sound?.sound).toBe('alarm');
    await k.swipe(950);
    expect(k.state.lastSequence).toBe(kept);

    // Somebody makes room: the next card is recorded again.
    rmSync(filler);
    expect(await k.swipe(951)).toMatchObject({ face: 'counted' });
    await k.stop();
    expect(inspectJournal(disk)).toMatchObject({ whole: true, good: { sequence: kept + 1 } });
  }, 60_000);
});
