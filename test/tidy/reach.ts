import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT, type Source, isEntry, isProduct, literal, specifiers, target, walk } from './source.ts';

/**
 * Product files no entry and no test reaches. Roots are entry files, settings, tests and what `package.json` and
 * HTML pages name; an edge is an import, or a string that names a file (a worker, a child process, a bundle's input).
 */
export function unreached(sources: readonly Source[], files: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const roots = sources
    .map(({ path: file }) => file)
    .filter((file) => isEntry(file) || /\.(config|test)\.tsx?$/.test(file) || file.startsWith('test/'));
  const waiting = [...roots, ...namedByPages(files)];
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const source = byPath.get(file);
    if (!source || seen.has(file)) continue;
    seen.add(file);
    waiting.push(...edges(source, byPath));
  }
  return [...byPath.keys()].filter((file) => isProduct(file) && !seen.has(file));
}

function edges(source: Source, byPath: ReadonlyMap<string, Source>): string[] {
  const imported = specifiers(source).flatMap((specifier) => target(source.path, specifier) ?? []);
  const named: string[] = [];
  walk(source.tree, (node) => {
    const text = literal(node);
    if (text === null || !/^[\w./-]+\.tsx?$/.test(text)) return;
    named.push(path.posix.normalize(path.posix.join(path.posix.dirname(source.path), text)));
    named.push(path.posix.normalize(text.replace(/^(\.{1,2}\/)+/, '')));
    // a bundler's settings put paths together: 'preload.ts' may lie in any folder beside them
    if (source.path.endsWith('.config.ts')) {
      const folder = path.posix.dirname(source.path);
      const tail = `/${text.replace(/^(\.{1,2}\/)+/, '')}`;
      named.push(
        ...[...byPath.keys()].filter((file) => file.startsWith(`${folder}/`) && file.endsWith(tail)),
      );
    }
  });
  return [...imported, ...named.filter((file) => byPath.has(file))];
}

function namedByPages(files: readonly string[]): string[] {
  return files
    .filter((file) => file.endsWith('.html'))
    .flatMap((file) =>
      [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/<script[^>]+src="([^"]+)"/g)].map(
        ([, src = '']) => path.posix.join(path.posix.dirname(file), src),
      ),
    );
}
