import {
  canonicalDocument,
  canonicalPhysicalNumber,
  canonicalStaffNumber,
  plainNumber,
} from '#shared/event/credential.ts';
import { type IdNumber, normaliseIdNumber, parseIdNumber, type Sex } from '#shared/id-number.ts';
import { EXACT_DIGITS } from '../tables/bad-rows.ts';
import type { TableCell } from '../tables/table-file.ts';

/** A credential a roster row names, in canonical form. */
export interface RosterCredential {
  kind: 'id' | 'staff' | 'physical' | 'document';
  canonical: string;
}

export type NumberRead =
  | { outcome: 'none' }
  | {
      outcome: 'read';
      credential: RosterCredential;
      repaired: boolean;
      /** Strokes or blanks were taken out, or another letter stood for X: its check digit fits, but somebody should look. */
      guessed: boolean;
      sex: Sex | null;
      doubtful: boolean;
    }
  | { outcome: 'bad'; code: NumberFault };

type NumberFault =
  | 'number-length'
  | 'number-characters'
  | 'number-province'
  | 'number-date'
  | 'number-check-digit'
  | 'number-eaten'
  | 'document'
  | 'cell-error';

/** Strokes between the parts of a number, as people set them. */
const STROKES = /[-\u2010-\u2015\u2212_]/gu;
/** What looks like an X: Roman ten, times, Cyrillic and Greek letters. */
const LIKE_X = /[\u2169\u2179\u00d7\u2715\u0425\u0445\u03a7\u03c7]$/u;

/**
 * Reads a number cell; `documentType` is the row's 证件类型, null where the file has none. A number that passes as an ID number,
 * check digit and all, is one whatever its type is called. Repairs only what is certain.
 */
export function readNumber(cell: TableCell | null, documentType: string | null): NumberRead {
  const text = cell ? normaliseIdNumber(cell.text) : '';
  if (!cell || text === '' || /^(?:[-—/无]+|暂无|没有)$/.test(text)) return { outcome: 'none' };
  if (cell.numeric && text.length > EXACT_DIGITS) return { outcome: 'bad', code: 'number-eaten' };
  const mended = text.replace(STROKES, '').replace(LIKE_X, 'X');
  const guess = mended === text ? null : checked(mended);
  const isOther = documentType !== null && isOtherDocument(documentType);
  if (isOther && checked(text) === null && guess === null) {
    const canonical = canonicalDocument({ type: documentType, number: text });
    return canonical === null
      ? { outcome: 'bad', code: 'document' }
      : {
          outcome: 'read',
          credential: { kind: 'document', canonical },
          repaired: false,
          guessed: false,
          sex: null,
          doubtful: false,
        };
  }
  if (/^[0-9.]+E\+?[0-9]+$/.test(text)) return { outcome: 'bad', code: 'number-eaten' };
  const parsed = guess ?? parseIdNumber(text);
  if (!parsed.ok) return { outcome: 'bad', code: `number-${parsed.code}` };
  return {
    outcome: 'read',
    credential: { kind: 'id', canonical: parsed.number },
    repaired: parsed.number !== cell.text || cell.mended === true,
    guessed: guess !== null || /\S[\s\u200b]+\S/u.test(cell.text),
    sex: parsed.sex,
    // Text that ends in 000 may have been a number once; its check digit fits by chance one time in eleven.
    doubtful: parsed.form === '18' && parsed.number.endsWith('000'),
  };
}

/** An ID number whose check digit fits; 15 digits have none. */
function checked(text: string): IdNumber | null {
  const parsed = parseIdNumber(text);
  return parsed.ok && parsed.form !== '15' ? parsed : null;
}

/** What people write where there is no staff number. */
const NO_NUMBER = /^(?:无|暂无|没有|空|[-—–_/\\.]+|0+|N\/?A|NONE|NULL)$/;

/** A staff number; leading zeros are dropped, because spreadsheets lose them. Null when the cell is empty, false when unusable. */
export function readStaffNumber(cell: TableCell | null): RosterCredential | null | false {
  const text = cell
    ? plainNumber(cell.text)
        .replace(/^['‘’`]/, '')
        .replace(/\.0$/, '')
    : '';
  if (text === '' || NO_NUMBER.test(text)) return null;
  const canonical = /[0-9A-Z]/.test(text) ? canonicalStaffNumber(text) : null;
  return canonical === null ? false : { kind: 'staff', canonical };
}

/** A card's physical number, 16 hex digits. Null when the cell is empty, false when unusable. */
export function readPhysicalNumber(cell: TableCell | null): RosterCredential | null | false {
  const text = cell ? plainNumber(cell.text) : '';
  if (text === '') return null;
  const canonical = canonicalPhysicalNumber(text);
  return canonical === null ? false : { kind: 'physical', canonical };
}

/** 临时身份证 and both residence permits carry numbers of the ID-card system; a passport does not. */
function isOtherDocument(type: string): boolean {
  const plain = plainNumber(type);
  return plain !== '' && !/身份证|居住证|永久居留|IDCARD|^ID$/.test(plain);
}
