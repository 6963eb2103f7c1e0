import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import { bytesToUtf8 } from '#shared/bytes.ts';
import { TABLE_ROWS_MAX, type TableRead, type TableRow, textCell } from './table-file.ts';
import { readTable } from './table-reader.ts';
import { message, type Message } from '#shared/language/message.ts';

/** A file for a roster or a lab list: JSON (an array of flat objects), XLSX or CSV, recognised by its bytes. */
export async function readAnyTable(bytes: Uint8Array): Promise<TableRead> {
  const unmarked = bytes.subarray(startsWithMark(bytes) ? 3 : 0);
  const first = unmarked.find((b) => b > 0x20);
  if (first !== 0x5b && first !== 0x7b) return readTable(bytes);
  const read = readJsonTable(unmarked);
  // `[2021]花名册` is a title. What goes on as JSON does is told as such, however it ends.
  return read === null ? readTable(bytes) : read;
}

const startsWithMark = ([a, b, c]: Uint8Array): boolean => a === 0xef && b === 0xbb && c === 0xbf;

/**
 * An array of objects as a sheet: keys of all objects are the header, the n-th object is row n. A JSON number is a number
 * cell, so that an ID number sent as a number is told to have lost its end. Null: it is no JSON and was not to be. Never throws.
 */
function readJsonTable(bytes: Uint8Array): TableRead | null {
  const refused = (said: Message): TableRead => ({ ok: false, code: 'not-a-table', said });
  if (bytes.length > FILE_BYTES_MAX)
    return { ok: false, code: 'file-too-long', said: message('problem.file-too-long') };
  let json: unknown;
  try {
    json = JSON.parse(bytesToUtf8(bytes));
  } catch {
    const head = new TextDecoder().decode(bytes.subarray(0, 256));
    return /^\s*(?:\[\s*[[{\]"]|\{\s*["}])/.test(head) ? refused(message('file.no-json')) : null;
  }
  if (!Array.isArray(json) || !json.every((o) => typeof o === 'object' && o !== null && !Array.isArray(o)))
    return refused(message('file.json-shape'));
  if (json.length > TABLE_ROWS_MAX)
    return {
      ok: false,
      code: 'file-too-long',
      said: message('file.too-many-rows', { most: TABLE_ROWS_MAX }),
    };
  const objects = json as Record<string, unknown>[];
  const keys = [...new Set(objects.flatMap((o) => Object.keys(o)))];
  const header: TableRow = {
    row: 0,
    hidden: false,
    cells: keys.map(textCell),
  };
  const rows = objects.map((object, i): TableRow => ({
    row: i + 1,
    hidden: false,
    cells: keys.map((key) => cellOf(object[key])),
  }));
  return { ok: true, kind: 'csv', sheets: [{ name: null, hidden: false, rows: [header, ...rows] }] };
}

function cellOf(value: unknown): TableRow['cells'][number] {
  if (value === null || value === undefined || value === '') return null;
  const numeric = typeof value === 'number';
  const text =
    typeof value === 'string'
      ? value
      : numeric && Number.isInteger(value) && Math.abs(value) < 1e21
        ? BigInt(value).toString()
        : JSON.stringify(value);
  return {
    ...textCell(text),
    numeric,
    kind: typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text',
    serial: typeof value === 'number' ? value : null,
  };
}
