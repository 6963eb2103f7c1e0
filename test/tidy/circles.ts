import path from 'node:path';
import { type Source, specifiers, target } from './source.ts';

/** Who points at whom. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/** Every group of nodes that reach each other, sorted; a node alone counts only where it points at itself. Tarjan 1972. */
export function circles(graph: Graph): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node)).toSorted();
    if (group.length > 1 || graph.get(node)?.has(node)) found.push(group);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** Which file imports which, all kinds of import counted. */
export function fileGraph(sources: readonly Source[]): Graph {
  const known = new Set(sources.map(({ path: file }) => file));
  return new Map(
    sources.map((source) => [
      source.path,
      new Set(
        specifiers(source).flatMap((specifier) => {
          const to = target(source.path, specifier);
          return to !== null && known.has(to) ? [to] : [];
        }),
      ),
    ]),
  );
}

/** Which folder's own files import which other folder's. */
export function folderGraph(files: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of files) {
    const own = path.posix.dirname(file);
    const others = folders.get(own) ?? new Set();
    folders.set(own, others);
    for (const to of targets) if (path.posix.dirname(to) !== own) others.add(path.posix.dirname(to));
  }
  return folders;
}
