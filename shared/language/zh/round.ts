/** Rounds, their sessions and their states. */
export const round = {
  'round.none-yet': '还没有轮次,请现场负责人在“设置”里新建',
} as const;
