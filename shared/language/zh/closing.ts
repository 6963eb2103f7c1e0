/** What keeps a round from being closed. */
export const closing = {
  'closing.not-ended': '没有收工:等它联网收工;不会再来,就在“各机记录”填写例外',
  'closing.not-arrived': '{which}没有到:等它联网收工;不会再来,就在“各机记录”填写例外',
  'closing.never-heard': '从未联系过:没有用这一台,就在归档的理由里写明“{station}号台”',
  'closing.quarantine': '{n, number} 条记录不能用:请在“各机记录”逐条处理',
  'closing.unknown-round': '{n, number} 条打卡属于主机不认识的轮次:请在“各机记录”归入本轮,或恢复那一轮',
  'closing.forks': '有分叉的记录:请在“各机记录”查看',
  'closing.session-not-begun':
    '{at, date, day} {at, time, clock} 才开始:不再进行,就在归档的理由里写明“{name}”',
} as const;
