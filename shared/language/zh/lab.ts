/** Lists of the laboratory: what may be wrong with a row. */
export const lab = {
  'lab.tube-missing': '没有管号',
  'lab.tube-code': '管号不能用',
  'lab.tube-ambiguous': '管号丢了前面的零,有两支管都可能是它',
  'lab.count': '人数应为 0 到 1000 的整数',
  'lab.count-missing': '没有人数',
  'lab.station': '采样台应为数字',
  'lab.batch': '批次太长',
  'lab.tube-unknown': '我方没有开过这个管号,请看是否写错',
  'lab.code-repaired': '管号已按我方管号补全',
  'lab.total-differs': '合计与各行之和不符',
  'lab.header-missing': '找不到表头:至少要有“采样管编号”和“人数”两列',
  'lab.no-tubes': '清单里没有管',
} as const;
