import type { Role } from '#shared/permissions.ts';
import type { TubePattern } from '#shared/tube-pattern.ts';
import type { Words } from '#shared/words.ts';

const w = (zh: string, en: string): Words => ({ zh, en });

/** Every heading, column and button of the board, in the words of the field. No synonyms. */
export const words = {
  login: w('登录', 'Log in'),
  logout: w('退出登录', 'Log out'),
  account: w('账号', 'Account'),
  password: w('密码', 'Password'),
  firstSetUp: w('首次设置', 'First set-up'),
  setUpCode: w('设置码(主机启动时打印)', 'Set-up code, printed when the edge first started'),
  newPassword: w('密码(至少 10 个字符)', 'Password, ten characters and more'),
  repeatPassword: w('再输入一次密码', 'Password again'),
  createAdministrator: w('建立管理员账号', 'Create the administrator'),

  live: w('实时', 'Live'),
  missingList: w('漏检名单', 'Missing list'),
  tubes: w('管', 'Tubes'),
  reconcile: w('核对', 'Reconcile'),
  labCounts: w('检测机构清单', 'Lab list'),
  find: w('查人', 'Find a person'),
  report: w('上报', 'Report'),
  settings: w('设置', 'Set up'),
  blindEntry: w('盲录拭子数', 'Blind entry of swab counts'),

  rounds: w('轮次', 'Rounds'),
  roster: w('花名册', 'Roster'),
  pairing: w('配对', 'Pairing'),
  accounts: w('账号', 'Accounts'),
  installs: w('各机记录', 'Installs'),
  setUpSheet: w('布置单', 'Set-up sheet'),

  round: w('轮次', 'Round'),
  state: w('状态', 'State'),
  station: w('采样台', 'Station'),
  swipes: w('打卡', 'Swipes'),
  lastContact: w('上次联系', 'Last contact'),
  waiting: w('待传', 'Waiting'),
  trouble: w('情况', 'Trouble'),
  device: w('设备', 'Device'),
  workshop: w('车间', 'Workshop'),
  team: w('班组', 'Team'),
  name: w('姓名', 'Name'),
  missingNow: w('漏检(场次已过)', 'Missing, session over'),
  notYet: w('未到场次', 'Session not over'),
  excused: w('有原因', 'Excused'),
  excuse: w('登记未检原因', 'Enter a reason'),
  withdrawExcuse: w('撤销原因', 'Withdraw the reason'),
  reason: w('理由', 'Reason'),
  copy: w('复制', 'Copy'),
  copied: w('已复制', 'Copied'),
  tubeCode: w('管号', 'Tube code'),
  opened: w('开管', 'Opened'),
  sealed: w('封管', 'Sealed'),
  swiped: w('刷', 'Swiped'),
  swabbed: w('采样员数', 'Swabbed'),
  booked: w('检测机构', 'Booked'),
  peopleOfTube: w('同管人员', 'People of the tube'),
  correctTube: w('更正', 'Correct'),
  handOver: w('交接单', 'Hand-over slip'),
  note: w('备注', 'Note'),
  place: w('位次', 'Place'),
  number: w('证件号', 'Number'),
  phone: w('电话', 'Phone'),
  time: w('时间', 'Time'),
  who: w('姓名、证件号或工号', 'Name, ID or staff number'),
  search: w('查找', 'Search'),
  person: w('人员', 'Person'),
  workshopAndTeam: w('车间 · 班组', 'Team'),
  result: w('结果', 'Result'),
  entry: w('登记方式', 'Entry'),
  upload: w('上传文件', 'Upload a file'),
  importGood: w('导入可用的行', 'Import the good rows'),
  replaceRoster: w('替换整份花名册', 'Replace the whole roster'),
  addToRoster: w('补入现有花名册', 'Add to the roster'),
  downloadBad: w('下载待处理的行', 'Download the bad rows'),
  question: w('请检测机构复数', 'Question to the laboratory'),
  hypotheses: w('可能的原因', 'Hypotheses'),
  explained: w('已说明', 'Explained'),
  accepted: w('已接受', 'Accepted'),
  stillOpen: w('待处理', 'Open'),
  listComplete: w('标为已全', 'Mark as whole'),
  swabs: w('拭子数', 'Swab count'),
  listNotComplete: w('标为未全', 'Mark as not whole'),
  addToList: w('加到现有清单', 'Add to the list'),
  replaceList: w('替换现有清单', 'Replace the list'),
  warnings: w('提醒', 'Warnings'),
  yourEntry: w('您录的数', 'Your entry'),
  takeBack: w('撤销', 'Take back'),
  secondEntry: w('第二人', 'Second person'),
  reopen: w('重新打开', 'Open again'),
  submit: w('提交', 'Submit'),
  create: w('新建轮次', 'New round'),
  copyLast: w('照上一轮新建', 'Copy the last round'),
  capacity: w('每管人数', 'Capacity of a tube'),
  tubeMode: w('管的记法', 'Tubes'),
  codeLength: w('管号位数', 'Characters of a code'),
  codePrefix: w('管号开头', 'A code begins with'),
  codeCheck: w('管号校验位', 'Check character'),
  expectedBasis: w('应检口径', 'Basis of expected'),
  sessions: w('场次', 'Sessions'),
  stations: w('采样台', 'Stations'),
  role: w('角色', 'Roles'),
  makePairing: w('生成配对码', 'Make a pairing code'),
  pairingCode: w('配对码', 'Pairing code'),
  fingerprint: w(
    '主机指纹(前20位,请与采样台屏幕核对)',
    'Fingerprint of the edge, first 20 digits: compare with the kiosk',
  ),
  validUntil: w('有效至', 'Valid until'),
  print: w('打印', 'Print'),
  exportHeadcount: w('导出人员表', 'Headcount'),
  exportMissing: w('导出漏检名单', 'Missing list'),
  exportUntested: w('导出未检名单', 'Not tested'),
  exportReport: w('上报表', 'Row for the bureau'),
  exportReports: w('上报表(全部轮次)', 'Rows of all rounds'),
  exportReconciliation: w('核对表', 'Reconciliation'),
  exportOwn: w('回填花名册', 'HR’s own roster, filled in'),
  watermark: w('已收到', 'Received'),
  head: w('本机最后编号', 'Last number there'),
  settle: w('填写例外', 'Write an exception'),
  fileEvents: w('归入本轮', 'File into this round'),
  newAccount: w('新建账号', 'New account'),
  passwordUnchanged: w('新密码(不改就空着)', 'New password, empty: as it is'),
  edit: w('修改', 'Edit'),
  enable: w('启用', 'Enable'),
  disable: w('停用', 'Disable'),
  back: w('返回', 'Back'),
  address: w('主机地址', 'Address of the edge'),
  wholeCode: w('整串配对码(可粘贴)', 'Whole code, to paste'),
  forks: w('分叉待查看', 'Forks to look at'),
  quarantine: w('不能用的记录', 'Records that cannot be used'),
  recordNumber: w('编号', 'Number in its journal'),
  receivedAt: w('收到时间', 'Received'),
  void: w('作废', 'Void'),
  paired: w('已配对的机器', 'Paired kiosks'),
  pairedAt: w('配对时间', 'Paired'),
  revokePairing: w('撤销配对', 'Revoke the pairing'),
  forkReviewed: w('分叉已查看', 'Fork looked at'),
  settleQuarantine: w('处理这条记录', 'Settle the record'),
  unfiled: w('试刷与未归轮', 'Test and unfiled swipes'),
  recreateRound: w('恢复这一轮', 'Recreate the round'),
  roundName: w('轮次名称', 'Name'),
} as const satisfies Record<string, Words>;

