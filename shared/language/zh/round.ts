/** Rounds, their sessions and their states. */
export const round = {
  'round.none-yet': '还没有轮次,请现场负责人在“设置”里新建',
  'round.opens-means': '从现在起刷卡都计入本轮;之前的试刷不计入。',
  'round.settles-means': '采样结束,开始核对。还在路上的记录仍会收进来。',
  'round.closes-means':
    '归档以后不能再改。要求:各台记录到齐(不会再来的,在“各机记录”填写例外),每处不符都已说明或接受。',
  'round.stations': '{n} 台',
  'round.tubes-of': '{mode} · {n}人/管',
  'round.version': '第 {n} 版',
  'round.no-roster': '还没有',
  'round.as-planned': '按计划',
  'round.step': '{from} → {to}。',
  'round.sessions-not-begun':
    '{names}还没有开始:真的不再进行吗?请在理由里写明。本人的场次没开始的人,归档后一直算未到场次。',
  'round.needed': '必填',
  'round.single': '单采',
  'round.pooled': '{n}混1',
  'round.session-name': '场次名',
  'round.begins': '开始',
  'round.ends': '结束',
  'round.ends-later': '要晚于开始',
  'round.shift': '班次,空=所有人',
  'round.any': '不限',
  'round.code-characters': '只能是字母、数字和 . _ / -',
  'round.first': '第1轮',
  'round.morning': '早场',
  'round.night': '夜班场',
} as const;
