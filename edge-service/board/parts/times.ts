/**
 * Times as the site says them. China has one time zone, and old laptops often stand in a wrong one: the zone is fixed so
 * that board, paper and telephone name the same minute.
 */
const ZONE = 'Asia/Shanghai';
const clock = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const seconds = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat('zh-CN', { timeZone: ZONE, month: 'numeric', day: 'numeric' });
const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });
/** Hours east of Greenwich all over China, without summer time since 1991. */
const ZONE_OFFSET = '+08:00';

/** `09:12` */
export const clockTime = (ms: number): string => clock.format(ms);
/** `09:12:31` */
export const clockSeconds = (ms: number): string => seconds.format(ms);

/** `1月24日` */
export function dayOf(ms: number): string {
  const [month, date] = day.format(ms).split('/');
  return `${month}月${date}日`;
}

/** `2021年1月24日`: for papers that are kept. */
export function dateOf(ms: number): string {
  return `${parts.format(ms).slice(0, 4)}年${dayOf(ms)}`;
}

/** `1月23日 09:12`: on paper, which is read on other days. */
export const dayAndTime = (ms: number): string => `${dayOf(ms)} ${clockTime(ms)}`;

/** `09:12` of today, `1月23日 09:12` of another day; a dash for null. */
export function whenOf(ms: number | null, now: number): string {
  if (ms === null) return '—';
  return dayOf(ms) === dayOf(now) ? clockTime(ms) : dayAndTime(ms);
}

/** `2021-01-24T09:12`, the value of an `<input type="datetime-local">`, in the site's zone. */
export const inputTime = (ms: number): string => parts.format(ms).replace(' ', 'T');

/** The ms of such a value; null if it is none. */
export function timeOfInput(value: string): number | null {
  const ms = Date.parse(`${value}${ZONE_OFFSET}`);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) && !Number.isNaN(ms) ? ms : null;
}

/** How long ago, in words a table can hold: `8 秒`, `12 分`, `3 小时`. */
export function age(ms: number): string {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} 秒`;
  if (s < 3600) return `${Math.floor(s / 60)} 分`;
  return `${Math.floor(s / 3600)} 小时`;
}
