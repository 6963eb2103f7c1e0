import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '#shared/bytes.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import { UNZIPPED_BYTES_MAX } from '../../../edge-service/tables/package-parts.ts';
import {
  TABLE_COLUMNS_MAX,
  TABLE_ROWS_MAX,
  type TableRead,
} from '../../../edge-service/tables/table-file.ts';
import { readTable } from '../../../edge-service/tables/table-reader.ts';
import { ROSTER_WORDS } from '../../../edge-service/roster/roster-fields.ts';
import { headedBlocks, HEADER_SEARCH_ROWS_MAX, UNSAID } from '../../../edge-service/tables/table-header.ts';
import { sheetOf, xlsxOf } from '../../support/edge/hostile-files.ts';

const GOOD = sheetOf([
  ['身份证号', '姓名'],
  ['11019919751103008X', '样本'],
]);
/** Padded with blanks at the end of its last cell. */
const padded = (text: string, length: number): Uint8Array => utf8ToBytes(text.padEnd(length, ' '));
const csvOf = (rows: number): Uint8Array => utf8ToBytes('a,b\n'.repeat(rows));
const jsonOf = (rows: number): Uint8Array => utf8ToBytes(`[${'{"a":1},'.repeat(rows - 1)}{"a":1}]`);
const xlsxRows = (rows: number): Uint8Array =>
  xlsxOf(sheetOf(Array.from({ length: rows }, () => ['<c><v>1</v></c>'])));

/** A workbook that unpacks to so many bytes; most of them are no sheet. Where too much is said nothing is unpacked. */
function unzips(bytes: number): Promise<TableRead> {
  const more = bytes - sizeOf(xlsxOf(GOOD));
  const [content, claimed] =
    bytes > UNZIPPED_BYTES_MAX ? [new Uint8Array(1), more] : [new Uint8Array(more), null];
  return readTable(xlsxOf(GOOD, [{ name: 'xl/media/a.png', content, claimed }]));
}

/** Sum of what the directory of a ZIP says its parts have unpacked. */
function sizeOf(zip: Buffer): number {
  let sum = 0;
  for (
    let at = zip.indexOf('PK\u0001\u0002', 'latin1');
    at >= 0;
    at = zip.indexOf('PK\u0001\u0002', at + 4, 'latin1')
  )
    sum += zip.readUInt32LE(at + 24);
  return sum;
}

interface Bound {
  what: string;
  max: number;
  read: (size: number) => Promise<TableRead>;
  /** Seconds each: at the bound and beyond it only. */
  costly?: true;
}

const BOUNDS: Bound[] = [
  { what: 'the bytes of a CSV file', max: FILE_BYTES_MAX, read: (n) => readTable(padded('a,b\nc,', n)) },
  {
    what: 'the bytes of a JSON file',
    max: FILE_BYTES_MAX,
    read: (n) => readAnyTable(padded('[{"a":1}]', n)),
  },
  { what: 'the rows of a CSV file', max: TABLE_ROWS_MAX, read: (n) => readTable(csvOf(n)) },
  { what: 'the rows of a JSON file', max: TABLE_ROWS_MAX, read: (n) => readAnyTable(jsonOf(n)) },
  { what: 'the rows of a workbook', max: TABLE_ROWS_MAX, read: (n) => readTable(xlsxRows(n)), costly: true },
  { what: 'what a workbook unpacks to', max: UNZIPPED_BYTES_MAX, read: unzips, costly: true },
];

describe('bounds of tables', () => {
  it.each(BOUNDS)(
    'BN1 $what: up to the bound is read, beyond it is refused as too long',
    async ({ max, read, costly }) => {
      for (const size of costly === true ? [max] : [max - 1, max])
        expect(await read(size)).toMatchObject({ ok: true });
      expect(await read(max + 1)).toMatchObject({ ok: false, code: 'file-too-long' });
    },
    120_000,
  );

  it.each([
    ['CSV', (n: number) => utf8ToBytes(`${'x,'.repeat(n - 1)}x\n`)],
    ['a workbook', (n: number) => xlsxOf(sheetOf([Array.from({ length: n }, () => 'x')]))],
  ])('BN1 of the columns of %s those up to the bound are read and the others left out', async (_, made) => {
    const widths = await Promise.all(
      [-1, 0, 1].map(async (d) => {
        const read = await readTable(made(TABLE_COLUMNS_MAX + d));
        return read.ok ? read.sheets[0]!.rows[0]!.cells.length - TABLE_COLUMNS_MAX : null;
      }),
    );
    expect(widths).toEqual([-1, 0, 0]);
  });

  it('BN1 a header is found in the last row that is looked at, and not below it', async () => {
    const found = async (row: number): Promise<number | null> => {
      const read = await readTable(utf8ToBytes(`${'标题,\n'.repeat(row - 1)}姓名,身份证号\n测一,1\n`));
      if (!read.ok) throw new Error(read.said.key);
      return headedBlocks(read.sheets[0]!, ROSTER_WORDS, UNSAID)[0]?.headerRow ?? null;
    };
    expect(await Promise.all([-1, 0, 1].map((d) => found(HEADER_SEARCH_ROWS_MAX + d)))).toEqual([
      HEADER_SEARCH_ROWS_MAX - 1,
      HEADER_SEARCH_ROWS_MAX,
      null,
    ]);
  });
});
