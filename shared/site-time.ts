/**
 * Local time on screens and in files. All of China keeps one time (GB/T 7408.1, UTC+8), and an edge's clock setting is as
 * often wrong as right, so the zone is fixed and not the machine's.
 */
const SITE_TIME_ZONE = 'Asia/Shanghai';

const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  timeZone: SITE_TIME_ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const STAMP = new Intl.DateTimeFormat('sv-SE', {
  timeZone: SITE_TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `08:41` */
export const clockText = (time: number): string => CLOCK.format(time);

/** `2021-01-24 08:41:07` */
export const stampText = (time: number): string => STAMP.format(time);

/** `1月24日 20:05` */
export function dayText(time: number): string {
  const [, month, day] = stampText(time).slice(0, 10).split('-');
  return `${Number(month)}月${Number(day)}日 ${clockText(time)}`;
}

/** RFC 3339 in UTC, `2021-01-24T00:41:07.000Z`: what HTTP answers. */
export const httpTime = (time: number): string => new Date(time).toISOString();
export const httpTimeOrNull = (time: number | null): string | null => (time === null ? null : httpTime(time));
