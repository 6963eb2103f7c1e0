type Cells = readonly (string | null)[];

/** A file for HR: headers in Chinese, rows in the roster's order. */
export interface ExportTable {
  title: string;
  columns: readonly { header: string; width: number }[];
  rows: readonly Cells[];
}
