/**
 * Local time on screens, on paper and in files. All of China keeps one time (GB/T 7408.1, UTC+8), and a machine's zone is as
 * often wrong as right, so the zone is fixed: board, kiosk, paper and telephone name the same minute. Times are ms since 1970 UTC.
 */
export const SITE_TIME_ZONE = 'Asia/Shanghai';
/** Hours east of Greenwich all over China, without summer time since 1991. */
const ZONE_OFFSET = '+08:00';

const STAMP = new Intl.DateTimeFormat('sv-SE', {
  timeZone: SITE_TIME_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `2021-01-24 08:41:07` */
export const stampText = (time: number): string => STAMP.format(time);

/** Before a time whose clock cannot be believed: it is the latest that it can have been. */
export const NO_LATER_THAN = '≤ ';

/** `08:41` */
export const clockText = (time: number): string => stampText(time).slice(11, 16);

/** `08:41:07` */
export const clockSeconds = (time: number): string => stampText(time).slice(11);

/** `2021-01-24T09:12`, the value of an `<input type="datetime-local">`, in the site's zone. */
export const inputTime = (time: number): string => stampText(time).slice(0, 16).replace(' ', 'T');

/** The time of such a value; null if it is none. */
export function timeOfInput(value: string): number | null {
  const time = Date.parse(`${value}${ZONE_OFFSET}`);
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) && !Number.isNaN(time) ? time : null;
}

/** RFC 3339 in UTC, `2021-01-24T00:41:07.000Z`: what HTTP answers. */
export const httpTime = (time: number): string => new Date(time).toISOString();
export const httpTimeOrNull = (time: number | null): string | null => (time === null ? null : httpTime(time));
