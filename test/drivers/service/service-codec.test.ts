import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CardWatch } from '#drivers/service/service-card-watch.ts';
import type { ServiceCodec } from '#drivers/service/service-codec.ts';
import { SERVICE_DIALECTS } from '#drivers/service/service-dialects.ts';
import type { LineAnswer, Question, ServiceLine } from '#drivers/service/service-line.ts';
import { ServiceSession } from '#drivers/service/service-session.ts';
import { textOf } from '#drivers/service/service-text.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { parseIdNumber } from '#shared/id-number.ts';

import { type InventedPerson, inventPeople } from '../../site/invented-people.ts';
import { HandClock } from '../../support/hand-clock.ts';

const [ANN, BEN] = inventPeople({ seed: 9, count: 2 }) as [InventedPerson, InventedPerson];
const CODECS = Object.values(SERVICE_DIALECTS);

/** Text a service could send: anything, JSON of the dialects' own fields with anything in them, and pieces of both. */
function anyText(): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, '0', -11, ANN.number, `${ANN.name}|||||${ANN.number}`),
  );
  const names = ['resultFlag', 'certNumber', 'partyName', 'Method', 'RetCode', 'IdCardInfo', 'func', 'out'];
  const fields = fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.array(value)));
  const method = fc.constantFrom('OpenDevice', 'IdReadCard', 'iReadIdentityCard');
  const record = fc
    .array(fc.oneof(fc.string(), fc.constantFrom(ANN.number, ANN.name, '')))
    .chain((parts) => fc.constantFrom(parts.join(':'), parts.join('|')));
  const shaped = fc.tuple(fields, method, record).map(([some, name, text]) =>
    JSON.stringify({
      resultFlag: 0,
      Method: name,
      RetCode: '0',
      IdCardInfo: text,
      out: [text],
      certNumber: text,
      ...some,
    }),
  );
  return fc.oneof(
    fc.string({ unit: 'binary' }),
    shaped,
    fc.json(),
    shaped.map((text) => text.slice(0, -3)),
  );
}

/** What every answer must be, whatever the text was. */
function expectAnswer(codec: ServiceCodec, text: string): void {
  expect(['open', 'no-reader', 'other', 'strange']).toContain(codec.decodeOpened(text).answer);
  const read = codec.decodeRead(text);
  expect(['reading', 'fault', 'no-card', 'no-reader', 'other', 'strange']).toContain(read.answer);
  if (read.answer !== 'reading') return;
  const { number, name } = read.reading;
  expect(parseIdNumber(number)).toMatchObject({ ok: true, number });
  expect(name.trim()).not.toBe('');
  expect(name.length).toBeLessThanOrEqual(60);
}

describe('what a service says', () => {
  it('VS12 any text is an answer, and a reading in it bears a number that verifies', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        for (const codec of CODECS) expectAnswer(codec, text);
      }),
      { numRuns: 500 },
    );
  });

  it('VS12 any bytes are a text, UTF-8 as it is and else of the code page', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void textOf(bytes)));
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\ufeff')),
        (text) => {
          expect(textOf(new TextEncoder().encode(text))).toBe(text.toWellFormed());
        },
      ),
    );
    expect(textOf(Uint8Array.of(0xb2, 0xe2, 0xca, 0xd4))).toBe('测试');
  });

  it('VS12 the fields known are found by name and place, codes as numbers and as words', () => {
    const { huashi, shensi, decard } = SERVICE_DIALECTS;
    const { name, number } = ANN;
    const reading = { answer: 'reading', reading: { name, number } };
    for (const flag of [0, '0'])
      expect(
        huashi.decodeRead(JSON.stringify({ resultFlag: flag, certNumber: number, partyName: name })),
      ).toMatchObject(reading);
    expect(huashi.decodeRead('{"resultFlag":-11,"certNumber":""}\0\n')).toEqual({
      answer: 'no-card',
      unsure: false,
    });
    expect(huashi.decodeRead('{"resultFlag":-4}')).toEqual({ answer: 'no-card', unsure: true });
    expect(huashi.decodeRead('{"resultFlag":0,"certNumber":"  "}')).toEqual({
      answer: 'no-card',
      unsure: false,
    });
    expect(huashi.decodeOpened('{"resultFlag":-1}')).toEqual({ answer: 'no-reader' });

    const info = (fields: string[]) =>
      JSON.stringify({ Method: 'IdReadCard', RetCode: 0, IdCardInfo: fields.join(':') });
    const record = ['0', '1', '2', '3', '4', name, '6', '7', '8', number, '10'];
    expect(shensi.decodeRead(info(record))).toMatchObject(reading);
    // A path with a colon in front of it shifts the whole record.
    expect(shensi.decodeRead(info(['C', ...record]))).toMatchObject(reading);
    expect(shensi.decodeRead(info([...record, number]))).toMatchObject(reading);
    expect(shensi.decodeRead(info(['', '', '', '', '', name, '', '', '', '']))).toMatchObject({
      answer: 'no-card',
    });
    // Two numbers and neither at its place: which is the holder's nobody can say.
    expect(shensi.decodeRead(info([number, ...record.slice(0, 9), 'x', BEN.number]))).toMatchObject({
      answer: 'fault',
    });

    const out = (fields: string[]) => JSON.stringify({ out: [fields.join('|')] });
    expect(decard.decodeRead(out([name, '男', '汉', '', '', number]))).toMatchObject(reading);
    expect(decard.decodeRead(out(['', name, '男', '汉', '', '', number]))).toMatchObject(reading);
    expect(decard.decodeRead(out(['J', name, '男', '', '', number]))).toMatchObject(reading);
    expect(decard.decodeRead(out(['I', 'SPECIMEN ANNA', name, '男', '', '', number]))).toMatchObject(reading);
    expect(decard.decodeRead(out(['设备连接失败']))).toEqual({ answer: 'no-reader' });
    expect(decard.decodeRead('{"out":[]}')).toEqual({ answer: 'no-card', unsure: false });
    expect(decard.decodeRead('{"func":"iBeep","out":["0"]}')).toEqual({ answer: 'other' });
  });
});

