/** Bytes as rows of hex and ASCII, for people to read and for programs to read back. */

const ROW_BYTES = 16;
/** Shorter runs are as easily read byte by byte. */
const RUN_BYTES_MIN = 8;

/** `AA AA AA 96 69 |....i|`, 16 bytes a row; 8 and more equal bytes are a row of their own, `00*40`. At least one row. */
export function formatHexRows(bytes: Uint8Array): string[] {
  const rows: string[] = [];
  let from = 0;
  while (from < bytes.length) {
    const run = runAt(bytes, from);
    if (run >= RUN_BYTES_MIN) {
      rows.push(`${hexOf(bytes[from]!)}*${run}`);
      from += run;
      continue;
    }
    let to = from + 1;
    while (to < bytes.length && to - from < ROW_BYTES && runAt(bytes, to) < RUN_BYTES_MIN) to += 1;
    rows.push(hexRow(bytes.subarray(from, to)));
    from = to;
  }
  return rows.length === 0 ? [''] : rows;
}

/** The bytes of a row, or null; what stands between bars is for people alone. */
export function parseHexRow(row: string): Uint8Array | null {
  const hex = row.replace(/\|.*$/, '').trim();
  if (hex === '') return new Uint8Array(0);
  const run = /^([0-9A-F]{2})\*([0-9]{1,6})$/i.exec(hex);
  if (run !== null) return new Uint8Array(Number(run[2])).fill(Number.parseInt(run[1]!, 16));
  if (!/^[0-9A-F]{2}(?: +[0-9A-F]{2})*$/i.test(hex)) return null;
  return Uint8Array.from(hex.split(/ +/), (pair) => Number.parseInt(pair, 16));
}

function hexRow(bytes: Uint8Array): string {
  const hex = Array.from(bytes, hexOf).join(' ');
  const ascii = Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== BAR ? String.fromCharCode(byte) : '.',
  ).join('');
  return `${hex} |${ascii}|`;
}

const BAR = 0x7c;

function runAt(bytes: Uint8Array, from: number): number {
  let to = from + 1;
  while (to < bytes.length && bytes[to] === bytes[from]) to += 1;
  return to - from;
}

const hexOf = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');
