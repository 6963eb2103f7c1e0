import { fieldNamed, type HeadedColumn, plainHeader, relativeColumns } from './header-words.ts';
import type { TableRow, TableSheet } from './table-file.ts';

/** Rows looked at for a header: titles, "filled in by" and notes stand above it, never more. */
export const HEADER_SEARCH_ROWS_MAX = 50;

/** What a kind of file calls its columns. */
export interface FieldWords<Field extends string> {
  /** Plain words (`plainHeader`) of each field. */
  names: ReadonlyMap<string, Field>;
  /** Words that give way where another column has a better one for the same field, and among each other the higher rank. */
  weak: ReadonlyMap<string, number>;
  /** One of them at least is in every header. */
  needed: readonly Field[];
  /** Two of them beside each other again begin a block of their own, and below each other another table. */
  core: readonly Field[];
  /** Where a block beside another does not have them, it shares those left of the first. */
  shared: ReadonlySet<Field>;
  /** What behind a column of relatives, or of whom to call, is theirs. */
  ofKin: ReadonlySet<Field>;
  ofContact: ReadonlySet<Field>;
}

/** What a person said of columns, and what was said of files of that form before. */
export interface ColumnChoice<Field extends string> {
  /** Plain words of a header, or `#` and the number of a column from 1; null: not to be read. */
  said: ReadonlyMap<string, Field | null>;
  /** By the plain words of a whole header row: field by column from 0; null: nothing is remembered. */
  remembered: (words: readonly string[]) => ReadonlyMap<number, Field | null> | null;
}

/** Nobody has said anything. */
export const UNSAID: ColumnChoice<never> = { said: new Map(), remembered: () => null };

/** What a column was taken for, and why not for more. */
interface TakenColumn<Field extends string> {
  /** From 0. */
  column: number;
  header: string;
  field: Field | null;
  /** It names a field that another column is read for, or is about a relative. */
  unread: 'twice' | 'relative' | null;
  /** A person said so, of this file or of one of its form. */
  said: boolean;
}

/** A header row. */
interface Head<Field extends string> {
  /** Index of its row, and of the first row under it. */
  at: number;
  next: number;
  row: number;
  words: readonly string[];
  columns: readonly TakenColumn<Field>[];
  /** How many fields its first row names. */
  fields: number;
}

/** Column index per field, the header's own words per field, and the rows under it. */
export interface HeadedSheet<Field extends string> {
  columns: ReadonlyMap<Field, number>;
  headers: ReadonlyMap<Field, string>;
  headerRow: number;
  rows: readonly TableRow[];
  /** Columns from, and up to but without, which are the block's own. */
  span: { from: number; to: number };
  /** 0: nothing stands left of it; else it is the n-th block beside another. */
  side: number;
  /** The whole header row, whatever block it belongs to. */
  taken: readonly TakenColumn<Field>[];
  /** Plain words of the header row: the form of the file. */
  words: readonly string[];
}

/**
 * Finds the header under title rows: the row that names most fields, at least two and one of `needed`. A second header row
 * under it (联系方式 over 手机/备用) is taken in. Where the header stands again, as it was or with other columns, another table
 * begins; where it stands again beside itself, another block. Empty when the sheet has none.
 */
export function headedBlocks<Field extends string>(
  sheet: TableSheet,
  words: FieldWords<Field>,
  choice: ColumnChoice<Field>,
): HeadedSheet<Field>[] {
  const heads = sheet.rows
    .slice(0, HEADER_SEARCH_ROWS_MAX)
    .map((_, at) => headAt(sheet.rows, at, words, choice))
    .filter((head) => head !== null);
  const best = heads.reduce<Head<Field> | null>(
    (most, head) => (most === null || head.fields > most.fields ? head : most),
    null,
  );
  if (best === null) return [];
  const isTable = (head: Head<Field>): boolean => coreIn(head, words) >= 2;
  const above = sheet.rows.slice(0, best.at).some((row) => row.cells.some((cell) => isLong(cell?.text)));
  const found = above ? [heads.find((head) => head.at < best.at && isTable(head)) ?? best] : [best];
  const probed = found[0]!.columns.filter(({ field }) => field !== null && words.core.includes(field));
  for (let at = found[0]!.next; at < sheet.rows.length; at++) {
    const texts = probed.map(({ column }) => sheet.rows[at]?.cells[column]?.text ?? '');
    if (texts.every((text) => text === '') || texts.some((text) => /[0-9]/.test(text))) continue;
    const head = headAt(sheet.rows, at, words, choice);
    if (head === null || !(isTable(head) || head.fields >= best.fields)) continue;
    found.push(head);
    at = head.next - 1;
  }
  return found.flatMap((head, i) => blocksOf(head, sheet.rows.slice(head.next, found[i + 1]?.at), words));
}

