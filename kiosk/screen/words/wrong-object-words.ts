import type { WrongObject } from '#shared/contract/kiosk-screen.ts';
import { line, words, type FaceWords } from './line.ts';

/** What to do about each thing that was given instead of a card or a tube code. */
export const WRONG_OBJECT_WORDS: Readonly<Record<WrongObject, FaceWords>> = {
  'tube-code': words(
    'again',
    'card',
    line('这是管号,请放身份证', 'That is a tube code: put an ID card down'),
  ),
  card: words('again', 'tube', line('这是身份证,请扫管号', 'That is an ID card: scan the tube code')),
  'person-code': words(
    'again',
    'card',
    line('这是个人码,请放身份证', 'That is a personal code: put an ID card down'),
  ),
  'person-number': words(
    'again',
    'tube',
    line('像证件号或手机号', "That looks like a person's number"),
    line('不是管号就放身份证;确是管号,请再扫一次', 'Put an ID card down; if a tube has it, scan it again'),
  ),
  'unknown-card': words(
    'again',
    'card',
    line('这张卡不是身份证', 'This is no ID card'),
    line('请放身份证,或按 0 手工登记', 'Put an ID card down, or press 0'),
  ),
  glued: words(
    'again',
    'tube',
    line('两个码连在一起了', 'Two codes run together'),
    line('请再扫一次,一次一支', 'Scan again, one at a time'),
  ),
  length: words(
    'again',
    'tube',
    line('管号长度不对', 'The tube code has the wrong length'),
    line('请核对后再扫一次,也可按 Enter、1 输入', 'Check it and scan again, or press Enter, 1 to type it'),
  ),
  'gs1-label': words(
    'again',
    'tube',
    line('这是商品码,没有管号', 'That is a GS1 product label without a serial number'),
    line('请扫管身上的管号', 'Scan the code of the tube itself'),
  ),
  pattern: words(
    'again',
    'tube',
    line('管号没读全,或不是本轮的管', 'Not a whole tube code of this round'),
    line('请再扫一次;确是这样,隔一秒再扫', 'Scan again; if it is right, once more after a second'),
  ),
};
