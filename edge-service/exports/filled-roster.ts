import type { PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { HeadcountRow } from '../people/headcount.ts';
import { ROSTER_HEADERS } from '../roster/roster-fields.ts';
import { columnsIn } from './export-table.ts';
import { findHeader } from '../tables/table-header.ts';
import { type WrittenSheet } from '../tables/table-file.ts';
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
}): Promise<Uint8Array> {
  const { say } = input;
  const table = await readTable(input.file);
  if (!table.ok) throw new Error(`the stored roster file cannot be read: ${table.code}`);
  const people = Map.groupBy(
    input.everybody.filter((p) => p.place !== null),
    (p) => p.place?.sheet ?? '',
  );
  const fills = table.sheets.flatMap((sheet): SheetFill[] => {
    const found = findHeader(sheet, { names: ROSTER_HEADERS, needed: ['number', 'name', 'staff_number'] });
    const here = people.get(sheet.name ?? '') ?? [];
    if (!found || sheet.name === null || here.length === 0) return [];
    const column = found.columns.get('number');
    const held = new Map(
      sheet.rows.map((r) => [r.row, column === undefined ? null : (r.cells[column] ?? null)]),
    );
    const fixed = here.flatMap((p) => {
      const row = p.place?.row ?? 0;
      const number = p.number('full');
      const cell = held.get(row) ?? null;
      // another document's canonical form names its type too, which her column does not
      const same =
        cell === null || number === null || number.includes('/') || (cell.text === number && !cell.numeric);
      return same || column === undefined ? [] : [{ row, column, text: number }];
    });
    const rows = new Map(here.map((p) => [p.place?.row ?? 0, FILLED_COLUMNS.map((c) => c.cell(p))]));
    return [
      {
        sheet: sheet.name,
        headerRow: found.headerRow,
        headers: FILLED_COLUMNS.map((c) => say<PlainKey>(c.header)),
        rows,
        fixed,
      },
    ];
  });
  const added = input.everybody.filter((p) => p.onRoster && p.place === null);
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
