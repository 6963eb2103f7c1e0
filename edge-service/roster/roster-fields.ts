import type { PlainKey } from '#shared/language/message.ts';

/** Columns of a roster and the words files use for them (after `plainHeader`); the first column that names a field wins. */
const ROSTER_FIELDS = [
  'number',
  'name',
  'workshop',
  'team',
  'staff_number',
  'shift',
  'leader',
  'phone',
  'physical_number',
  'document_type',
  'sex',
  'note',
] as const;
export type RosterField = (typeof ROSTER_FIELDS)[number];

const WORDS: Readonly<Record<RosterField, string>> = {
  number:
    'number 身份证号码 身份证号 身份证 证件号码 证件号 居民身份证号码 居民身份证号 公民身份号码 公民身份证号码 idnumber id idcard idcardnumber 身份号码',
  name: 'name 姓名 员工姓名 人员姓名 名字',
  workshop: 'workshop 车间 部门/车间 车间/部门 部门 所在部门 所属部门 所属车间 department 用工单位 科室',
  team: 'team 班组 小组 班组名称 所属班组 工段 班组/工段',
  staff_number: 'staffnumber 工号 员工编号 职工编号 人员编号 员工号 工牌号 staffno employeeid employeenumber',
  shift: 'shift 班次 班别 倒班',
  leader: 'leader 班组长 组长 是否班组长 teamleader',
  phone: 'phone 联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 mobile tel telephone phonenumber',
  physical_number: 'physicalnumber 物理卡号 物理号 卡物理号 卡体号 cardnumber',
  document_type: 'documenttype 证件类型 证件种类 证件名称',
  sex: 'sex 性别 gender',
  note: 'note 备注 说明 remark remarks notes',
};

/** How a roster's columns are called in a file we write: each, in every language, is one of the words above, so that it is found again. */
export const ROSTER_TITLES: Readonly<Record<RosterField, PlainKey>> = {
  number: 'column.id-number',
  name: 'term.name',
  workshop: 'term.workshop',
  team: 'term.team',
  staff_number: 'term.staff-number',
  shift: 'column.shift',
  leader: 'column.leader',
  phone: 'column.phone',
  physical_number: 'column.physical-number',
  document_type: 'column.document-type',
  sex: 'column.sex',
  note: 'term.note',
};

export const ROSTER_HEADERS: ReadonlyMap<string, RosterField> = new Map(
  ROSTER_FIELDS.flatMap((field) => WORDS[field].split(' ').map((word) => [word, field] as const)),
);
