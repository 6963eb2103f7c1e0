import type { PlainKey } from '#shared/language/message.ts';
import type { FieldWords } from '../tables/table-header.ts';

/** Columns of a roster and the words files use for them (after `plainHeader`); the first column that names a field wins. */
export const ROSTER_FIELDS = [
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
    'number 身份证号码 身份证号 身份证 证件号码 证件号 居民身份证号码 居民身份证号 公民身份号码 公民身份证号码 公民身份证号 idnumber id idno idcard idcardno idcardnumber 身份号码 身份证件号码 身份证件号 有效证件号码 有效证件号 身份证编号 身份证号码/证件号码 证件编号',
  name: 'name 姓名 员工姓名 人员姓名 名字 职员姓名 职工姓名 雇员姓名 工人姓名 学生姓名 本人姓名 姓名全称 中文姓名 人员名称 员工名称 fullname employeename',
  workshop:
    'workshop 车间 部门/车间 车间/部门 部门 所在部门 所属部门 所属车间 department 用工单位 科室 部门名称 车间名称 所在车间 一级部门 一级部门名称 一级组织 部门全称 所属单位 所在单位 单位名称 单位 工作单位 所属公司 公司名称 组织名称 dept departmentname',
  team: 'team 班组 小组 班组名称 所属班组 工段 班组/工段 所在班组 二级部门 二级部门名称 二级组织 班组/小组 group',
  staff_number:
    'staffnumber 工号 员工编号 职工编号 人员编号 员工号 工牌号 staffno employeeid employeenumber 人员编码 员工编码 职员编码 职员编号 职员代码 职员号 职工号 职工工号 员工工号 人员工号 员工代码 职工代码 人员代码 工号id 员工id 职工id 考勤号 employeeno empno',
  shift: 'shift 班次 班别 倒班 班制 班次名称',
  leader: 'leader 班组长 组长 是否班组长 teamleader',
  phone:
    'phone 联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 mobile tel telephone phonenumber 移动电话 本人电话 本人手机 本人手机号 联系手机 联系号码 手机/电话 员工电话 cellphone mobilephone',
  physical_number: 'physicalnumber 物理卡号 物理号 卡物理号 卡体号 cardnumber',
  document_type: 'documenttype 证件类型 证件种类 证件名称 证件类别 身份证件类型',
  sex: 'sex 性别 gender',
  note: 'note 备注 说明 remark remarks notes',
};

/** What a column is read for only where no other has a better word: 车间 is nearer to the people than 部门, and both than 单位. The better ones stand first. */
const WEAK =
  '部门 所在部门 所属部门 department dept departmentname 部门名称 部门全称 一级部门 一级部门名称 一级组织 用工单位 所属单位 所在单位 单位名称 单位 工作单位 所属公司 公司名称 组织名称 二级部门 二级部门名称 二级组织 group id 联系方式 考勤号 说明';

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

/** How a roster's columns are found. */
export const ROSTER_WORDS: FieldWords<RosterField> = {
  names: new Map(
    ROSTER_FIELDS.flatMap((field) => WORDS[field].split(' ').map((word) => [word, field] as const)),
  ),
  weak: new Map(WEAK.split(' ').map((word, rank) => [word, rank])),
  needed: ['number', 'name', 'staff_number'],
  core: ['name', 'number', 'staff_number'],
  shared: new Set(['workshop', 'team', 'shift']),
  ofKin: new Set(['number', 'phone', 'sex', 'document_type']),
  ofContact: new Set(['phone']),
};
