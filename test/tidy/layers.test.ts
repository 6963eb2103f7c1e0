import { readFileSync } from 'node:fs';
import path from 'node:path';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { circles, fileGraph, folderGraph } from './circles.ts';
import { idleRights, layerFaults, loneFaults, projectLayerTable, readLayerTable } from './layer-table.ts';
import { ROOT, isEntry, isProduct, packageOf, parse, projectSources, specifiers, target } from './source.ts';

/** More than a screen of names is no room any more. */
const FOLDER_FILES_MAX = 30;

const TABLE = projectLayerTable();
const SOURCES = projectSources();

describe('layers', () => {
  it('TD1 the check finds every kind of import that leaves its layer', () => {
    const faults = (file: string, text: string): number => layerFaults(TABLE, parse(file, text)).length;
    expect(faults('shared/a.ts', `import { b } from './b.ts';`)).toBe(0);
    expect(faults('shared/a.ts', `import { b } from '../drivers/rig/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `import type { B } from '#drivers/rig/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `export { b } from '#drivers/rig/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `export * from '../kiosk/station/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `const b = await import('../edge-service/b.ts');`)).toBe(1);
    expect(faults('shared/a.ts', `type B = import('../edge-service/b.ts').B;`)).toBe(1);
    expect(faults('shared/a.ts', `import fs from 'node:fs';`)).toBe(1);
    expect(faults('shared/a.ts', `import { useState } from 'react';`)).toBe(1);
    expect(faults('shared/event/a.ts', `import { b } from '../b.ts';`)).toBe(0);
    expect(faults('shared/a.ts', `import type { B } from './event/b.ts';`)).toBe(1);
    expect(faults('shared/event/a.ts', `import { b } from '../counting/b.ts';`)).toBe(1);
    expect(faults('shared/node/a.ts', `import fs from 'node:fs';`)).toBe(0);
    expect(faults('drivers/rig/a.ts', `import { b } from '#shared/event/b.ts';`)).toBe(0);
    expect(faults('drivers/port/a.ts', `import { b } from '../rig/b.ts';`)).toBe(1);
    expect(faults('kiosk/station/a.ts', `import { b } from '../electron/b.ts';`)).toBe(1);
    expect(faults('kiosk/station/a.ts', `import { app } from 'electron';`)).toBe(1);
    expect(faults('kiosk/station/a.ts', `import { b } from '../../edge-service/b.ts';`)).toBe(1);
    expect(faults('kiosk/station/disk/a.ts', `import { b } from '../desks/b.ts';`)).toBe(1);
    expect(faults('edge-service/a.ts', `import { b } from '#drivers/rig/b.ts';`)).toBe(1);
    expect(faults('edge-service/ledger/a.ts', `import type { B } from '../rounds/b.ts';`)).toBe(1);
    expect(faults('edge-service/counting/a.ts', `import type { B } from '../kiosks/b.ts';`)).toBe(1);
    expect(faults('edge-service/projection/a.ts', `import path from 'node:path';`)).toBe(1);
    expect(faults('edge-service/keys/a.ts', `const hid = require('node-hid');`)).toBe(1);
    expect(faults('edge-service/threads/a.ts', `new Worker(new URL('../http/b.ts', import.meta.url));`)).toBe(
      1,
    );
    expect(faults('edge-service/board/a.tsx', `import { b } from '../b.ts';`)).toBe(1);
    expect(faults('kiosk/screen/a.tsx', `import { b } from '../station/b.ts';`)).toBe(1);
    expect(faults('elsewhere/a.ts', `export const a = 1;`)).toBe(1);
    expect(faults('drivers/a.ts', `export const a = 1;`)).toBe(1);
    expect(faults('kiosk/a.ts', `export const a = 1;`)).toBe(1);
    expect(() => faults('drivers/rig/a.ts', `await import(somewhere);`)).toThrow('computed');
  });

  it('TD1 a table that names an unknown layer, or cannot be read, is refused', () => {
    const table = (row: string): string =>
      `| Layer | May import | Packages | node: |\n|---|---|---|---|\n${row}\n\n| Package | Only in |\n|---|---|\n`;
    expect(() => readLayerTable(table('| `a/` | `b/` | – | no |'))).toThrow('no layer');
    expect(() => readLayerTable(table('| `a/` | – | – | perhaps |'))).toThrow('yes or no');
    expect(() => readLayerTable('nothing')).toThrow('no table');
    expect(() => readLayerTable(table('| `a/` | `b/` | – | no |\n| `b/` | `a/` | – | no |'))).toThrow(
      'circle',
    );
  });

  it('TD1 every import of the project follows the table', () => {
    expect(SOURCES.length).toBeGreaterThan(20);
    expect(SOURCES.flatMap((source) => layerFaults(TABLE, source))).toEqual([]);
  });

  it('TD2 a native module has its one importing file', () => {
    const faults = (file: string, name: string): number =>
      loneFaults(TABLE, [parse(file, `import x from '${name}';`)]).length;
    expect(faults('drivers/port/serial-port.ts', 'serialport')).toBe(0);
    expect(faults('drivers/port/other.ts', 'serialport')).toBe(1);
    expect(faults('edge-service/store/other.ts', 'better-sqlite3')).toBe(1);
    expect(faults('edge-service/http/other.ts', 'fastify')).toBe(0);
    expect(faults('edge-service/main.ts', 'fastify')).toBe(1);
    expect(faults('test/drivers/other.test.ts', 'better-sqlite3')).toBe(0);
    expect(loneFaults(TABLE, SOURCES)).toEqual([]);
  });

  it('TD21 the check finds a circle of files and of folders, by types alone too', () => {
    const graph = (...files: [string, string][]) => fileGraph(files.map(([file, text]) => parse(file, text)));
    const three = graph(
      ['shared/a.ts', `import { b } from './b.ts';`],
      ['shared/b.ts', `import type { C } from './c.ts';`],
      ['shared/c.ts', `export type { A } from './a.ts';`],
      ['shared/d.ts', `import { a } from './a.ts';`],
    );
    expect(circles(three)).toEqual([['shared/a.ts', 'shared/b.ts', 'shared/c.ts']]);
    const folders = graph(
      ['drivers/rig/a.ts', `import type { B } from '../line/b.ts';`],
      ['drivers/line/b.ts', `export {};`],
      ['drivers/line/c.ts', `import { d } from '../rig/d.ts';`],
      ['drivers/rig/d.ts', `export {};`],
    );
    expect(circles(folders)).toEqual([]);
    expect(circles(folderGraph(folders))).toEqual([['drivers/line', 'drivers/rig']]);
  });

  it('TD21 no file and no folder reaches itself', () => {
    expect(circles(fileGraph(SOURCES))).toEqual([]);
    const product = SOURCES.filter(({ path: file }) => isProduct(file));
    expect(circles(folderGraph(fileGraph(product)))).toEqual([]);
  });

  it('TD22 a folder holds at most 30 files of code', () => {
    const full = (files: readonly string[]): string[] =>
      [...Map.groupBy(files, (file) => path.posix.dirname(file))]
        .filter(([, own]) => own.length > FOLDER_FILES_MAX)
        .map(([folder]) => folder);
    const many = (n: number): string[] => Array.from({ length: n }, (_, i) => `shared/${i}.ts`);
    expect(full(many(FOLDER_FILES_MAX))).toEqual([]);
    expect(full(many(FOLDER_FILES_MAX + 1))).toEqual(['shared']);
    expect(full(SOURCES.map(({ path: file }) => file))).toEqual([]);
  });

  it('TD23 nothing is allowed that nobody does', () => {
    expect(idleRights(TABLE, [parse('drivers/sdt/a.ts', `import { z } from 'zod';`)])).toContain(
      'drivers/models/: drivers/sdt/',
    );
    expect(idleRights(TABLE, SOURCES)).toEqual([]);
  });

  it('TD3 nothing but test files and entries of test/ imports the simulated site', () => {
    const faults = (file: string): number =>
      siteFaults([
        parse(file, `import { x } from '${file.startsWith('test/site/') ? './x.ts' : '../site/x.ts'}';`),
      ]).length;
    expect(faults('test/site/y.ts')).toBe(0);
    expect(faults('test/drivers/y.test.ts')).toBe(0);
    expect(faults('test/bench/bench-main.ts')).toBe(0);
    expect(faults('test/support/y.ts')).toBe(1);
    expect(siteFaults(SOURCES)).toEqual([]);
  });

  it('TD13 an imported package is a dependency of this project, pinned', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const pinned = { ...dependencies, ...devDependencies, ...optionalDependencies };
    expect(Object.keys(pinned).length).toBeGreaterThan(20);
    expect(
      Object.entries(pinned).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
    ).toEqual([]);

    const unknown = SOURCES.flatMap((source) =>
      specifiers(source)
        .filter((specifier) => target(source.path, specifier) === null && !specifier.startsWith('node:'))
        .filter((specifier) => !Object.hasOwn(pinned, packageOf(specifier)))
        .map((specifier) => `${source.path} -> ${specifier}`),
    );
    expect(unknown, 'also: built-in modules are imported as node:…').toEqual([]);
    expect(builtinModules.filter((name) => Object.hasOwn(pinned, name))).toEqual([]);
  });

  it('TD20 every package of package.json is imported by somebody, or is a tool', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const used = new Set(SOURCES.flatMap(specifiers).map(packageOf));
    const idle = Object.keys({ ...dependencies, ...devDependencies }).filter(
      (name) => !used.has(name) && !isTool(name),
    );
    expect(idle).toEqual([]);
  });

  it('TD13 what the packages bring along and what runs without a build are in the right half', () => {
    const { dependencies = {} } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    // the edge service and the engine run with what `npm ci --omit=dev` brings; the screens are bundled whole
    const fromSource = SOURCES.filter(
      ({ path: file }) =>
        /^(shared|drivers|kiosk\/(station|browser)|edge-service)\/(?!board\/)/.test(file) &&
        !file.endsWith('.config.ts'),
    );
    const undelivered = fromSource.flatMap((source) =>
      specifiers(source)
        .filter((specifier) => target(source.path, specifier) === null && !specifier.startsWith('node:'))
        .filter((specifier) => !Object.hasOwn(dependencies, packageOf(specifier)))
        .map((specifier) => `${source.path} -> ${specifier}`),
    );
    expect(undelivered).toEqual([]);
  });
});

/** Run by a script of package.json, or read by the compiler: nothing imports them. */
const TOOLS = new Set(['electron-builder', 'knip', 'oxfmt', 'oxlint', 'oxlint-tsgolint', 'typescript']);
const isTool = (name: string): boolean => TOOLS.has(name) || name.startsWith('@types/');

function siteFaults(sources: typeof SOURCES): string[] {
  return sources
    .filter(({ path: file }) => !file.startsWith('test/site/') && !file.endsWith('.test.ts'))
    .filter(({ path: file }) => !(file.startsWith('test/') && isEntry(file)))
    .flatMap((source) =>
      specifiers(source)
        .filter((specifier) => target(source.path, specifier)?.startsWith('test/site/'))
        .map((specifier) => `${source.path} -> ${specifier}`),
    );
}
