import type { RowError } from '#shared/contract/http.ts';

/** Where a row stands: its sheet (null in files without) and its number as the file counts. */
export interface Place {
  sheet: string | null;
  row: number;
}

const WORDS = {
  'number-length': ['身份证号位数不对', 'the ID number has a wrong length'],
  'number-characters': ['身份证号里有不该有的字符', 'the ID number has characters that cannot be'],
  'number-province': ['身份证号开头的地区不存在', 'the ID number begins with no known region'],
  'number-date': ['身份证号里的出生日期不存在', 'the birth date in the ID number does not exist'],
  'number-check-digit': [
    '身份证号校验位不对,请核对证件',
    'the check digit of the ID number is wrong: look at the card',
  ],
  'number-eaten': [
    '这一格是数字格式,身份证号末几位已丢,请按文本重新填写',
    'a numeric cell lost the last digits of the ID number: fill it in again as text',
  ],
  'number-missing': ['没有身份证号', 'no ID number'],
  'number-twice': ['身份证号重复', 'the same ID number stands twice'],
  'number-doubtful': ['身份证号以 000 结尾,请核对', 'the ID number ends in 000: please check'],
  'name-missing': ['没有姓名', 'no name'],
  'name-length': ['姓名太长', 'the name is too long'],
  'staff-number': ['工号不能用', 'the staff number cannot be used'],
  'staff-number-twice': ['工号重复', 'the same staff number stands twice'],
  'physical-number-twice': ['卡号重复', 'the same card number stands twice'],
  'document-twice': ['证件号重复', 'the same document number stands twice'],
  'of-two-people': [
    '证件号和工号在花名册里是两个不同的人',
    'its number and its staff number belong to two different people of the roster',
  ],
  'of-one-person': [
    '和前面一行是花名册里的同一个人',
    'this row and one before it are the same person of the roster',
  ],
  'to-correct': [
    '先按这一行的其余号码(如工号)收入花名册,有误的号码待更正',
    'taken in by another number of the row, such as the staff number; what is wrong is to be corrected',
  ],
  'stands-already': [
    '此人已在花名册里,按原来的号码保留',
    'this person is on the roster already and stays as they stand there',
  ],
  'physical-number': ['物理卡号应为16位十六进制', 'a physical number has 16 hex digits'],
  document: ['证件类型或号码不能用', 'type or number of the document cannot be used'],
  'sex-contradicts': ['性别与身份证号不符', 'the sex contradicts the ID number'],
  'left-the-firm': ['标为离职,请确认', 'marked as having left: please confirm'],
  'sheet-skipped': ['这张工作表没有表头,未导入', 'this sheet has no header row and was not read'],
  'header-missing': [
    '找不到表头:至少要有“姓名”和“身份证号”两列',
    'no header row: at least the columns name and number are needed',
  ],
  'no-people': ['文件里没有人', 'there are no people in the file'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What may be wrong with a row of a roster; docs/http.md lists them. */
export type RosterCode = keyof typeof WORDS;
export const ROSTER_CODES = Object.keys(WORDS) as RosterCode[];

/** What is wrong with a row or cell, in both languages, with its place and, of doubles, the place of the first. */
export function told(
  place: Place,
  column: string | null,
  code: RosterCode,
  first: Place | null = null,
): RowError {
  const [zh, en] = WORDS[code];
  const at = `${place.sheet === null ? '' : `工作表“${place.sheet.trim()}”`}第${place.row}行`;
  const atEn = `${place.sheet === null ? '' : `sheet "${place.sheet.trim()}", `}row ${place.row}`;
  const before =
    first === null ? '' : `(先见于${first.sheet === null ? '' : `“${first.sheet.trim()}”`}第${first.row}行)`;
  const beforeEn =
    first === null
      ? ''
      : ` (first in row ${first.row}${first.sheet === null ? '' : ` of "${first.sheet.trim()}"`})`;
  return {
    row: place.row,
    column,
    code,
    sheet: place.sheet,
    zh: `${at}:${zh}${before}`,
    en: `${atEn}: ${en}${beforeEn}`,
  };
}
