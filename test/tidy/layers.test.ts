import { readFileSync } from 'node:fs';
import path from 'node:path';
import { builtinModules } from 'node:module';
import { describe, expect, it } from 'vitest';
import { layerFaults, loneFaults, projectLayerTable, readLayerTable } from './layer-table.ts';
import { ROOT, isEntry, packageOf, parse, projectSources, specifiers, target } from './source.ts';

const TABLE = projectLayerTable();
const SOURCES = projectSources();

describe('layers', () => {
  it('TD1 the check finds every kind of import that leaves its layer', () => {
    const faults = (file: string, text: string): number => layerFaults(TABLE, parse(file, text)).length;
    expect(faults('shared/a.ts', `import { b } from './b.ts';`)).toBe(0);
    expect(faults('shared/a.ts', `import { b } from '../drivers/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `import type { B } from '#drivers/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `export { b } from '#drivers/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `export * from '../kiosk/station/b.ts';`)).toBe(1);
    expect(faults('shared/a.ts', `const b = await import('../edge-service/b.ts');`)).toBe(1);
    expect(faults('shared/a.ts', `type B = import('../edge-service/b.ts').B;`)).toBe(1);
    expect(faults('shared/a.ts', `import fs from 'node:fs';`)).toBe(1);
    expect(faults('shared/a.ts', `import { useState } from 'react';`)).toBe(1);
    expect(faults('drivers/a.ts', `import { b } from '#shared/b.ts';`)).toBe(0);
    expect(faults('kiosk/station/a.ts', `import { b } from '../electron/b.ts';`)).toBe(1);
    expect(faults('kiosk/station/a.ts', `import { app } from 'electron';`)).toBe(1);
    expect(faults('kiosk/station/a.ts', `import { b } from '../../edge-service/b.ts';`)).toBe(1);
    expect(faults('edge-service/a.ts', `import { b } from '#drivers/b.ts';`)).toBe(1);
    expect(faults('edge-service/a.ts', `const hid = require('node-hid');`)).toBe(1);
    expect(faults('edge-service/a.ts', `new Worker(new URL('../drivers/b.ts', import.meta.url));`)).toBe(1);
    expect(faults('edge-service/board/a.tsx', `import { b } from '../b.ts';`)).toBe(1);
    expect(faults('kiosk/screen/a.tsx', `import { b } from '../station/b.ts';`)).toBe(1);
    expect(faults('elsewhere/a.ts', `export const a = 1;`)).toBe(1);
    expect(faults('kiosk/a.ts', `export const a = 1;`)).toBe(1);
    expect(() => faults('drivers/a.ts', `await import(somewhere);`)).toThrow('computed');
  });

  it('TD1 a table that names an unknown layer, or cannot be read, is refused', () => {
    const table = (row: string): string =>
      `| Layer | May import | Packages | node: |\n|---|---|---|---|\n${row}\n\n| Package | Only in |\n|---|---|\n`;
    expect(() => readLayerTable(table('| `a/` | `b/` | – | no |'))).toThrow('no layer');
    expect(() => readLayerTable(table('| `a/` | – | – | perhaps |'))).toThrow('yes or no');
    expect(() => readLayerTable('nothing')).toThrow('no table');
  });

  it('TD1 every import of the project follows the table', () => {
    expect(SOURCES.length).toBeGreaterThan(20);
    expect(SOURCES.flatMap((source) => layerFaults(TABLE, source))).toEqual([]);
  });

  it('TD2 a native module has its one importing file', () => {
    const faults = (file: string, name: string): number =>
      loneFaults(TABLE, [parse(file, `import x from '${name}';`)]).length;
    expect(faults('drivers/port/serial-port.ts', 'serialport')).toBe(0);
    expect(faults('drivers/other.ts', 'serialport')).toBe(1);
    expect(faults('edge-service/other.ts', 'better-sqlite3')).toBe(1);
    expect(faults('test/drivers/other.test.ts', 'better-sqlite3')).toBe(0);
    const two = ['a', 'b'].map((name) =>
      parse(`edge-service/${name}.ts`, `import x from '@cj-tech-master/excelts';`),
    );
    expect(loneFaults(TABLE, two)).toHaveLength(1);
    expect(loneFaults(TABLE, SOURCES)).toEqual([]);
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
const TOOLS = new Set(['electron-builder', 'oxfmt', 'oxlint', 'oxlint-tsgolint', 'typescript']);
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
