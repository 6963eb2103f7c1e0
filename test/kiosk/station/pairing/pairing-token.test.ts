import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KEYRING_MS_MAX, type MachineKeys } from '#shared/contract/machine-keys.ts';
import { keyringKeys } from '../../../../kiosk/browser/keyring-keys.ts';
import { openToken, sealToken } from '../../../../kiosk/station/disk/sealed-token.ts';
import { openSettings } from '../../../../kiosk/station/disk/settings.ts';
import {
  KEYRING_RETRY_MS_MAX,
  KEYRING_RETRY_MS_MIN,
  SHELL_MS_MAX,
} from '../../../../kiosk/station/pairing/pairing-token.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import {
  MORNING,
  seededBytes,
  temporaryDirectory,
  TestKiosk,
  testPairing,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { NO_KEYRING } from '../../../support/kiosk/no-keyring.ts';

const KEY = '5c'.repeat(32);
const HANDLE = 'a-handle';
const RANDOM = seededBytes(3);
/** A shell that never answers. */
const silent = <T>(): Promise<T> => new Promise(() => {});

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => (place = temporaryDirectory()));
afterEach(() => place.remove());

/** A kiosk whose token lies sealed under `KEY`. */
async function sealedKiosk(keys: MachineKeys, clock = new HandClock(MORNING)): Promise<TestKiosk> {
  const token = sealToken('a-token-of-the-test', { key: KEY, handle: HANDLE }, RANDOM);
  openSettings(place.directory).change({ pairing: { ...testPairing(1), token } });
  return await TestKiosk.start({ directory: place.directory, clock, pairing: { keys } });
}

describe('a keyring that does not answer', () => {
  it('KS22 a shell that says nothing is waited for so long and no longer, and swipes are taken all the while', async () => {
    let asked = 0;
    const k = await sealedKiosk({ ...NO_KEYRING, open: () => (asked++, silent()) });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted' });
    await k.clock.advance(SHELL_MS_MAX - 1);
    expect([k.state.token, k.band('token-closed')]).toEqual([{ state: 'opening' }, null]);
    await k.clock.advance(1);
    expect(k.state.token).toEqual({ state: 'closed', why: 'locked' });
    expect(SHELL_MS_MAX, 'the shell has ended its keyring by then').toBeGreaterThan(KEYRING_MS_MAX);
    await k.clock.advance(KEYRING_RETRY_MS_MIN);
    expect(asked).toBe(2);
    expect(await k.swipe(1)).toMatchObject({ face: 'counted' });
    await k.stop();
  });

  it('KS22 it is asked again ever more seldom but always, and when it answers the kiosk connects', async () => {
    const asked: number[] = [];
    let answers = false;
    const clock = new HandClock(MORNING);
    const open: MachineKeys['open'] = () => {
      asked.push(clock.monotonic());
      return answers ? Promise.resolve({ ok: true, key: KEY }) : NO_KEYRING.open(HANDLE);
    };
    const k = await sealedKiosk({ ...NO_KEYRING, open }, clock);
    await k.clock.advance(5 * KEYRING_RETRY_MS_MAX);
    const gaps = asked.slice(1).map((time, at) => time - (asked[at] ?? 0));
    expect(gaps.slice(0, 3)).toEqual([1, 2, 4].map((times) => times * KEYRING_RETRY_MS_MIN));
    expect(new Set(gaps.slice(-3))).toEqual(new Set([KEYRING_RETRY_MS_MAX]));
    expect(k.edge.hellos).toEqual([]);
    answers = true;
    await k.clock.advance(KEYRING_RETRY_MS_MAX);
    expect(k.edge.hellos).toHaveLength(1);
    expect(k.state).toMatchObject({ token: { state: 'bound' }, bands: [{ band: 'no-round' }] });
    expect(k.lines.filter(({ code }) => code === 'token')).toHaveLength(1);
    await k.stop();
  });

  it('KS22 a command that hangs is ended, and what is locked is told from what is absent', async () => {
    const tool = path.join(place.directory, 'secret-tool');
    writeFileSync(tool, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(tool, 0o755);
    const hanging = keyringKeys({ PATH: `${place.directory}:${process.env['PATH']}` }, 200);
    expect(await hanging.open(HANDLE)).toMatchObject({ ok: false, why: 'locked' });
    expect(await hanging.make()).toMatchObject({ ok: false, why: 'locked' });
    const none = keyringKeys({ PATH: '/nowhere' }, KEYRING_MS_MAX);
    expect(await none.make()).toMatchObject({ ok: false, why: 'absent' });
  });
});

describe('what the edge is told', () => {
  it('AC61 whether the token is bound is told after each welcome and on change, in a message of its own', async () => {
    let isThere = false;
    const keys: MachineKeys = {
      ...NO_KEYRING,
      make: () => (isThere ? Promise.resolve({ ok: true, key: KEY, handle: HANDLE }) : NO_KEYRING.make()),
    };
    const k = await TestKiosk.start({ directory: place.directory, pairing: { keys } });
    await k.clock.advance(KEYRING_RETRY_MS_MIN - 1);
    expect(k.edge.bindings).toEqual([false]);
    isThere = true;
    await k.clock.advance(KEYRING_RETRY_MS_MIN);
    expect(k.edge.bindings, 'sealed meanwhile').toEqual([false, true]);
    await k.clock.advance(60_000);
    expect(k.edge.bindings).toEqual([false, true]);
    k.link.cut();
    await k.clock.advance(60_000);
    expect(k.edge.hellos).toHaveLength(2);
    expect(k.edge.bindings).toEqual([false, true, true]);
    for (const status of k.edge.statuses) expect(Object.keys(status)).not.toContain('bound');
    await k.stop();
  });
});

describe('a sealed token on the disk', () => {
  it('KS21 opens under its own key alone, and not where a byte was changed', () => {
    const sealed = sealToken('a-token-of-the-test', { key: KEY, handle: HANDLE }, RANDOM);
    expect(openToken(sealed, KEY)).toBe('a-token-of-the-test');
    expect(openToken(sealed, '5d'.repeat(32))).toBeNull();
    const bytes = Buffer.from(sealed.box, 'base64');
    for (const at of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(openToken({ ...sealed, box: changed.toString('base64') }, KEY)).toBeNull();
    }
    expect(openToken({ ...sealed, box: 'AAAA' }, KEY)).toBeNull();
  });

  it('KS20 what a power cut left of a half-written file with a clear token is removed at the next start', () => {
    openSettings(place.directory).change({ pairing: testPairing(1) });
    const left = path.join(place.directory, 'settings.json.4711.tmp');
    writeFileSync(left, readFileSync(path.join(place.directory, 'settings.json')));
    openSettings(place.directory);
    expect(existsSync(left)).toBe(false);
  });
});
