import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { testUuid } from '../../support/kiosk/test-journal.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';
import { buildEdge } from '../../site/edge-process.ts';

const EDGE = 'dist/edge/main.js';
const IN_WORDS = /^[^\n]*\p{Script=Han}[^\n]*[a-z]{3}[^\n]*\n$/u;
let directory: string;
beforeAll(() => {
  buildEdge();
  directory = mkdtempSync(path.join(tmpdir(), 'muster-first-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the edge and stops it once it is ready; what it said, and with which code it ended. */
async function start(dir: string, ...more: string[]): Promise<{ code: number | null; said: string }> {
  const child = new WatchedProcess(EDGE, [...edgeArguments(dir), ...more]);
  const ready = await child.says(/the edge is ready/).then(
    () => true,
    () => false,
  );
  return {
    code: ready ? await child.stop() : await child.ended(),
    said: child.stderr + (ready ? 'ready' : ''),
  };
}

it('LG74 keys of rounds and no database are no first start: the edge refuses in words, touches nothing, and begins anew only with --new', async () => {
  const dir = path.join(directory, 'lost');
  const [data, keys] = [path.join(dir, 'data'), path.join(dir, 'keys')];
  const store = new KeyStore(keys);
  store.site();
  expect(await start(dir), 'the site’s own keys are no round').toMatchObject({ code: 0 });
  rmSync(data, { recursive: true });
  store.createRound(testUuid('round', 1));
  const before = readdirSync(keys).toSorted();

  const refused = await start(dir);
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(IN_WORDS);
  expect(refused.said).toMatch(/恢复备份.*--data.*--new.*Restore a backup.*--data.*--new/);
  expect(existsSync(data), 'nothing was made').toBe(false);
  expect(readdirSync(keys).toSorted()).toEqual(before);

  mkdirSync(path.join(data, 'backups'), { recursive: true });
  writeFileSync(path.join(data, 'muster.sqlite'), '');
  for (const name of ['muster-20260101T070000.sqlite', 'muster-20260102T070000.sqlite'])
    writeFileSync(path.join(data, 'backups', name), '');
  expect((await start(dir)).said, 'an empty file is no database').toContain('muster-20260102T070000.sqlite');

  expect(await start(dir, '--new')).toMatchObject({ code: 0 });
  expect(await start(dir), 'the next start finds its database').toMatchObject({ code: 0 });
  expect(readdirSync(keys)).toEqual(expect.arrayContaining(before));
});

it('LG74 after a restore into an empty directory the edge starts beside its keys', async () => {
  const dir = path.join(directory, 'restored');
  const [data, keys] = [path.join(dir, 'data'), path.join(dir, 'keys')];
  expect(await start(dir)).toMatchObject({ code: 0 });
  const saved = path.join(dir, 'saved.sqlite');
  copyFileSync(path.join(data, 'muster.sqlite'), saved);
  new KeyStore(keys).createRound(testUuid('round', 1));
  rmSync(data, { recursive: true });
  expect((await start(dir)).code).toBe(1);
  const child = new WatchedProcess(EDGE, ['restore', `--data=${data}`, `--keys=${keys}`, `--from=${saved}`]);
  expect(await child.ended(), child.stderr).toBe(0);
  expect(await start(dir)).toMatchObject({ code: 0 });
});
