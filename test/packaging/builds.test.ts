import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newFolder, publish } from '../../packaging/builds.config.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-03-01T08:00:00Z');

let dist = '';
beforeEach(() => {
  dist = mkdtempSync(path.join(tmpdir(), 'muster-builds-'));
});
afterEach(() => rmSync(dist, { recursive: true, force: true }));

/** A build of one file, written and published at that time. */
function build(name: string, text: string, atMs: number): string {
  const folder = newFolder(dist, name);
  writeFileSync(path.join(folder, 'main.js'), text);
  utimesSync(folder, atMs / 1000, atMs / 1000);
  publish(dist, name, folder, atMs);
  return realpathSync(path.join(dist, name));
}
const published = (name: string): string => readFileSync(path.join(dist, name, 'main.js'), 'utf8');
const unfinished = (): string[] =>
  readdirSync(path.join(dist, 'builds')).filter((entry) => entry.startsWith('unfinished-'));

describe('where builds go', () => {
  it('HO17 a build replaced is kept a day from then on, and the last three however long', () => {
    // the first runs for a month before it is replaced
    const builds = [build('edge', 'first', NOW_MS - 720 * HOUR_MS)];
    for (const [n, ageHours] of [200, 100, 50, 30, 23].entries())
      builds.push(build('edge', `later ${n}`, NOW_MS - ageHours * HOUR_MS));
    expect(builds.map((folder) => existsSync(folder))).toEqual([false, false, true, true, true, true]);
    build('edge', 'now', NOW_MS);
    build('edge', 'and again', NOW_MS);
    // replaced 100, 50, 30, 23 and 0 hours ago
    expect(builds.slice(1).map((folder) => existsSync(folder))).toEqual([false, false, false, true, true]);
    expect(published('edge')).toBe('and again');
  });

  it('HO17 a build of another name is nobody’s old one', () => {
    const board = build('board', 'pages', NOW_MS - 720 * HOUR_MS);
    for (let n = 0; n < 6; n++) build('edge', `edge ${n}`, NOW_MS + n * 48 * HOUR_MS);
    expect(existsSync(board)).toBe(true);
    expect(published('board')).toBe('pages');
  });

  it('HO17 a build that makes what is there already changes nothing', () => {
    const first = build('edge', 'the same', NOW_MS);
    expect(build('edge', 'the same', NOW_MS)).toBe(first);
    expect(build('edge', 'another', NOW_MS)).not.toBe(first);
    expect(readdirSync(path.join(dist, 'builds'))).toHaveLength(2);
  });

  it('HO17 what a build that was ended in the middle left is removed after a day', () => {
    const left = newFolder(dist, 'edge');
    utimesSync(left, (NOW_MS - 23 * HOUR_MS) / 1000, (NOW_MS - 23 * HOUR_MS) / 1000);
    build('board', 'one', NOW_MS);
    expect(unfinished()).toEqual([path.basename(left)]);
    build('board', 'two', NOW_MS + 2 * HOUR_MS);
    expect(unfinished()).toEqual([]);
  });

  it('HO17 a folder an earlier version built into gives way to the link', () => {
    mkdirSync(path.join(dist, 'edge'));
    writeFileSync(path.join(dist, 'edge', 'main.js'), 'of before');
    build('edge', 'now', Date.now());
    expect(lstatSync(path.join(dist, 'edge')).isSymbolicLink()).toBe(true);
    expect(published('edge')).toBe('now');
  });
});
