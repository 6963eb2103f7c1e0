/** Files that people upload, and what is wrong with them or a row of them. */
export const file = {
  'file.too-many-bytes': 'The file is larger than {most} MB: split it.',
  'file.too-large-unpacked': 'The file is too large when unpacked: split it.',
  'file.too-many-rows': 'More than {most} rows: split the file.',
  'file.old-or-locked':
    'An old (.xls, .et) or password-protected file: save it as .xlsx with WPS or Excel and import that.',
  'file.not-a-table':
    'This is neither a spreadsheet nor a CSV file: save it as .xlsx with WPS or Excel and import that.',
  'file.really-html': 'This file is really HTML or XML: save it as .xlsx with WPS or Excel and import that.',
  'file.quotes-from': 'Line {row} has a quote without its other half, and nothing behind it can be read.',
  'file.quotes-swallow':
    'Line {row} has a stray quote, which makes one cell of the lines behind it: delete the quote and import again.',
  'file.broken-line':
    'The text of line {row} is broken (not encoded as the other lines are): put it right, or save the file as .xlsx and import that.',
  'file.damaged':
    'The file cannot be opened, perhaps it was cut off: save it as .xlsx with WPS or Excel and import that.',
  'file.not-whole':
    'Sheet "{sheet}" cannot be read whole: save the file as .xlsx with WPS or Excel and import that.',
  'file.empty-rows':
    'Sheet "{sheet}" has too many rows that are only formatted ({rows, number} at least): delete them and import again.',
  'file.no-json': 'This is not JSON.',
  'file.json-shape': 'JSON must be an array of objects.',
  'file.multipart': 'This is a multipart form: send the file itself as the body of the request.',
  'file.none-sent': 'No file was sent.',
  'file.at-row': 'row {row}: {what}',
  'file.at-sheet-row': 'sheet "{sheet}", row {row}: {what}',
  'file.with-detail': '{what} ({detail})',
  'file.of-many': '{what} ({n, number} in all)',
  'file.first-in-row': '{what} (first in row {row})',
  'file.first-in-sheet-row': '{what} (first in row {row} of "{sheet}")',
  'file.rows-to-settle':
    '{rows, plural, one {# row} other {# rows}}: {usable, number} can be used, {bad, number} need work; nothing was stored.',
  'file.rows-to-settle-some-kept':
    '{rows, plural, one {# row} other {# rows}}: {usable, number} can be used, {bad, number} need work ({kept, number} of them can be taken in by another number, such as the staff number); nothing was stored.',
  'file.sheet': 'Sheet',
  'file.row': 'Row',
  'file.column': 'Column',
  'file.problem': 'Problem',
  'file.header-twice': 'another column says the same, and this one was not read',
  'file.row-above-header': 'this row stands above the header and was not read: move it below',
  'file.sheet-continued': 'this sheet has no header row and was read under that of the sheet before',
  'file.rows-hidden': 'hidden rows (of a filter left on, say) were read too',
  'file.foot-row': 'taken for a total or a signature, and not read',
  'file.cells-mended': 'cells held ="…" or characters that cannot be seen; these were taken off',
} as const;
