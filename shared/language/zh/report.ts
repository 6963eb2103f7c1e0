/** The paragraph for the bureau, as it is read out on the telephone. */
export const report = {
  'report.kind-of-test': '核酸',
  'report.round-of-tests': '{round}核酸',
  'report.paragraph':
    '【{site}】{round}:在册{roster}人,应检{expected}人{amended},实检{people}人({made}),未检{untested}人({missing};{excused}),采样管{tubes}支。截至{at, date, day}{at, time, clock}{closed}{out}。',
  'report.in-brackets': '({what})',
  'report.made-of': '名单内{onRoster}、名单外{walkIns, number, plain}',
  'report.missing': '漏检{people}',
  'report.not-yet': '未到场次{people}',
  'report.excused': '有原因{n}',
  'report.excused-by': '有原因{n}:{reasons}',
  'report.reason': '{reason}{people}',
  'report.closed': '已归档',
  'report.to-come': '{station}号台尚有 {n, number, plain} 条未到',
} as const;
