import { cardAnswer, shiftOf } from './service-card.ts';
import type { ServiceCodec } from './service-codec.ts';
import { codeOf, objectOf, wordOf } from './service-text.ts';

/** Places in IdCardInfo, known from one program that ran in the field; what stands at the others is not known (M). */
const NAME_AT = 5;
const NUMBER_AT = 9;

/**
 * 神思 (SS628) web service: JSON over a WebSocket, an answer names the `Method` it belongs to, `RetCode` 0 is success
 * (reader-protocols.md 1.2, M; one real client). Which RetCode means "no card" is not public: every other code counts as no card.
 */
export const shensiService: ServiceCodec = {
  maker: 'Shensi',
  at: 'ws://127.0.0.1:9000',
  openRequest: JSON.stringify({ Method: 'OpenDevice', PortType: 'AUTO', PortPara: '', ExtendPara: '' }),
  readRequest: JSON.stringify({ Method: 'IdReadCard', CardType: '0', InfoEncoding: '1', TimeOutMs: '0' }),
  // The one client known opens once per connection; whether a second time does harm is not known.
  openAgainMs: null,

  decodeOpened(text) {
    const answer = objectOf(text);
    if (answer === null || typeof answer['Method'] !== 'string') return { answer: 'strange' };
    if (answer['Method'] !== 'OpenDevice') return { answer: 'other' };
    return { answer: codeOf(answer['RetCode']) === 0 ? 'open' : 'no-reader' };
  },

  decodeRead(text) {
    const answer = objectOf(text);
    if (answer === null || typeof answer['Method'] !== 'string') return { answer: 'strange' };
    if (answer['Method'] !== 'IdReadCard') return { answer: 'other' };
    if (codeOf(answer['RetCode']) !== 0) return { answer: 'no-card', unsure: false };
    const fields = wordOf(answer['IdCardInfo']).split(':').map(wordOf);
    const shift = shiftOf(fields, NUMBER_AT);
    const number = fields[NUMBER_AT + (shift ?? 0)] ?? '';
    if (number === '') return { answer: 'no-card', unsure: false };
    return cardAnswer({ number, name: fields[NAME_AT + (shift ?? 0)] ?? '' });
  },
};
