import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { HeadcountRow } from '../people/headcount.ts';
import type { RosterField } from '../roster/roster-fields.ts';
import { rosterSheets, type RosterSheet } from '../roster/roster-sheets.ts';
import { columnsIn } from './export-table.ts';
import type { ColumnChoice } from '../tables/table-header.ts';
import { readTable } from '../tables/table-reader.ts';
import { fillXlsx, type OneFill } from '../workbook/filled-workbook.ts';
import type { SheetFill } from '../workbook/sheet-fill.ts';
import type { PageHeading, WrittenSheet } from '../workbook/written-sheet.ts';

/** What stands behind HR's own columns: what she wants to know the next morning. */
const FILLED_COLUMNS: readonly {
  header: PlainKey;
  width: number;
  cell(person: HeadcountRow): string | null;
}[] = [
  { header: 'column.tested', width: 12, cell: (p) => p.statusWords },
  { header: 'column.sampled-at', width: 20, cell: (p) => p.time },
  { header: 'term.station', width: 9, cell: (p) => p.station },
  { header: 'term.tube-code', width: 18, cell: (p) => p.tube },
  { header: 'term.entry', width: 12, cell: (p) => p.entry },
  { header: 'column.untested-reason', width: 20, cell: (p) => p.reason },
];

const PERSON_COLUMNS: readonly PlainKey[] = [
  'term.name',
  'column.document-number',
  'term.staff-number',
  'column.phone',
];

/** What tells who a row is about. */
const PERSON_FIELDS = ['number', 'name', 'staff_number'] as const;

/**
 * HR's own workbook back: her rows and columns in her order, our six columns behind them, ID numbers as repaired and as text;
 * people added from another file, walk-ins and the summary on sheets of their own. Where a sheet cannot take the six columns
 * they stand on one of their own, and the summary says so.
 */
export async function filledRoster(input: {
  file: Uint8Array;
  everybody: readonly HeadcountRow[];
  summary: WrittenSheet;
  heading: PageHeading;
  say: Say;
  /** As the file was read. */
  choice: ColumnChoice<RosterField>;
}): Promise<Awaited<ReturnType<typeof fillXlsx>>> {
  const { file, everybody, summary, heading, say, choice } = input;
  const table = await readTable(file);
  const sheets = new Map(
    (table.ok ? rosterSheets(table.sheets, { choice, hidden: 'take' }) : []).map((read) => [
      read.sheet.name ?? '',
      read,
    ]),
  );
  const people = Map.groupBy(
    everybody.filter((p) => p.place !== null),
    (p) => p.place?.sheet ?? '',
  );
  const fills = [...people].map(([sheet, here]): OneFill => {
    const read = sheets.get(sheet);
    const name = say('sheet.columns-apart', { sheet });
    return {
      sheet,
      fill: read === undefined ? null : sheetFill(say, read, here),
      instead: peopleSheet(say, name, { people: here, withRow: true }),
    };
  });
  const added = everybody.filter((p) => p.onRoster && p.place === null);
  const walkIns = everybody.filter((p) => !p.onRoster);
  return fillXlsx(file, {
    fills,
    heading,
    further: ({ apart, isBookLost }) => [
      ...(added.length > 0 ? [peopleSheet(say, say('sheet.added'), { people: added, withRow: false })] : []),
      peopleSheet(say, say('term.walk-ins'), { people: walkIns, withRow: false }),
      {
        ...summary,
        rows: [
          ...(isBookLost ? [[say('sheet.filled-roster'), null, say('sheet.book-not-followed')]] : []),
          ...apart.map((a) => [say('sheet.filled-roster'), null, say('sheet.columns-stand-apart', a)]),
          ...summary.rows,
        ],
      },
    ],
  });
}

/** What goes into her sheet; null where it has no header any more, or where one row stands for several people. */
function sheetFill(say: Say, { blocks, how }: RosterSheet, here: readonly HeadcountRow[]): SheetFill | null {
  // Who stands beside another block, or on a sheet without a header, is `apart` and has no place here.
  const tables = blocks.filter(({ side }) => side === 0);
  const [first] = tables;
  const rows = new Map(here.map((p) => [p.place?.row ?? 0, FILLED_COLUMNS.map((c) => c.cell(p))]));
  if (how !== 'headed' || first === undefined || rows.size < here.length) return null;
  const held = new Map(
    tables.flatMap(({ rows: own, columns }) =>
      own.map((r) => {
        const column = columns.get('number');
        return [r.row, column === undefined ? null : { column, cell: r.cells[column] ?? null }] as const;
      }),
    ),
  );
  const fixed = here.flatMap((p) => {
    const row = p.place?.row ?? 0;
    const number = p.number('full');
    const own = held.get(row) ?? null;
    const cell = own?.cell ?? null;
    // another document's canonical form names its type too, which her column does not
    const same =
      cell === null ||
      number === null ||
      number.includes('/') ||
      (cell.text === number && !cell.numeric && cell.mended !== true);
    return same || own === null ? [] : [{ row, column: own.column, text: number }];
  });
  return {
    headerRow: first.headerRow,
    columns: columnsIn(say, FILLED_COLUMNS),
    rows,
    people: PERSON_FIELDS.map((f) => first.columns.get(f)).filter((c) => c !== undefined),
    fixed,
  };
}

function peopleSheet(
  say: Say,
  name: string,
  { people, withRow }: { people: readonly HeadcountRow[]; withRow: boolean },
): WrittenSheet {
  const columns = [
    ...(withRow ? [{ header: 'file.row' as const, width: 8 }] : []),
    ...PERSON_COLUMNS.map((header) => ({ header, width: header === 'column.document-number' ? 24 : 16 })),
    ...FILLED_COLUMNS,
  ];
  return {
    name,
    columns: columnsIn(say, columns),
    rows: people.map((p) => [
      ...(withRow ? [p.place?.row ?? null] : []),
      p.name,
      p.number('full'),
      p.staffNumber,
      p.phone('full'),
      ...FILLED_COLUMNS.map((c) => c.cell(p)),
    ]),
  };
}
