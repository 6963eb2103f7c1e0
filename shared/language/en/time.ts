/** Moments and how long ago they were. */
export const time = {
  'time.seconds': '{n} s',
  'time.minutes': '{n} min',
  'time.hours': '{n} h',
  'time.clock': '{at, time, clock}',
  'time.day-and-time': '{at, date, day} {at, time, clock}',
} as const;
