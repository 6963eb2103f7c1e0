import { cardAnswer, shiftOf } from './service-card.ts';
import type { ServiceCodec } from './service-codec.ts';
import { objectOf, wordOf } from './service-text.ts';

/** Places in out[0], known from one program that ran in the field; what stands at the others is not known (M). */
const NAME_AT = 0;
const NUMBER_AT = 5;

/** What out[0] says instead of a card when the service finds no reader (one client; M). */
const NO_READER = '设备连接失败';

/**
 * 德卡 (Decard) web service: `func` and `in` over a WebSocket, the answer has its values in `out`
 * (reader-protocols.md 1.2, M; one real client). What out[0] says when there is no card is not public: whatever is no
 * record counts as no card.
 */
export const decardService: ServiceCodec = {
  maker: 'Decard',
  at: 'ws://127.0.0.1:47903',
  openRequest: null,
  readRequest: JSON.stringify({ func: 'iReadIdentityCard', in: ['1', '0'] }),
  openAgainMs: null,

  decodeOpened() {
    return { answer: 'strange' };
  },

  decodeRead(text) {
    const answer = objectOf(text);
    if (answer === null) return { answer: 'strange' };
    const about = answer['func'];
    if (typeof about === 'string' && about !== 'iReadIdentityCard') return { answer: 'other' };
    if (!Array.isArray(answer['out'])) return { answer: 'strange' };
    const record = wordOf(answer['out'][0]);
    if (record.includes(NO_READER)) return { answer: 'no-reader' };
    const fields = record.split('|').map(wordOf);
    const shift = shiftOf(fields, NUMBER_AT);
    const number = fields[NUMBER_AT + (shift ?? 0)] ?? '';
    if (number === '') return { answer: 'no-card', unsure: false };
    return cardAnswer({ number, name: nameIn(fields, shift ?? 0) });
  },
};

/**
 * A public header of iReadIdentityCard has a letter in front of the cards of HMT people (J, then the name) and foreigners
 * (I, then the English and the Chinese name); whether the service sends them so is not known (L).
 */
function nameIn(fields: readonly string[], shift: number): string {
  const [kind = '', first = '', second = ''] = fields;
  if (kind === 'J') return first;
  if (kind === 'I') return second || first;
  return fields[NAME_AT + shift] ?? '';
}
