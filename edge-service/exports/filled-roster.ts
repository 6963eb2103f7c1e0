import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { HeadcountRow } from '../people/headcount.ts';
import type { RosterField } from '../roster/roster-fields.ts';
import { rosterSheets } from '../roster/roster-sheets.ts';
import { columnsIn } from './export-table.ts';
import { type WrittenSheet } from '../tables/table-file.ts';
import type { ColumnChoice } from '../tables/table-header.ts';
import { readTable } from '../tables/table-reader.ts';
import { fillXlsx, type SheetFill } from '../tables/table-write.ts';

/** What stands behind HR's own columns: what she wants to know the next morning. */
const FILLED_COLUMNS: readonly { header: PlainKey; cell(person: HeadcountRow): string | null }[] = [
  { header: 'column.tested', cell: (p) => p.statusWords },
  { header: 'column.sampled-at', cell: (p) => p.time },
  { header: 'term.station', cell: (p) => p.station },
  { header: 'term.tube-code', cell: (p) => p.tube },
  { header: 'term.entry', cell: (p) => p.entry },
  { header: 'column.untested-reason', cell: (p) => p.reason },
];

const PERSON_COLUMNS: readonly PlainKey[] = [
  'term.name',
  'column.document-number',
  'term.staff-number',
  'column.phone',
];

/**
 * HR's own workbook back: her rows and columns in her order, our six columns behind them, ID numbers as repaired and as text;
 * people added from another file, walk-ins and the summary on sheets of their own. Throws when the stored file cannot be read any more.
 */
export async function filledRoster(input: {
  file: Uint8Array;
  everybody: readonly HeadcountRow[];
  summary: WrittenSheet;
  say: Say;
  /** As the file was read. */
  choice: ColumnChoice<RosterField>;
}): Promise<Uint8Array> {
  const { say } = input;
  const table = await readTable(input.file);
  if (!table.ok) throw new Error(`the stored roster file cannot be read: ${table.code}`);
  const people = Map.groupBy(
    input.everybody.filter((p) => p.place !== null),
    (p) => p.place?.sheet ?? '',
  );
  const fills = rosterSheets(table.sheets, { choice: input.choice, hidden: 'take' }).flatMap(
    ({ sheet, blocks, how }): SheetFill[] => {
      // Who stands beside another block, or on a sheet without a header, is `apart` and has no place here.
      const tables = blocks.filter(({ side }) => side === 0);
      const here = people.get(sheet.name ?? '') ?? [];
      if (how !== 'headed' || tables[0] === undefined || sheet.name === null || here.length === 0) return [];
      const held = new Map(
        tables.flatMap(({ rows, columns }) =>
          rows.map((r) => {
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
      const rows = new Map(here.map((p) => [p.place?.row ?? 0, FILLED_COLUMNS.map((c) => c.cell(p))]));
      return [
        {
          sheet: sheet.name,
          headerRow: tables[0].headerRow,
          headers: FILLED_COLUMNS.map((c) => say<PlainKey>(c.header)),
          rows,
          fixed,
        },
      ];
    },
  );
  const filled = new Set(fills.map(({ sheet }) => sheet));
  // Nobody of the roster is left out: who has no place in the workbook stands on a sheet of its own.
  const added = input.everybody.filter(
    (p) => p.onRoster && (p.place === null || !filled.has(p.place.sheet ?? '')),
  );
  const walkIns = input.everybody.filter((p) => !p.onRoster);
  const sheets = [
    ...(added.length > 0 ? [peopleSheet(say, 'sheet.added', added)] : []),
    peopleSheet(say, 'term.walk-ins', walkIns),
    input.summary,
  ];
  return fillXlsx(input.file, { fills, sheets });
}

function peopleSheet(say: Say, name: PlainKey, people: readonly HeadcountRow[]): WrittenSheet {
  return {
    name: say(name),
    columns: columnsIn(
      say,
      [...PERSON_COLUMNS, ...FILLED_COLUMNS.map((c) => c.header)].map((header) => ({ header, width: 16 })),
    ),
    rows: people.map((p) => [
      p.name,
      p.number('full'),
      p.staffNumber,
      p.phone('full'),
      ...FILLED_COLUMNS.map((c) => c.cell(p)),
    ]),
  };
}
