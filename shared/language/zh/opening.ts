/** What of personal data was opened, and the page that lists it. */
export const opening = {
  'opening.staff-name': '采样台核对工号',
  'opening.links': '登记卡号',
  'opening.roster-changes': '花名册改动',
  'opening.headcount.xlsx': '人员表 .xlsx',
  'opening.headcount.csv': '人员表 .csv',
  'opening.missing.xlsx': '漏检名单 .xlsx',
  'opening.missing.csv': '未检名单 .csv',
  'opening.own.xlsx': '回填花名册 .xlsx',
  'opening.other': '其他',
  'opening.about':
    '谁在什么时候因为什么看了姓名或证件号,看了多少人;看了谁不在这里。同一个账号开着的名单 10 分钟记一次。',
  'opening.total': '共 {total} 次',
  'opening.total-newest': '共 {total} 次,只列出最近 {listed} 次,全部请导出',
  'opening.tube': '第{tube}管',
  'opening.head-only': '只问大小',
  'opening.people-unrecorded': '没记',
  'opening.reason-identity': '核对身份',
  'opening.reason-export': '导出',
  'opening.reason-staff-number': '核对工号',
} as const;
