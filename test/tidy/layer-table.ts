import { readFileSync } from 'node:fs';
import path from 'node:path';
import { circles } from './circles.ts';
import { ROOT, type Source, packageOf, specifiers, target } from './source.ts';

/** One row of the layer table: what the files under `prefix` may import. */
type Layer = { prefix: string; layers: string[]; packages: string[]; node: boolean };
/** One row of the table of lone packages: the files and folders that may import a package. */
type Lone = { name: string; places: string[] };
export type LayerTable = { layers: Layer[]; lone: Lone[] };

/** In place of names: every layer, or every package. */
const ANY = 'any';

/** Reads the two tables out of SPEC.md (headings `| Layer |` and `| Package |`). Throws where they are not as expected. */
export function readLayerTable(spec: string): LayerTable {
  const table = rows(spec, '| Layer |');
  const all = table.map(([prefix = '']) => names(prefix)[0] ?? '');
  const pure = names(/^`pure` stands for (.*)$/m.exec(spec)?.[1] ?? '');
  const layers = table.map(([prefix = '', mayImport = '', packages = '', node = '']) => {
    if (node !== 'yes' && node !== 'no') throw new Error(`layer ${prefix}: last column is yes or no`);
    const named = mayImport === ANY ? all : names(mayImport);
    return {
      prefix: names(prefix)[0] ?? '',
      layers: named.flatMap((name) => (name === 'pure' ? pure : name)),
      packages: packages === ANY ? [ANY] : names(packages),
      node: node === 'yes',
    };
  });
  const lone = rows(spec, '| Package |').map(([name = '', places = '']) => ({
    name: names(name)[0] ?? '',
    places: names(places),
  }));
  const known = new Set(layers.map((layer) => layer.prefix));
  for (const layer of layers) {
    for (const other of layer.layers)
      if (!known.has(other)) throw new Error(`layer ${layer.prefix} may import ${other}, which is no layer`);
  }
  const around = circles(new Map(layers.map(({ prefix, layers: others }) => [prefix, new Set(others)])));
  const circle = around.find((names) => !names.some((name) => /^(test\/|\*)/.test(name)));
  if (circle) throw new Error(`the layer table goes in a circle: ${circle.join(', ')}`);
  return { layers, lone };
}

export function projectLayerTable(): LayerTable {
  return readLayerTable(readFileSync(path.join(ROOT, 'shared/SPEC.md'), 'utf8'));
}

/** The innermost layer a file lies in, or null. `./` stands for files at the top of the project. */
function layerOf(table: LayerTable, file: string): Layer | null {
  const fits = table.layers.filter(({ prefix }) =>
    prefix === './'
      ? !file.includes('/')
      : prefix.startsWith('*')
        ? file.endsWith(prefix.slice(1))
        : file.startsWith(prefix),
  );
  const settings = fits.find(({ prefix }) => prefix.startsWith('*'));
  return settings ?? fits.toSorted((a, b) => b.prefix.length - a.prefix.length)[0] ?? null;
}

/** Every import of one file that the table forbids or does not know, as "file -> specifier: why". */
export function layerFaults(table: LayerTable, source: Source): string[] {
  const own = layerOf(table, source.path);
  if (!own) return [`${source.path} lies in no layer`];
  return specifiers(source).flatMap((specifier) => {
    const why = fault(table, own, source.path, specifier);
    return why === null ? [] : [`${source.path} -> ${specifier}: ${why}`];
  });
}

function fault(table: LayerTable, own: Layer, from: string, specifier: string): string | null {
  const to = target(from, specifier);
  if (to !== null) {
    const layer = layerOf(table, to);
    if (!layer) return 'lies in no layer';
    if (layer.prefix === own.prefix || own.layers.includes(layer.prefix)) return null;
    return `${own.prefix} may not import ${layer.prefix}`;
  }
  if (specifier.startsWith('node:')) return own.node ? null : `${own.prefix} may not import node:`;
  if (specifier.startsWith('#')) return 'is no alias of package.json';
  const name = packageOf(specifier);
  if (own.packages.includes(ANY) || own.packages.includes(name)) return null;
  return `the package ${name} is not in the row of ${own.prefix}`;
}

/** Every breach of the table of lone packages. Tests may import them all. */
export function loneFaults(table: LayerTable, sources: readonly Source[]): string[] {
  return table.lone.flatMap(({ name, places }) => {
    const users = sources
      .filter(({ path: file }) => !file.startsWith('test/') && !file.endsWith('.config.ts'))
      .filter((source) => specifiers(source).some((specifier) => packageOf(specifier) === name))
      .map((source) => source.path);
    const outside = users.filter((file) => !places.some((place) => within(file, place)));
    return outside.map((file) => `${file} imports ${name}, which belongs to ${places.join(', ')}`);
  });
}

/** What the table allows to product code and no file uses, as "layer: name". */
export function idleRights(table: LayerTable, sources: readonly Source[]): string[] {
  return table.layers
    .filter(({ prefix }) => !prefix.startsWith('test/') && !prefix.startsWith('*'))
    .flatMap((layer) => {
      const used = new Set(
        sources
          .filter(({ path: file }) => layerOf(table, file) === layer)
          .flatMap((source) =>
            specifiers(source).map((specifier) => {
              const to = target(source.path, specifier);
              return to === null ? packageOf(specifier) : (layerOf(table, to)?.prefix ?? '');
            }),
          ),
      );
      const allowed = [...layer.layers.filter((name) => !name.startsWith('shared/')), ...layer.packages];
      const idle = allowed.filter((name) => !used.has(name));
      if (layer.node && ![...used].some((name) => name.startsWith('node:'))) idle.push('node:');
      return idle.map((name) => `${layer.prefix}: ${name}`);
    });
}

function within(file: string, place: string): boolean {
  return place.endsWith('/') ? file.startsWith(place) : file === place;
}

function rows(spec: string, heading: string): string[][] {
  const lines = spec.split('\n');
  const at = lines.findIndex((line) => line.startsWith(heading));
  if (at < 0) throw new Error(`SPEC.md has no table that begins with "${heading}"`);
  const body = lines.slice(at + 2);
  const end = body.findIndex((line) => !line.startsWith('|'));
  return body.slice(0, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function names(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}
