import { cardAnswer } from './service-card.ts';
import type { ServiceCodec } from './service-codec.ts';
import { codeOf, objectOf, wordOf } from './service-text.ts';

/** A read that found nothing to read: the fields are empty, errorMsg is 读卡失败 (two public clients treat it so; M). */
const NOTHING_READ = -11;

/**
 * 华视 (CVR) web service: GET /OpenDevice and /readcard, both answer with JSON that has `resultFlag`
 * (reader-protocols.md 1.2, M; a dozen public clients agree on these names). The answer also carries
 * birth, address, issuer, dates and a photo: they are left unread.
 */
export const huashiService: ServiceCodec = {
  maker: 'Huashi (CVR)',
  at: 'http://127.0.0.1:19196',
  openRequest: '/OpenDevice',
  readRequest: '/readcard',
  // The sampling tool of reader-protocols.md 1.2 opens it anew after 30 s, all day long.
  openAgainMs: 30_000,

  decodeOpened(text) {
    const flag = codeOf(objectOf(text)?.['resultFlag']);
    if (flag === null) return { answer: 'strange' };
    return { answer: flag === 0 ? 'open' : 'no-reader' };
  },

  decodeRead(text) {
    const answer = objectOf(text);
    const flag = codeOf(answer?.['resultFlag']);
    if (answer === null || flag === null) return { answer: 'strange' };
    if (flag !== 0) return { answer: 'no-card', unsure: flag !== NOTHING_READ };
    const number = wordOf(answer['certNumber']);
    if (number === '') return { answer: 'no-card', unsure: false };
    return cardAnswer({ number, name: wordOf(answer['partyName']) });
  },
};
