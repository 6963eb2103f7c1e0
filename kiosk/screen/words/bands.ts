/** The coloured lines above the face, in words. */
import type { Band } from '#shared/contract/kiosk-screen.ts';
import { clockText, dayText } from '#shared/site-time.ts';
import type { Line } from './line.ts';
import { CLOSED_TOKEN } from './token-words.ts';

export interface BandWords {
  /** stop: red; warn: amber; note: blue-grey. Each carries its own sign as well. */
  weight: 'stop' | 'warn' | 'note';
  main: Line;
  more: string | null;
}

type Words = { [B in Band['band']]: (band: Extract<Band, { band: B }>) => BandWords };

/** The browser plays nothing before somebody has touched the page. */
export const SOUND_HELD: BandWords = {
  weight: 'warn',
  main: { zh: '没有声音:按任意键开启声音', en: 'No sound yet: press any key' },
  more: null,
};

/** The words of one band. */
export function bandWords(band: Band): BandWords {
  const build = BANDS[band.band] as (band: Band) => BandWords;
  return build(band);
}

const BANDS: Words = {
  offline: ({ pending, lastContact }) => ({
    weight: 'warn',
    main: {
      zh: `断网,照常打卡,已存本机 ${pending} 条,网通后自动上传`,
      en: `Offline: keep swiping, ${pending} kept here`,
    },
    more: lastContact === null ? '还没有联系过主机' : `上次联系 ${clockText(lastContact)}`,
  }),
  'old-round': ({ endedAt }) => ({
    weight: 'stop',
    main: { zh: `本轮已于 ${dayText(endedAt)} ${clockText(endedAt)} 结束`, en: 'This round has ended' },
    more: '仍可打卡,请报告现场负责人',
  }),
  'no-round': () => ({
    weight: 'warn',
    main: { zh: '没有轮次,照常打卡,先存本机', en: 'No round known: swipes are kept' },
    more: '请报告现场负责人',
  }),
  'needs-opening-code': () => ({
    weight: 'note',
    main: { zh: '重复核对待联网', en: 'Repeats are checked once connected' },
    more: '或按 Enter、4 输入开场码',
  }),
  'reader-gone': () => ({
    weight: 'warn',
    main: { zh: '读卡器断开,请插好 USB 线', en: 'Card reader unplugged' },
    more: '可按 0 手工登记',
  }),
  'scanner-gone': () => ({
    weight: 'warn',
    main: { zh: '扫码枪断开,请插好 USB 线', en: 'Scanner unplugged' },
    more: '可按 Enter、1 输入管号',
  }),
  forked: ({ zh }) => ({
    weight: 'warn',
    main: { zh, en: 'This kiosk began a new journal' },
    more: '请报告现场负责人',
  }),
  'version-refused': ({ ours, theirs }) => ({
    weight: 'stop',
    main: {
      zh: `版本不同:本机 ${ours},主机 ${theirs},照常打卡`,
      en: 'Other version than the edge: keep swiping',
    },
    more: '请通知 IT',
  }),
  broken: ({ zh }) => ({
    weight: 'stop',
    main: { zh, en: 'The edge refused broken records' },
    more: '请通知 IT',
  }),
  'disk-nearly-full': () => ({
    weight: 'warn',
    main: { zh: '磁盘快满了,本轮还够用', en: 'Disk nearly full, enough for this round' },
    more: '请通知 IT',
  }),
  'awaits-consent': ({ zh }) => ({
    weight: 'warn',
    main: { zh, en: 'Waiting for the site lead to accept this kiosk’s journal' },
    more: '请报告现场负责人',
  }),
  'token-closed': ({ why }) => ({ weight: 'warn', ...CLOSED_TOKEN[why] }),
  'unpaired-edge': ({ zh }) => ({
    weight: 'warn',
    main: { zh, en: 'The edge does not know this kiosk' },
    more: '按 Enter、5 重新配对',
  }),
};
