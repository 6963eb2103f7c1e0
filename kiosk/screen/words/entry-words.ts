/** Words about what staff typed: why a number cannot be right, and what to look at again. */
import type { TYPED_DOCUMENTS } from '#shared/event/credential.ts';
import type { IdNumberFault } from '#shared/id-number.ts';
import { OPENING_CODE_DIGITS } from '#shared/opening-code.ts';
import type { Line } from './line.ts';

export const ID_FAULTS: Readonly<Record<IdNumberFault, Line>> = {
  length: { zh: '位数不对:身份证号 18 位', en: 'Wrong length: an ID number has 18 characters' },
  characters: { zh: '有不该有的字符', en: 'Some characters cannot be in an ID number' },
  province: { zh: '前两位不是省份代码,请核对', en: 'The first two digits are no province' },
  date: { zh: '出生日期不对,请核对第 7–14 位', en: 'The birth date (digits 7–14) does not exist' },
  'check-digit': { zh: '校验位不对,请逐位核对', en: 'The check digit does not fit: compare every digit' },
};

export const DOCUMENT_TYPES = [
  { type: 'PASSPORT', zh: '护照', en: 'Passport' },
  { type: 'HK-MACAO', zh: '港澳居民来往内地通行证', en: 'Mainland permit, HK and Macao' },
  { type: 'TAIWAN', zh: '台湾居民来往大陆通行证', en: 'Mainland permit, Taiwan' },
  { type: 'TEMPORARY', zh: '临时身份证', en: 'Temporary ID card' },
  { type: 'OTHER', zh: '其他证件', en: 'Other document' },
] as const satisfies readonly (Line & { type: (typeof TYPED_DOCUMENTS)[number] })[];

export const ENTRY_FAULTS = {
  empty: { zh: '请先输入', en: 'Type it first' },
  tubeCode: { zh: '管号只能有字母、数字和 . _ / -', en: 'Letters, digits and . _ / - only' },
  openingCode: {
    zh: `开场码是 ${OPENING_CODE_DIGITS} 位数字 (旧布置单是 10 位)`,
    en: `The opening code has ${OPENING_CODE_DIGITS} digits (10 on an old sheet)`,
  },
  swabbed: { zh: '请输入采样员数的人数 (0–1000)', en: "Type the sampler's count (0–1000)" },
  notListed: { zh: '名单里没有这个号', en: 'Not one of the numbers listed' },
  moveCount: { zh: '请输入 1–100', en: 'Type 1 to 100' },
  nameDigits: {
    zh: '姓名里不能只有数字:请删掉,电话写在下一栏 (按 +)',
    en: 'Digits are no name: erase them, the phone has the next field (+)',
  },
  nameless: {
    zh: '没有写姓名:再按一次 Enter 就登记,姓名待补',
    en: 'No name: press Enter again to register without it',
  },
  phone: { zh: '请写电话', en: 'A phone number is needed' },
  pairing: {
    zh: '配对文字不完整,请重新复制或扫描;手输地址请删掉后按 +',
    en: 'Not a pairing text: copy or scan it again; to type the address erase it and press +',
  },
  address: {
    zh: '请写主机地址和配对码 (按 + 到下一栏)',
    en: 'Address and pairing code are needed (+ goes to the next field)',
  },
  scannerSetting: {
    zh: '扫码枪打的键看不懂,没有登记。扫码枪请设为:USB 键盘、美式键盘、后缀回车、不用 ALT 模式、字符间隔 0',
    en: 'Nothing was taken. Set the scanner to: USB keyboard, US layout, suffix CR, no ALT mode, inter-character delay 0',
  },
  scanCut: { zh: '没有扫完整,请再扫一次', en: 'Only a part of it came: scan it again' },
} as const satisfies Record<string, Line>;
