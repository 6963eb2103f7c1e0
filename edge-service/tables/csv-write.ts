/** Tables of ours as CSV. The only importer of csv-stringify. */
import { stringify } from 'csv-stringify/sync';

/** CSV for Excel and WPS: UTF-8 with BOM, CRLF; a cell that begins with = + - @ tab or CR gets an apostrophe, so it cannot run. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    // a line break inside a cell must be quoted, or what follows it begins a row of its own and could run
    { bom: true, record_delimiter: 'windows', escape_formulas: true, quoted_match: /[\r\n\t]/ },
  );
}
