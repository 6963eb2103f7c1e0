import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

const BUILD_TIMEOUT_MS = 120_000;

let dir = '';
let app = '';

/** A folder that looks to electron-builder like an unpacked Electron, so that none has to be downloaded. */
function fakeElectron(): string {
  const at = path.join(dir, 'electron');
  mkdirSync(path.join(at, 'resources'), { recursive: true });
  mkdirSync(path.join(at, 'locales'));
  for (const name of ['electron', 'LICENSE', 'LICENSES.chromium.html', 'locales/zh-CN.pak'])
    writeFileSync(path.join(at, name), '');
  chmodSync(path.join(at, 'electron'), 0o755);
  return at;
}

/** Fuses are bits inside a real binary; everything else of the settings is used as it stands. */
function settingsWithoutFuses(): string {
  const text = readFileSync(path.join(PROJECT_ROOT, 'electron-builder.yml'), 'utf8');
  const without = text.replace(/^electronFuses:\n(?: {2}.*\n)+/m, '');
  if (without === text) throw new Error('electron-builder.yml sets no fuses');
  const file = path.join(dir, 'electron-builder.yml');
  writeFileSync(file, without);
  return file;
}

function node(...args: string[]): { status: number | null; output: string } {
  const ran = spawnSync(process.execPath, args, {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
    timeout: BUILD_TIMEOUT_MS,
  });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}

beforeAll(() => {
  if (!existsSync(path.join(PROJECT_ROOT, 'dist/electron/main.js')))
    throw new Error('there is no dist/electron to pack: npm run build:kiosk');
  dir = mkdtempSync(path.join(tmpdir(), 'packaging-'));
  const packed = node(
    path.join(PROJECT_ROOT, 'node_modules/electron-builder/cli.js'),
    '--linux',
    'dir',
    '--x64',
    '--config',
    settingsWithoutFuses(),
    `-c.electronDist=${fakeElectron()}`,
    `-c.directories.output=${path.join(dir, 'out')}`,
  );
  if (packed.status !== 0) throw new Error(packed.output);
  app = path.join(dir, 'app');
  const archive = path.join(dir, 'out/linux-unpacked/resources/app.asar');
  const unpacked = node(
    path.join(PROJECT_ROOT, 'node_modules/@electron/asar/bin/asar.js'),
    'extract',
    archive,
    app,
  );
  if (unpacked.status !== 0) throw new Error(unpacked.output);
}, BUILD_TIMEOUT_MS);

afterAll(() => {
  if (dir !== '') rmSync(dir, { recursive: true, force: true });
});

describe('the packed kiosk', () => {
  it('TD19 carries the shell, the engine and the page', () => {
    for (const file of ['main.js', 'preload.cjs', 'engine.js', 'screen/index.html'])
      expect(existsSync(path.join(app, 'dist/electron', file)), file).toBe(true);
    expect(globSync('**/*.map', { cwd: path.join(app, 'dist') })).toEqual([]);
  });

  it('RM2 carries the udev file beside the archive', () => {
    const packed = path.join(dir, 'out/linux-unpacked/resources/60-muster-readers.rules');
    const ours = path.join(PROJECT_ROOT, 'packaging/60-muster-readers.rules');
    expect(readFileSync(packed, 'utf8')).toBe(readFileSync(ours, 'utf8'));
  });

  it('TD19 carries only the packages that cannot be bundled', () => {
    const packages = globSync(['*', '@*/*'], { cwd: path.join(app, 'node_modules') }).toSorted();
    expect(packages.filter((name) => !name.startsWith('@'))).toEqual([
      'better-sqlite3',
      'debug',
      'ms',
      'node-gyp-build',
      'node-hid',
      'pkg-prebuilds',
      'serialport',
    ]);
    expect(packages.filter((name) => name.startsWith('@') && !name.startsWith('@serialport'))).toEqual([]);
    expect(globSync('**/*.{c,cc,cpp,h,hpp,gyp}', { cwd: app })).toEqual([]);
    expect(globSync('**/*{win32,darwin,arm}*/*.node', { cwd: app })).toEqual([]);
  });

  it('TD19 loads its native modules from nowhere but itself', () => {
    // a folder outside the project: what the package lacks cannot be found by accident
    const script = `
      const Database = require('better-sqlite3');
      if (new Database(':memory:').prepare('SELECT 7').pluck().get() !== 7) throw new Error('sqlite');
      const { SerialPort } = require('serialport');
      if (typeof SerialPort.list !== 'function') throw new Error('serialport');
      require('@serialport/bindings-cpp').autoDetect();
      const hid = require('node-hid');
      if (typeof hid.devices !== 'function') throw new Error('node-hid');
      console.log('all loaded');`;
    const file = path.join(app, 'load.cjs');
    writeFileSync(file, script);
    const ran = spawnSync(process.execPath, [file], { cwd: app, encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain('all loaded');
  });

  it('TD19 bundles name no package that is not in the archive', () => {
    const builtin = new Set(process.getBuiltinModule('node:module').builtinModules);
    const packed = new Set(globSync(['*', '@*/*'], { cwd: path.join(app, 'node_modules') }));
    const named = ['main.js', 'preload.cjs', 'engine.js'].flatMap((file) => {
      const text = readFileSync(path.join(app, 'dist/electron', file), 'utf8');
      const found = text.matchAll(/\brequire\(['"]([^'".][^'"]*)['"]\)/g);
      return [...found].map(([, name = '']) => name);
    });
    const missing = named
      .filter((name) => name !== 'electron' && !name.startsWith('node:') && !builtin.has(name))
      .filter(
        (name) =>
          !packed.has(
            name
              .split('/')
              .slice(0, name.startsWith('@') ? 2 : 1)
              .join('/'),
          ),
      );
    expect(named.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });
});
