import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import { message } from '#shared/language/message.ts';
import { readCsv } from './csv-file.ts';
import { refusedFile, type TableRead } from './table-file.ts';
import { decodeText } from './text-encoding.ts';
import { readMarkup, readOle, readPackage } from './workbook-file.ts';

/** Reads a spreadsheet or CSV, recognised by its bytes and never by its name. Never throws on input. */
export async function readTable(bytes: Uint8Array): Promise<TableRead> {
  if (bytes.length > FILE_BYTES_MAX)
    return refusedFile('file-too-long', message('file.too-many-bytes', { most: FILE_BYTES_MAX >> 20 }));
  if (startsWith(bytes, OLE)) return readOle(bytes);
  if (startsWith(bytes, ZIP)) return readPackage(bytes);
  const decoded = decodeText(bytes);
  if (!decoded.ok && decoded.line !== null)
    return refusedFile('file-damaged', message('file.broken-line', { row: decoded.line }));
  if (!decoded.ok || decoded.text.includes('\0'))
    return refusedFile('not-a-table', message('file.not-a-table'));
  const { text } = decoded;
  if (MARKUP.test(text)) return readMarkup(text);
  if (/^MIME-Version:/i.test(text)) return refusedFile('old-spreadsheet', message('file.really-html'));
  return readCsv(text);
}

const OLE = [0xd0, 0xcf, 0x11, 0xe0];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const MARKUP = /^\s*<(?:\?xml|!doctype|html|table|meta|style|head|body|workbook)/i;

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}
