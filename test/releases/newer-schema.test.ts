import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEdge } from '../site/edge-process.ts';
import { WatchedProcess } from '../support/machine/watched-process.ts';
import { recordedReleases, unpackData } from './release-folder.ts';
import { TODAY } from './running-programs.ts';

/** Chinese first, then English, both with the number, and no line of a stack. */
const NEWER = 1_000_000;
const IN_WORDS = new RegExp(
  String.raw`^[^\n]*\p{Script=Han}[^\n]*${NEWER}[^\n]*请安装新版本[^\n]*newer Muster[^\n]*${NEWER}[^\n]*[Ii]nstall the newer version[^\n]*\n$`,
  'u',
);

let directory: string;
beforeAll(() => {
  buildEdge();
  directory = mkdtempSync(path.join(tmpdir(), 'muster-newer-'));
  const [release = ''] = recordedReleases();
  unpackData(release, directory);
  for (const name of ['edge-plain/data/muster.sqlite', 'kiosk-tail/kiosk.db'])
    stamp(path.join(directory, name));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('what a newer Muster wrote', () => {
  it.each(['serve', 'backup', 'rebuild', 'rebuild --repair'])(
    'RL5 the edge’s %s refuses it in words and touches nothing',
    async (command) => {
      const data = path.join(directory, 'edge-plain/data');
      const before = contents(data);
      const run = await ended(TODAY.edge, [
        ...command.split(' '),
        `--data=${data}`,
        `--keys=${path.join(directory, 'edge-plain/keys')}`,
        '--host=127.0.0.1',
        '--port=0',
      ]);
      expect(run).toEqual({ code: 1, stderr: expect.stringMatching(IN_WORDS) });
      expect(contents(data)).toEqual(before);
    },
  );

  it('RL5 the edge’s restore refuses such a backup and makes no database of it', async () => {
    const data = path.join(directory, 'restored');
    const run = await ended(TODAY.edge, [
      'restore',
      `--from=${path.join(directory, 'edge-plain/data/muster.sqlite')}`,
      `--data=${data}`,
      `--keys=${path.join(directory, 'keys')}`,
    ]);
    expect(run).toEqual({ code: 1, stderr: expect.stringMatching(IN_WORDS) });
    expect(existsSync(data)).toBe(false);
  });

  it('RL5 over what a newer Muster wrote the edge puts back a backup it knows', async () => {
    const data = path.join(directory, 'went-back');
    mkdirSync(data);
    copyFileSync(path.join(directory, 'edge-plain/data/muster.sqlite'), path.join(data, 'muster.sqlite'));
    const run = await ended(TODAY.edge, [
      'restore',
      `--from=${path.join(directory, 'edge-restored/data/muster.sqlite')}`,
      `--data=${data}`,
      `--keys=${path.join(directory, 'edge-restored/keys')}`,
    ]);
    expect(run).toEqual({ code: 0, stderr: '' });
    expect(readdirSync(data)).toContainEqual(expect.stringMatching(/^muster\.sqlite\.before-restore-/));
  });

  it('RL5 the kiosk refuses it in words and touches nothing', async () => {
    const data = path.join(directory, 'kiosk-tail');
    const before = contents(data);
    const run = await ended(TODAY.kiosk, [`--data=${data}`, '--port=0']);
    expect(run).toEqual({ code: 1, stderr: expect.stringMatching(IN_WORDS) });
    expect(contents(data)).toEqual(before);
  });
});

describe('what this Muster writes', () => {
  it('RL5 the version stands in the header of a database as soon as it is made, though the program is killed', async () => {
    const edge = path.join(directory, 'killed-edge');
    const kiosk = path.join(directory, 'killed-kiosk');
    const programs = [
      new WatchedProcess(TODAY.edge, [
        `--data=${edge}`,
        `--keys=${edge}/keys`,
        '--host=127.0.0.1',
        '--port=0',
      ]),
      new WatchedProcess(TODAY.kiosk, [`--data=${kiosk}`, '--port=0']),
    ];
    await programs[0]?.says(/the edge is ready/);
    await programs[1]?.says(/#token=/);
    for (const program of programs) await program.stop('SIGKILL');
    for (const file of [path.join(edge, 'muster.sqlite'), path.join(kiosk, 'kiosk.db')])
      expect(readFileSync(file).readInt32BE(60), file).toBeGreaterThan(0);
  });
});

async function ended(script: string, args: string[]): Promise<{ code: number | null; stderr: string }> {
  const run = new WatchedProcess(script, args);
  return { code: await run.ended(), stderr: run.stderr };
}

/** As a later schema would leave it. */
function stamp(file: string): void {
  const db = new Database(file);
  db.pragma(`user_version = ${NEWER}`);
  db.close();
}

/** Every file of a folder by name, with a digest of its bytes. */
function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex'),
    ]),
  );
}
