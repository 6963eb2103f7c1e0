/**
 * Where builds go. Each is made in a folder of its own under dist/builds and never changed after; `dist/edge`, `dist/board`,
 * `dist/screen` and `dist/electron` are links to the newest. A program loads all it ever loads from the folder its link named
 * when it started, so builds meanwhile, two at once or one that fails, take no file from it.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';

const DIST = path.resolve(import.meta.dirname, '../dist');

/** What is said while it is made: on a slow machine that takes half a minute. */
const BUILDING = {
  edge: '正在生成主机程序… building the edge …',
  board: '正在生成看板页面… building the pages of the board …',
  screen: '正在生成打卡页面… building the page of the kiosk …',
  electron: '正在生成打卡程序… building the kiosk …',
} as const;
export type BuildName = keyof typeof BUILDING;

/** A program may run on from a build that was replaced: each is kept so long after that, */
const KEPT_MS = 24 * 3_600_000;
/** and so many of each name however long. */
const KEPT_BUILDS = 3;
/** Windows refuses to rename what a virus scanner is just looking into, or what another build renames. */
const RENAMES_MAX = 50;
const RENAME_PAUSE_MS = 100;

/** Builds into a folder aside, which takes the place of the build before once it is written whole. */
export function builtAside(name: BuildName): Plugin {
  let folder = '';
  return {
    name: 'built-aside',
    apply: 'build',
    config() {
      folder = newBuild(name);
      return { build: { outDir: folder, emptyOutDir: false } };
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        publishBuild(name, folder);
      },
    },
    // A failed build leaves its folder; a successful one was renamed.
    closeBundle() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty folder to build into. Says what is being built. */
export function newBuild(name: BuildName): string {
  process.stdout.write(`${BUILDING[name]}\n`);
  return newFolder(DIST, name);
}

/** Publishes the folder as the newest build of this name. */
export function publishBuild(name: BuildName, folder: string): void {
  publish(DIST, name, folder, Date.now());
}

export function newFolder(dist: string, name: string): string {
  const folder = unfinished(dist, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Links `dist/name` to the build in the folder. A build with the content of the current one changes nothing. */
export function publish(dist: string, name: string, folder: string, nowMs: number): void {
  const link = path.join(dist, name);
  const hash = contentHash(folder);
  const before = linkedBuild(link);
  if (before !== null && path.basename(before).startsWith(`${name}-${hash}-`)) {
    rmSync(folder, { recursive: true });
    return;
  }
  const build = path.join(dist, 'builds', `${name}-${hash}-${token()}`);
  retried(() => renameSync(folder, build));
  // The retention time begins before the replacement: a concurrent build must not take the folder for an old one.
  if (before !== null) utimesSync(before, nowMs / 1000, nowMs / 1000);
  const newLink = unfinished(dist, 'link');
  // Windows: a junction, for which no rights are needed; its target is absolute. Elsewhere the project can be moved.
  symlinkSync(process.platform === 'win32' ? build : path.relative(dist, build), newLink, 'junction');
  retried(() => replace(link, newLink, dist));
  removeOld(dist, name, nowMs);
}

/** Puts the new link in place of the old one in one step; where the system cannot, in two. */
function replace(link: string, newLink: string, dist: string): void {
  try {
    renameSync(newLink, link);
  } catch (error) {
    // Windows renames nothing over a junction, no system a link over a folder, which is what stood here before there were links.
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) throw error;
    renameSync(link, unfinished(dist, 'replaced'));
    renameSync(newLink, link);
  }
}

function retried(rename: () => void): void {
  for (let tries = 1; ; tries++) {
    try {
      rename();
      return;
    } catch (error) {
      if (process.platform !== 'win32' || tries === RENAMES_MAX) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RENAME_PAUSE_MS);
    }
  }
}

/** Removes builds past their retention, and the leftovers of interrupted builds. */
function removeOld(dist: string, name: string, nowMs: number): void {
  const builds = path.join(dist, 'builds');
  const current = linkedBuild(path.join(dist, name));
  const entries = readdirSync(builds)
    .filter((entry) => path.join(builds, entry) !== current)
    .flatMap((entry) => {
      const state = lstatSync(path.join(builds, entry), { throwIfNoEntry: false });
      return state === undefined ? [] : [{ entry, replacedMs: state.mtimeMs }]; // a build beside this one removes too
    })
    .toSorted((a, b) => b.replacedMs - a.replacedMs);
  const replaced = entries.filter(({ entry }) => entry.startsWith(`${name}-`)).slice(KEPT_BUILDS);
  const leftOver = entries.filter(({ entry }) => entry.startsWith(UNFINISHED));
  for (const { entry, replacedMs } of [...replaced, ...leftOver])
    if (replacedMs < nowMs - KEPT_MS) rmSync(path.join(builds, entry), { recursive: true, force: true });
}

/** The folder a link names; null where there is no link, or one to nothing. */
function linkedBuild(link: string): string | null {
  if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() !== true || !existsSync(link)) return null;
  return path.resolve(path.dirname(link), readlinkSync(link));
}

function contentHash(folder: string): string {
  const hash = createHash('sha256');
  const files = globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of files) {
    const bytes = readFileSync(file);
    hash.update(`${path.relative(folder, file)}\n${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

const UNFINISHED = 'unfinished-';
const unfinished = (dist: string, what: string): string =>
  path.join(dist, 'builds', `${UNFINISHED}${what}-${token()}`);
const token = (): string => randomBytes(4).toString('hex');
