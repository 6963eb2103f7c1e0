import type { TableCell } from './table-file.ts';

/** 小计, 一车间合计:38人, 共2人, 应到38人; Total. */
const SUM =
  /^(?:(?:本页|本表|全表|全厂|全公司|(?:\p{Script=Han}{0,6})(?:部门|车间|班组|公司|单位|部|班|组|科|处))?(?:小计|合计|总计|共计|累计|汇总|总人数)(?:人数)?(?:[:0-9(].*)?|共[0-9]+(?:人|名|位|个|管|支|份|例).*|(?:应到|实到|应检|实检|在册|总数|人数):?[0-9]+(?:人|名|位|个)?|(?:sub|grand)?total:?)$/iu;
/** Who signed or filled it in, and where the seal goes: 制表人:…, 单位(盖章). */
const SIGNED =
  /^(?:(?:制表|审核|审批|填表|填报|填写|负责|经办|复核|校对|批准|主管|统计|录入|报送|上报|打印|检测|检验|采样|送检|送样|接收|签收|报告|单位|部门|车间|公司|盖章|签字|签名|日期|时间|联系人|联系电话|备注|说明|注)[^:()]{0,8}(?::.*|\((?:盖章|公章|盖公章|签字|签章|签名)\).*)|(?:制表|审核|审批|填表|填报|经办|复核|负责|批准)人(?:签字|签名)?)$/;
/** The label alone: what it is about stands in the cell behind it. */
const LABEL = /^(?:(?:制表|审核|审批|填表|填报|经办|复核|负责|批准|校对)(?:人|者)?(?:签字|签名)?|日期):?$/;
/** A count and no name: 38人, 99管; without a unit where no other number stands beside it. */
const COUNTED = /^共?[0-9]+(?:人|名|位|个|管|支|份|例)$/;
const isCount = (text: string, isNumbered: boolean): boolean =>
  COUNTED.test(text) || (!isNumbered && /^[0-9]+$/.test(text));

const compact = (cell: TableCell | null): string => cell?.text.normalize('NFKC').replace(/\s/g, '') ?? '';

/** 合计, 共2人, 制表人:… (without blanks): words of a foot row, and nobody's name. */
export const isFootText = (text: string): boolean => SUM.test(text) || SIGNED.test(text);

/** What decides whether a row sums or signs. */
export interface RowParts {
  /** What a row is known by: a name, the code of a tube. */
  name: TableCell | null;
  /** Left of it, where something stands there. */
  before: TableCell | null;
  /** The numbers it is known by, or what is counted of it. */
  numbers: readonly (TableCell | null)[];
  /** The other cells but remarks, in which anything may stand. */
  others: readonly (TableCell | null)[];
}

/**
 * Rows that sum or sign: 小计, 共2人, 制表人: …. Whoever has a name and a number is none, whatever else stands in the row;
 * nor is a row with a number as long as an ID number.
 */
export function isFootRow({ name, before, numbers, others }: RowParts): boolean {
  const texts = numbers.map(compact);
  if (texts.some((text) => /^[0-9A-Z-]{15,}$/i.test(text))) return false;
  const named = compact(name);
  const isNumbered = texts.some((text) => text !== '' && !isFootText(text) && !/(?:人|管)$/.test(text));
  const rest = [...(name === null ? [] : [name]), ...numbers, ...others]
    .filter((cell) => cell !== null && !cell.merged)
    .map(compact);
  if (named !== '' && !isFootText(named) && !isCount(named, isNumbered))
    return !isNumbered && LABEL.test(compact(before));
  if (rest.some((text) => SUM.test(text)) || SUM.test(named)) return true;
  return (!isNumbered || SIGNED.test(named)) && rest.some((text) => SIGNED.test(text));
}
