/** China has one zone without summer time (UTC+8), and so has the screen, whatever zone its Windows was set to. */
const CHINA_OFFSET_MS = 8 * 3_600_000;

const inChina = (time: number): string => new Date(time + CHINA_OFFSET_MS).toISOString();

/** `08:12` of a time in ms since 1970 UTC. */
export function clockText(time: number): string {
  return inChina(time).slice(11, 16);
}

/** `1月24日`. */
export function dayText(time: number): string {
  return `${Number(inChina(time).slice(5, 7))}月${Number(inChina(time).slice(8, 10))}日`;
}