const isLong = (text = ''): boolean => /[0-9]{14}/.test(text.replace(/\s/g, ''));
const coreIn = <Field extends string>({ columns }: Head<Field>, { core }: FieldWords<Field>): number =>
  core.filter((field) => columns.some((c) => c.field === field)).length;

/** The header that this row is, alone or with the one under it; null when it is none. */
function headAt<Field extends string>(
  rows: readonly TableRow[],
  at: number,
  words: FieldWords<Field>,
  choice: ColumnChoice<Field>,
): Head<Field> | null {
  const row = rows[at]!;
  const plain = row.cells.map((cell) => (cell === null ? '' : plainHeader(cell.text)));
  const remembered = choice.remembered(plain);
  const own = plain.map((text, column) => fieldSaid(text, column));
  if (remembered === null && countOf(own) < 2) return null;
  const second = rows[at + 1];
  const below = second?.cells.map((cell) => (cell === null ? '' : plainHeader(cell.text))) ?? [];
  const isTwo = second !== undefined && continuesHeader({ first: row, second, own, names: words.names });
  const groups = groupsOver(plain, isTwo ? below : []);
  const over = at === 0 ? [] : rows[at - 1]!.cells.map((cell) => plainHeader(cell?.text ?? ''));
  const named = Array.from({ length: Math.max(plain.length, isTwo ? below.length : 0) }, (_, column) => {
    const lower = isTwo && (own[column] ?? null) === null ? fieldSaid(below[column] ?? '', column) : null;
    const fromBelow = own.includes(lower) ? null : lower;
    return {
      plain: fromBelow === null ? (plain[column] ?? '') : below[column]!,
      group: fromBelow === null ? null : (groups[column] ?? ''),
      field: own[column] ?? fromBelow,
      header: (fromBelow === null ? row : second!).cells[column]?.text.trim() ?? '',
    };
  });
  const relatives = relativesUnder(named, { over, plain, words });
  const columns = named.map(({ header, field, plain: text }, column): TakenColumn<Field> => {
    const byPerson = saidOf(text, column);
    const said = byPerson === undefined ? remembered?.get(column) : byPerson;
    if (said !== undefined) return { column, header, field: said, unread: null, said: true };
    const isTheirs = relatives.has(column);
    const unread = isTheirs && field !== null ? 'relative' : null;
    return { column, header, field: isTheirs ? null : field, unread, said: false };
  });
  const first = columns.filter((c) => c.field !== null && (c.said || (own[c.column] ?? null) !== null));
  const fields = new Set(first.map((c) => c.field)).size;
  const isHeader = fields >= 2 && first.some((c) => c.field !== null && words.needed.includes(c.field));
  return isHeader ? { at, next: at + (isTwo ? 2 : 1), row: row.row, words: plain, columns, fields } : null;

  function saidOf(text: string, column: number): Field | null | undefined {
    const byNumber = choice.said.get(`#${column + 1}`);
    return byNumber === undefined && text !== '' ? choice.said.get(text) : byNumber;
  }
  function fieldSaid(text: string, column: number): Field | null {
    return saidOf(text, column) ?? (text === '' ? null : fieldNamed(text, words.names));
  }
}

/** Groups reach over the blank cells right of them, unless that would leave no employee. */
function relativesUnder<Field extends string>(
  named: readonly (Omit<HeadedColumn<Field>, 'group'> & { group: string | null })[],
  of: { over: readonly string[]; plain: readonly string[]; words: FieldWords<Field> },
): Set<number> {
  const { over, plain, words } = of;
  const under = (groups: readonly string[]): Set<number> =>
    relativeColumns(
      named.map((c, column) => ({ ...c, group: c.group ?? groups[column] ?? '' })),
      words,
    );
  const reaching = under(groupsOver(over, plain));
  const employees = words.core.filter((field) => named.some((c, i) => c.field === field && !reaching.has(i)));
  return employees.length >= 2 ? reaching : under(over);
}

const countOf = (fields: readonly (string | null)[]): number =>
  new Set(fields.filter((f) => f !== null)).size;

/**
 * The words over each column: those of its own cell, or of the group that begins left of it where its own cell is empty. One
 * text over all of them is a title.
 */
