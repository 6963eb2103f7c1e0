/** Header words as one compares them: no blanks (班 组), half width, lower case, without brackets and what is in them. */
export function plainHeader(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[([【][^)\]】]*[)\]】]/g, '')
    .replace(/[\s\u200b\ufeff::*_-]/g, '')
    .toLowerCase();
}

/** The field that a header's plain words name; of 姓名Name and 姓名/Name the Chinese half decides. */
export function fieldNamed<Field>(plain: string, names: ReadonlyMap<string, Field>): Field | null {
  const whole = names.get(plain);
  if (whole !== undefined) return whole;
  const chinese = plain.replace(/[\p{Script=Latin}/|.,'、,]+/gu, '');
  return chinese === '' || chinese === plain || !/[a-z]/.test(plain) ? null : (names.get(chinese) ?? null);
}

/** Of somebody other than the employee. */
const KIN =
  /^(?!是否|有无|.*(?:数|情况|状况)$).*(?:家属|家庭成员|亲属|亲友|配偶|爱人|丈夫|妻子|父亲|母亲|父母|子女|儿子|女儿|监护人|担保人)/;
const CONTACT =
  /^(?!是否|有无).*(?:紧急(?:联系|联络|电话|情况)|应急(?:联系|联络|电话)|联系人|联络人|emergencycontact)/;
/** What is told of such a person in the columns behind. */
const ABOUT_THEM =
  /^(?:与?(?:本人)?(?:的)?关系|称谓|年龄|出生(?:日期|年月)|工作单位|政治面貌|(?:家庭)?(?:地址|住址))$/;
/** Whom to call is said with their number: the next number is somebody else's. */
const REACHED = /电话|手机|方式|号码/;
/** A title over the whole table, not over a group of columns. */
const TITLE = /表|名单|花名册|统计|登记|台账|情况/;
const GROUP_LENGTH = 12;

/** One column as its header stands there. */
export interface HeadedColumn<Field> {
  /** Plain words of the header. */
  plain: string;
  /** Plain words of the group above it, which a group's first cell alone may hold; empty: none. */
  group: string;
  field: Field | null;
}

/** Which columns tell of relatives or of whom to call: their own words say so, their group's, or those of the column before. */
export function relativeColumns<Field>(
  columns: readonly HeadedColumn<Field>[],
  { ofKin, ofContact }: { ofKin: ReadonlySet<Field>; ofContact: ReadonlySet<Field> },
): Set<number> {
  const found = new Set<number>();
  let follows: ReadonlySet<Field> | null = null;
  for (const [column, { plain, group, field }] of columns.entries()) {
    const isGroup = group.length <= GROUP_LENGTH && !TITLE.test(group);
    const isKin = KIN.test(plain) || (isGroup && KIN.test(group));
    const isContact = CONTACT.test(plain) || (isGroup && CONTACT.test(group));
    if (isKin || isContact) {
      found.add(column);
      follows = isKin ? ofKin : REACHED.test(plain) ? null : ofContact;
    } else if (follows !== null && (ABOUT_THEM.test(plain) || (field !== null && follows.has(field))))
      found.add(column);
    else follows = null;
  }
  return found;
}
