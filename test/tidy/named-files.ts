import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'vite';
import { ROOT } from './source.ts';

/** A file name in prose, with the folders before it. What holds a `*` is a pattern and no name. */
const NAME =
  /(?<![\w.*/{}@…-])[\w@#.][\w@./-]*\.(?:tsx?|mjs|css|yml|rules|md)(?![\w*]|\.\w|-\w)|(?<![\w.])[\w/-]{2,}\.c(?![\w*]|\.\w|-\w)/g;
const ADDRESS = /\b[a-z]+:\/\/\S+/g;
const LINK = /\]\(([^)\s#]+)(?:#[^)]*)?\)/g;
/** `docs/protocol.md 4`, `reader-protocols.md sections 1, 4 and 5` */
const SECTIONS = /([\w/.-]+\.md)(?: sections?)? (\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*)\b/g;

/** Files of the system's that ours speak of. */
const SYSTEM_FILES: ReadonlySet<string> = new Set(['73-seat-late.rules']);

/** A page or a comment that names files. `from`: the line it begins on, counted from 1. */
export type Prose = { path: string; text: string; from: number };

/** The prose of a file: a whole page, or the comments of what a machine reads. */
export function proseOf(file: string, text: string): Prose[] {
  const at = (start: number, part: string): Prose => ({
    path: file,
    text: part,
    from: text.slice(0, start).split('\n').length,
  });
  if (file.endsWith('.md')) return [at(0, text)];
  if (/\.(tsx?|mjs)$/.test(file))
    return parseSync(file, text).comments.map(({ start, value }) => at(start, value));
  const comment = /\.(c|css)$/.test(file)
    ? /\/\*[^]*?\*\/|\/\/.*/g
    : /\.(yml|rules)$|^\.ci\//.test(file)
      ? /(?<=^|\s)#.*/gm
      : null;
  return comment ? [...text.matchAll(comment)].map((found) => at(found.index, found[0])) : [];
}

/** The prose of these files of the project. */
export function projectProse(files: readonly string[]): Prose[] {
  return files
    .filter((file) => /\.(md|tsx?|mjs|c|css|yml|rules)$|^\.ci\//.test(file))
    .flatMap((file) => proseOf(file, readFileSync(path.join(ROOT, file), 'utf8')));
}

/** What the prose names and the project lacks, as "file:line name": files, targets of links, numbered sections of pages. */
export function wrongNames(
  prose: readonly Prose[],
  files: readonly string[],
  read: (file: string) => string,
): string[] {
  const known = new Set(files.flatMap((file) => [file, ...folders(file)]));
  const byBase = Map.groupBy(files, (file) => path.posix.basename(file));
  const beside = (from: string, name: string): string =>
    path.posix.normalize(path.posix.join(path.posix.dirname(from), name));
  const find = (from: string, name: string): string | undefined => {
    if (!name.includes('/')) return byBase.get(name)?.[0];
    const plain = name.replace(/^#/, '');
    if (known.has(beside(from, name))) return beside(from, name);
    return (byBase.get(path.posix.basename(name)) ?? []).find((file) => `/${file}`.endsWith(`/${plain}`));
  };
  return prose.flatMap(({ path: from, text, from: first }) => {
    const plain = text.replace(ADDRESS, (address) => ' '.repeat(address.length));
    const wrong: string[] = [];
    const tell = (index: number, name: string): void => {
      wrong.push(`${from}:${first + text.slice(0, index).split('\n').length - 1} ${name}`);
    };
    for (const { 0: name, index } of plain.matchAll(NAME))
      if (!SYSTEM_FILES.has(name) && !find(from, name)) tell(index, name);
    for (const { 1: name = '', 2: cited = '', index } of plain.matchAll(SECTIONS)) {
      const page = find(from, name);
      const numbers = page === undefined ? null : numbersOf(read(page));
      for (const number of cited.split(/, | and /))
        if (numbers?.has(number) === false) tell(index, `${name} ${number}`);
    }
    if (from.endsWith('.md'))
      for (const { 1: target = '', index } of plain.matchAll(LINK))
        if (!known.has(beside(from, target).replace(/\/$/, ''))) tell(index, target);
    return [...new Set(wrong)];
  });
}

/** The numbers a page's headings begin with. */
function numbersOf(page: string): Set<string> {
  return new Set([...page.matchAll(/^#+ (\d+(?:\.\d+)?)\.? /gm)].map(([, number = '']) => number));
}

/** The folders a file lies in, the outermost first. */
function folders(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
