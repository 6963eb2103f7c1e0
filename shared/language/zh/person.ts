/** People: who they are, how they stand in a round, and what is asked about them. */
export const person = {
  'person.walk-ins-about': '打过卡、花名册上没有的人。核对之前各个数都不变。',
  'person.no-walk-ins': '没有名单外的人',
} as const;