export const stateWords: Readonly<Record<'draft' | 'open' | 'settling' | 'closed', Words>> = {
  draft: w('准备中(试刷)', 'draft'),
  open: w('进行中', 'open'),
  settling: w('收尾核对', 'settling'),
  closed: w('已归档', 'closed'),
};

export const readerWords: Readonly<Record<'ready' | 'gone' | 'none' | 'fault', Words>> = {
  ready: w('读卡器正常', 'ready'),
  gone: w('读卡器断开', 'unplugged'),
  none: w('没有读卡器', 'no reader'),
  fault: w('读卡器故障', 'fault'),
};

export const troubleWords: Readonly<Record<'forked' | 'broken' | 'version' | 'quarantine', Words>> = {
  forked: w('记录分叉,请到设置里查看', 'forked: look at it under Set up'),
  broken: w('记录对不上,该机已另起一份', 'chain broken: the kiosk began anew'),
  version: w('版本不同,照常打卡,待升级', 'other version: still counting'),
  quarantine: w('有记录待人工处理', 'records wait for a decision'),
};

/** The same where the page itself says what to do. */
export const shortTroubleWords: Readonly<Record<'forked' | 'broken' | 'version' | 'quarantine', Words>> = {
  forked: w('记录分叉', 'forked'),
  broken: w('记录对不上', 'chain broken'),
  version: w('版本不同', 'other version'),
  quarantine: w('有不能用的记录', 'records that cannot be used'),
};

export const roleWords: Readonly<Record<Role, Words>> = {
  'station-staff': w('采样台工作人员', 'station staff'),
  'site-lead': w('现场负责人', 'site lead'),
  'lab-clerk': w('检测机构录入员(盲录)', 'lab clerk, blind'),
  hr: w('人事', 'HR'),
  administrator: w('管理员', 'administrator'),
};

export const standWords: Readonly<Record<'before' | 'after', Words>> = {
  before: w('采样前刷', 'before the swab'),
  after: w('采样后刷', 'after the swab'),
};

export const tubeModeWords: Readonly<Record<'codes' | 'marks' | 'none', Words>> = {
  codes: w('扫管号', 'tube codes'),
  marks: w('只记第几管', 'marks only'),
  none: w('不记管', 'no tubes'),
};

export const checkWords: Readonly<Record<TubePattern['check'], Words>> = {
  none: w('没有校验位', 'no check character'),
  mod10: w('末位数字校验 (GS1)', 'last digit (GS1)'),
  mod43: w('末位字符校验 (Code 39)', 'last character (Code 39)'),
};

export const basisWords: Readonly<Record<'roster' | 'roster-minus-excused', Words>> = {
  roster: w('按在册', 'everybody on the books'),
  'roster-minus-excused': w('在册减有原因', 'on the books minus excused'),
};
