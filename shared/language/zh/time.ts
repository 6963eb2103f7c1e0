/** Moments and how long ago they were. */
export const time = {
  'time.seconds': '{n} 秒',
  'time.minutes': '{n} 分',
  'time.hours': '{n} 小时',
  'time.clock': '{at, time, clock}',
  'time.day-and-time': '{at, date, day} {at, time, clock}',
} as const;
