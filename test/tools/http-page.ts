/** The column "Who" of docs/http.md: generated from what the edge itself says of its operations; the rest of the page is written by hand. */
import { ROLES, type Role } from '#shared/permissions.ts';

export const HTTP_PAGE = 'docs/http.md';

/** What the machine form of the contract (`/api/openapi.json`) says of an operation, as far as the column asks. */
interface DescribedOperation {
  security: Record<string, string[]>[];
  'x-roles': Role[];
}
export type DescribedPaths = Record<string, Record<string, DescribedOperation>>;

/** The page's letters, in its order. */
const LETTERS: readonly (readonly [Role, string])[] = [
  ['site-lead', 'L'],
  ['hr', 'H'],
  ['lab-clerk', 'C'],
  ['administrator', 'A'],
  ['station-staff', 'S'],
];
const BASE = '/api/v1';
/** A row of the table: `| METHOD and path … | who | body |`; the row between the decisions names no operation. */
const ROW = /^\| (`(?:GET|POST|PUT|PATCH|DELETE) .*?) \| ([^|]*) \| /;

/** Who may call, in the words of the column. */
function whoMayCall({ security, 'x-roles': roles }: DescribedOperation): string {
  if (security.length === 0) return '–';
  if (roles.length === ROLES.length) return 'any';
  const letters = LETTERS.filter(([role]) => roles.includes(role)).map(([, letter]) => letter);
  const kiosk = security.some((way) => 'kiosk' in way) ? 'kiosk token, or ' : '';
  return kiosk + letters.join(', ');
}

/** The operations that the first cell of a row names: whole (`GET /rounds`), by their end (`DELETE …/links/{event}`) or by their ending (`.csv`). */
function operationsOf(cell: string, paths: DescribedPaths): string[] {
  let [method, path] = ['', ''];
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, span = '']) => {
    const [, verb, named = span] = /^([A-Z]+) (.*)$/.exec(span) ?? [];
    const at = named.replace(/[?[].*$/, '');
    method = verb ?? method;
    if (at.startsWith('.')) path = path.replace(/\.\w+$/, at);
    else if (at.startsWith('…')) path = theOneEnding(at.slice(1), { method, paths });
    else path = BASE + at;
    return `${method} ${path}`;
  });
}

function theOneEnding(end: string, { method, paths }: { method: string; paths: DescribedPaths }): string {
  const found = Object.keys(paths).filter(
    (at) => at.endsWith(end) && method.toLowerCase() in (paths[at] ?? {}),
  );
  if (found.length !== 1 || found[0] === undefined)
    throw new Error(`${HTTP_PAGE}: ${method} …${end} is ${found.length} operations`);
  return found[0];
}

/** The operations of every row, in the order of the page. */
export function operationsOfPage(page: string, paths: DescribedPaths): string[] {
  return page.split('\n').flatMap((line) => operationsOf(ROW.exec(line)?.[1] ?? '', paths));
}

/** The page with its column written anew; throws where a row names what is not served, or operations of different callers. */
export function pageWith(page: string, paths: DescribedPaths): string {
  const rewritten = page.split('\n').map((line) => {
    const [, cell = '', told = ''] = ROW.exec(line) ?? [];
    if (cell === '') return line;
    const who = operationsOf(cell, paths).map((name) => {
      const [method = '', at = ''] = name.split(' ');
      const operation = paths[at]?.[method.toLowerCase()];
      if (operation === undefined) throw new Error(`${HTTP_PAGE}: ${name} is not served`);
      return whoMayCall(operation);
    });
    if (new Set(who).size !== 1)
      throw new Error(`${HTTP_PAGE}: ${cell} is of different callers: ${who.join('; ')}`);
    return line.replace(`| ${cell} | ${told} |`, () => `| ${cell} | ${who[0]} |`);
  });
  return rewritten.join('\n');
}