/** A line whose answers a test gives; it counts what was asked. */
class ScriptedLine implements ServiceLine {
  readonly asked: string[] = [];
  readonly #answer: (request: string) => string | null;

  constructor(answer: (request: string) => string | null) {
    this.#answer = answer;
  }

  ask<T>({ request, decode }: Question<T>): Promise<LineAnswer<T>> {
    this.asked.push(request);
    const text = this.#answer(request);
    const value = text === null ? null : decode(text);
    return Promise.resolve(value === null ? { outcome: 'silent' } : { outcome: 'answer', value });
  }

  end(): void {}
}

async function session(answer: (request: string) => string | null) {
  const clock = new HandClock(0);
  const line = new ScriptedLine(answer);
  const told: string[] = [];
  const watch = new CardWatch((event) =>
    told.push(event.event === 'reading' ? event.reading.number : event.event),
  );
  const opened = new ServiceSession({
    codec: SERVICE_DIALECTS.huashi,
    line,
    watch,
    clock,
    timings: READER_TIMINGS,
    emit: () => {},
  });
  expect(await opened.prove()).toEqual({ is: 'ready', first: null });
  const ended = opened.run();
  return { clock, line, told, ended, session: opened };
}

const NO_CARD = '{"resultFlag":-11}';
const cardOf = ({ number, name }: InventedPerson) =>
  JSON.stringify({ resultFlag: 0, certNumber: number, partyName: name });

describe('a session with a service', () => {
  it('VS14 it is asked every 300 ms, and an idle 华视 reader is opened anew every 30 s', async () => {
    const { clock, line } = await session((request) =>
      request === '/OpenDevice' ? '{"resultFlag":0}' : NO_CARD,
    );
    await clock.advance(60_000);
    const opened = line.asked.filter((request) => request === '/OpenDevice').length;
    expect(opened).toBe(3);
    expect(line.asked.length - opened).toBe(200);
  });

  it('VS14 a reader opened anew that gives the lying card once more gives no second reading', async () => {
    let isFresh = false;
    let card: InventedPerson | null = null;
    const { clock, told } = await session((request) => {
      if (request === '/OpenDevice') {
        isFresh = true;
        return '{"resultFlag":0}';
      }
      if (card === null || !isFresh) return NO_CARD;
      isFresh = false;
      return cardOf(card);
    });
    card = ANN;
    isFresh = true;
    await clock.advance(10 * 60_000);
    expect(told).toEqual([ANN.number, 'removed']);
    card = BEN;
    isFresh = true;
    await clock.advance(5_000);
    card = ANN;
    isFresh = true;
    await clock.advance(5_000);
    expect(told).toEqual([ANN.number, 'removed', BEN.number, 'removed', ANN.number, 'removed']);
  });

  it('VS14 an idle reader that cannot be opened anew has gone', async () => {
    let code = 0;
    const { clock, ended } = await session((request) =>
      request === '/OpenDevice' ? `{"resultFlag":${code}}` : NO_CARD,
    );
    code = -1;
    await clock.advance(31_000);
    expect(await ended).toBe('no-reader');
  });
});