function groupsOver(above: readonly string[], below: readonly string[]): string[] {
  let group = '';
  const groups = Array.from({ length: Math.max(above.length, below.length) }, (_, column) => {
    const own = above[column] ?? '';
    if (own !== '') group = own;
    else if ((below[column] ?? '') === '') group = '';
    return group;
  });
  const over = new Set(groups.filter((_, column) => (below[column] ?? '') !== ''));
  return over.size > 1 ? groups : groups.map(() => '');
}

/** A second header row repeats the words above (merged downwards) or is empty there, and names something itself. */
function continuesHeader<Field extends string>(rows: {
  first: TableRow;
  second: TableRow;
  own: readonly (Field | null)[];
  names: ReadonlyMap<string, Field>;
}): boolean {
  const { first, second, own, names } = rows;
  if (second.row !== first.row + 1) return false;
  const texts = second.cells.filter((c) => c !== null).map((c) => c.text);
  const named = (column: number): boolean => {
    const below = second.cells[column];
    return below !== null && below !== undefined && fieldNamed(plainHeader(below.text), names) !== null;
  };
  const repeats = own.every((field, column) => {
    const below = second.cells[column];
    return field === null || !below || below.text === first.cells[column]?.text || named(column);
  });
  return second.cells.some((_, c) => named(c)) && repeats && texts.every((t) => !/[0-9]{6}/.test(t));
}

/** The blocks of a header row, from the left; each names a field once. */
function blocksOf<Field extends string>(
  head: Head<Field>,
  rows: readonly TableRow[],
  words: FieldWords<Field>,
): HeadedSheet<Field>[] {
  const starts = blockStarts(head, words.core);
  const chosen = starts.map((from, i) =>
    onceEach(head.columns.slice(i === 0 ? 0 : from, starts[i + 1]), words.weak),
  );
  const read = new Set(chosen.flatMap((columns) => [...columns.values()]));
  const taken = head.columns.map((c) =>
    c.field === null || read.has(c.column) ? c : { ...c, field: null, unread: 'twice' as const },
  );
  return chosen.map((own, side) => {
    const columns = new Map(own);
    const left = [...(chosen[0] ?? [])].filter(([f, c]) => words.shared.has(f) && c < (starts[0] ?? 0));
    for (const [field, column] of left) if (!columns.has(field)) columns.set(field, column);
    return {
      columns,
      headers: new Map([...columns].map(([field, c]) => [field, head.columns[c]?.header || field])),
      headerRow: head.row,
      rows,
      span: { from: side === 0 ? 0 : starts[side]!, to: starts[side + 1] ?? TO_THE_END },
      side,
      taken,
      words: head.words,
    };
  });
}

const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** Where each block begins: one, unless at least two of `core` stand in the header as often as each other. */
function blockStarts<Field extends string>(head: Head<Field>, core: readonly Field[]): number[] {
  const at = (field: Field): number[] => head.columns.filter((c) => c.field === field).map((c) => c.column);
  const times = core.map((field) => at(field).length);
  const most = Math.max(...times);
  const repeated = core.filter((_, i) => times[i] === most).toSorted((a, b) => at(a)[0]! - at(b)[0]!);
  const first = repeated[0];
  if (most < 2 || repeated.length < 2 || first === undefined) return [0];
  const marks = at(first);
  const between = (column: number, i: number): boolean =>
    column >= marks[i]! && column < (marks[i + 1] ?? TO_THE_END);
  if (!repeated.every((field) => at(field).every(between))) return [0];
  let before = 0;
  while (
    marks.every((mark) => isAlike(head.columns[mark - before - 1], head.columns[marks[0]! - before - 1]))
  )
    before++;
  return marks.map((mark) => mark - before);
}

const isAlike = <Field extends string>(
  a: TakenColumn<Field> | undefined,
  b: TakenColumn<Field> | undefined,
): boolean =>
  a !== undefined && b !== undefined && b.header !== '' && plainHeader(a.header) === plainHeader(b.header);

/** The column each field is read from: one that a person said, else the first that names it, before any whose word is weak. */
function onceEach<Field extends string>(
  columns: readonly TakenColumn<Field>[],
  weak: ReadonlyMap<string, number>,
): Map<Field, number> {
  const rank = (c: TakenColumn<Field>): number => (c.said ? -2 : (weak.get(plainHeader(c.header)) ?? -1));
  const chosen = new Map<Field, number>();
  for (const c of columns.toSorted((a, b) => rank(a) - rank(b)))
    if (c.field !== null && !chosen.has(c.field)) chosen.set(c.field, c.column);
  return chosen;
}
