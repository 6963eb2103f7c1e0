/** What stands on a printed sheet. */
export const paper = {
  'paper.set-up-sheet': '{site} · {round} 布置单',
  'paper.opening-code': '开场码',
  'paper.opening-code-use': '采样台开机时连不上主机才用:在采样台上输入这 {n} 位数字。请勿拍照外传,用后收回。',
  'paper.everybody': '所有人',
  'paper.tubes': '{mode} · 每管 {n} 人',
  'paper.where-it-stands': '站位',
  'paper.device': '设备',
  'paper.signature': '签名',
  'paper.keys': '键盘:数字 · * = X · + 换管 · − 撤销 · 0 手工登记 · Enter 确定。看到绿色才算。',
} as const;
