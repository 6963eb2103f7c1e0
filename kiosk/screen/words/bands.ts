/** The coloured lines above the face, in words. */
import type { Band } from '#shared/contract/kiosk-bands.ts';
import { message, type Message } from '#shared/language/message.ts';
import { CLOSED_TOKEN } from './token-words.ts';

export interface BandWords {
  /** stop: red; warn: amber; note: blue-grey. Each carries its own sign as well. */
  weight: 'stop' | 'warn' | 'note';
  main: Message;
  more: Message | null;
}

type Words = { [B in Band['band']]: (band: Extract<Band, { band: B }>) => BandWords };

/** The browser plays nothing before somebody has touched the page. */
export const SOUND_HELD: BandWords = { weight: 'warn', main: message('band.sound-held'), more: null };

/** The words of one band. */
export function bandWords(band: Band): BandWords {
  const build = BANDS[band.band] as (band: Band) => BandWords;
  return build(band);
}

const BANDS: Words = {
  offline: ({ pending, lastContact }) => ({
    weight: 'warn',
    main: message('band.offline', { n: pending }),
    more:
      lastContact === null ? message('band.no-contact') : message('band.last-contact', { at: lastContact }),
  }),
  'old-round': ({ endedAt }) => ({
    weight: 'stop',
    main: message('band.old-round', { at: endedAt }),
    more: message('band.still-swipe'),
  }),
  'no-round': () => ({
    weight: 'warn',
    main: message('band.no-round'),
    more: message('band.tell-lead'),
  }),
  'needs-opening-code': () => ({
    weight: 'note',
    main: message('face.unchecked'),
    more: message('band.or-opening-code'),
  }),
  'reader-gone': () => ({
    weight: 'warn',
    main: message('band.reader-gone'),
    more: message('band.by-hand'),
  }),
  'scanner-gone': () => ({
    weight: 'warn',
    main: message('band.scanner-gone'),
    more: message('band.type-tube-code'),
  }),
  forked: ({ words }) => ({ weight: 'warn', main: words, more: message('band.tell-lead') }),
  'version-refused': ({ ours, theirs }) => ({
    weight: 'stop',
    main: message('band.version', { ours, theirs }),
    more: message('band.tell-it'),
  }),
  broken: () => ({ weight: 'stop', main: message('band.broken'), more: message('band.tell-it') }),
  'disk-nearly-full': () => ({
    weight: 'warn',
    main: message('band.disk-nearly-full'),
    more: message('band.tell-it'),
  }),
  'awaits-consent': () => ({
    weight: 'warn',
    main: message('band.awaits-consent'),
    more: message('band.tell-lead'),
  }),
  'token-closed': ({ why }) => ({ weight: 'warn', ...CLOSED_TOKEN[why] }),
  'unpaired-edge': () => ({
    weight: 'warn',
    main: message('band.unpaired'),
    more: message('band.pair-again'),
  }),
};
