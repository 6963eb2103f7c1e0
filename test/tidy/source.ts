import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

export const ROOT = PROJECT_ROOT;

/** A node of the syntax tree (ESTree with TypeScript, as vite's parser gives it). */
export type Node = { type: string; start: number; end: number } & Record<string, unknown>;

/** One parsed file; `path` is relative to the project, with slashes. */
export type Source = { path: string; text: string; tree: Node };

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.vite', 'data']);

/** Every file of the project, relative, sorted; what is installed or built is left out. */
export function projectFiles(): string[] {
  return globSync('{.ci,.github,.*,*,*/**}', {
    cwd: ROOT,
    withFileTypes: true,
    exclude: (entry) => NOT_OURS.has(entry.name),
  })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

/** Parses text as the file `path` would hold it. Throws where it is no TypeScript. */
export function parse(file: string, text: string): Source {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { path: file, text, tree: program as unknown as Node };
}

/** Every TypeScript file of the project, parsed. */
export function projectSources(): Source[] {
  return projectFiles()
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => parse(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

/** Calls `visit` for every node, parents before children, with the node's parents (nearest last). */
export function walk(node: Node, visit: (node: Node, parents: readonly Node[]) => void): void {
  const parents: Node[] = [];
  const step = (at: Node): void => {
    visit(at, parents);
    parents.push(at);
    for (const value of Object.values(at)) {
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) step(child);
    }
    parents.pop();
  };
  step(node);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** The text of a string literal, or of a template up to its first expression; null for anything else. */
export function literal(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type === 'TemplateLiteral') {
    const [first] = node['quasis'] as { value: { cooked: string } }[];
    return first?.value.cooked ?? null;
  }
  if (node.type === 'BinaryExpression') return literal(node['left']);
  return null;
}

/** The identifiers of `a.b.c(…)(…)`, outermost last: ['a', 'b', 'c']. */
export function chain(node: unknown): string[] {
  if (!isNode(node)) return [];
  if (node.type === 'Identifier') return [node['name'] as string];
  if (node.type === 'CallExpression') return chain(node['callee']);
  if (node.type === 'TaggedTemplateExpression') return chain(node['tag']);
  if (node.type === 'ParenthesizedExpression' || node.type === 'ChainExpression')
    return chain(node['expression']);
  if (node.type === 'MemberExpression') {
    const name = node['computed'] ? literal(node['property']) : (node['property'] as Node)['name'];
    return [...chain(node['object']), typeof name === 'string' ? name : '?'];
  }
  return ['?'];
}

/** The line of a node, counted from 1. */
export function lineOf(source: Source, node: Node): number {
  return source.text.slice(0, node.start).split('\n').length;
}

/** What a file imports: static, type-only, re-exported, dynamic, `require('…')`, `import('…')` types, and `new URL('…', import.meta.url)`. */
export function specifiers(source: Source): string[] {
  const found: string[] = [];
  const add = (node: unknown): void => {
    const text = literal(node);
    if (text === null)
      throw new Error(`${source.path}: an import whose target is computed cannot be checked`);
    found.push(text);
  };
  walk(source.tree, (node) => {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') add(node['source']);
    else if (node.type === 'ExportNamedDeclaration' && node['source']) add(node['source']);
    else if (node.type === 'TSImportType') add(node['source'] ?? node['argument']);
    else if (node.type === 'ImportExpression' && literal(node['source']) !== null) add(node['source']);
    else if (node.type === 'ImportExpression' && !mayComputeImports(source.path)) add(node['source']);
    else if (node.type === 'CallExpression' && chain(node['callee']).join('.') === 'require')
      add((node['arguments'] as Node[])[0]);
    else if (node.type === 'NewExpression' && chain(node['callee']).join('.') === 'URL') {
      const [target, base] = node['arguments'] as Node[];
      const text = literal(target);
      if (base?.type === 'MemberExpression' && text !== null && /^\.{1,2}\/.*\.tsx?$/.test(text))
        found.push(text);
    }
  });
  return found;
}

/** Tests load built files and whatever lies in a folder; product code never does. */
function mayComputeImports(file: string): boolean {
  return file.startsWith('test/');
}

const ALIASES = Object.entries(
  (JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> })
    .imports,
).map(([from, to]) => ({ prefix: from.replace('*', ''), folder: to.replace('*', '') }));

/** Where a specifier points inside the project (relative path), or null where it names a package. */
export function target(from: string, specifier: string): string | null {
  const bare = specifier.replace(/\?.*$/, '');
  if (bare.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), bare));
  const alias = ALIASES.find(({ prefix }) => bare.startsWith(prefix));
  return alias ? path.posix.normalize(alias.folder + bare.slice(alias.prefix.length)) : null;
}

/** 'react-dom/client' is of the package 'react-dom'. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Entry files may choose concrete parts, touch the real clock and write to the console. */
export function isEntry(file: string): boolean {
  return /(^|[/-])main\.tsx?$/.test(file);
}

/** What is shipped, in contrast to tests and settings. */
export function isProduct(file: string): boolean {
  return /^(shared|drivers|kiosk|edge-service)\//.test(file) && !file.endsWith('.config.ts');
}
