import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mayAnswer } from '#drivers/sdt/sdt-answer.ts';
import { SDT_COMMANDS, type SdtCommand } from '#drivers/sdt/sdt-commands.ts';
import { encodeFrame, FrameDecoder, REQUEST_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';
import { decodeReply } from '#drivers/sdt/sdt-status.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { READER_TIMINGS, STRANGE_ANSWERS_MAX } from '#drivers/reader/reader-timings.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { type Answer, SdtLink } from '#drivers/reader/sdt-link.ts';

import { type InventedPerson, inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader, type Misbehaviour } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';

const [ANN, BEN] = inventPeople({ seed: 9, count: 2 }) as [InventedPerson, InventedPerson];
const A_WHILE_MS = 3_000;
const REMOVAL_MS = 3_000;

/** A case of `test/cases/late-answers.json`: the content of the first card comes late, and the cards are swapped meanwhile. */
interface LateCase {
  what: string;
  line: 'serial' | 'network';
  lateMs: number;
  holdsUp: boolean;
  swapAfterMs: number;
}

/** What a module does when it is asked for its id (12 FF). */
type Mark = 'known' | 'refused' | 'silent';
const MARKS: Mark[] = ['known', 'refused', 'silent'];

/** A reader on a line with a rate or without, and what it has told. */
async function bench(line: 'serial' | 'network', mark: Mark, misbehaviour: Partial<Misbehaviour> = {}) {
  const clock = new HandClock(Date.UTC(2021, 0, 24));
  const simulated = new SimulatedReader(clock);
  Object.assign(simulated.misbehaviour, misbehaviour);
  if (mark === 'refused') simulated.refuseAlways('sam-id', 0x21);
  if (mark === 'silent') for (let i = 0; i < 200; i += 1) simulated.spoilNext('sam-id', { with: 'silence' });
  const reader = openReader({
    path: line,
    openPort: async (_, { onData }) => {
      await Promise.resolve();
      const rate = line === 'serial' ? 115_200 : null;
      const attachment = simulated.attach({ send: onData, baudRate: () => rate });
      return {
        write: (bytes) => attachment.receive(bytes),
        setBaudRate: line === 'serial' ? () => Promise.resolve() : null,
        close: () => Promise.resolve(attachment.detach()),
      };
    },
    clock,
    timings: READER_TIMINGS,
  });
  const events: ReaderEvent[] = [];
  /** Readings of somebody whose card did not lie there when it was told, while another did. */
  const mistaken: string[] = [];
  let lying: InventedPerson | null = null;
  reader.subscribe((event) => {
    events.push(event);
    if (event.event === 'reading' && lying !== null && event.reading.number !== lying.number)
      mistaken.push(event.reading.number);
  });
  await clock.advance(A_WHILE_MS);
  return {
    clock,
    simulated,
    reader,
    mistaken,
    layDown: (person: InventedPerson) => {
      lying = person;
      simulated.layDown(cardOf(person));
    },
    lift: () => {
      lying = null;
      simulated.lift();
    },
    /** Short names of the events since the last call. */
    told: (): string[] =>
      events.splice(0).map((event) => {
        if (event.event === 'reading') return event.reading.number;
        if (event.event === 'fault') return event.code;
        if (event.event === 'discarded') return event.reason;
        return event.event;
      }),
  };
}

/** The first card's content is late; it is lifted and the second laid down, which lies for long. */
async function play({ line, lateMs, holdsUp, swapAfterMs }: Omit<LateCase, 'what'>, mark: Mark) {
  const subject = await bench(line, mark, { replyDelayMs: 60 });
  const { clock, simulated, layDown, lift, told } = subject;
  told();
  simulated.spoilNext('read-card', { with: 'late', lateMs, holdsUp });
  layDown(ANN);
  await clock.advance(swapAfterMs);
  lift();
  await clock.advance(200);
  layDown(BEN);
  await clock.advance(30_000);
  const names = told();
  lift();
  await clock.advance(REMOVAL_MS);
  await subject.reader.close();
  return { names, mistaken: subject.mistaken };
}

describe('answers that come late', () => {
  const cases = JSON.parse(readFileSync('test/cases/late-answers.json', 'utf8')) as LateCase[];

  it.each(cases)('SR20 $what: the next card is read, and never as the one before', async (late) => {
    for (const mark of MARKS) {
      const { names, mistaken } = await play(late, mark);
      expect(mistaken).toEqual([]);
      expect(names, mark).toContain(BEN.number);
      expect(names, mark).toContain('late');
    }
  });

  it('SR20 however late a content comes and whenever the cards are swapped, nobody is taken for another', async () => {
    for (const [line, holdsUp] of [
      ['serial', true],
      ['network', true],
      ['network', false],
    ] as const) {
      for (let lateMs = 200; lateMs <= 9_000; lateMs += 550) {
        for (let swapAfterMs = 500; swapAfterMs <= 7_500; swapAfterMs += 700) {
          const { names, mistaken } = await play(
            { line, holdsUp, lateMs, swapAfterMs },
            MARKS[(lateMs + swapAfterMs) % 3]!,
          );
          const about = `${line} ${holdsUp} late ${lateMs} swapped after ${swapAfterMs}`;
          // An answer in time is told, although its card may just have been lifted.
          if (lateMs > READER_TIMINGS.readTimeoutMs) expect(mistaken, about).toEqual([]);
          expect(new Set(mistaken).size, about).toBe(mistaken.length);
          expect(names, about).toContain(BEN.number);
        }
      }
    }
  });

  it('SR20 a module that drops a question, and knows no 12 FF, goes on with the next', async () => {
    for (const mark of MARKS) {
      for (const command of ['find-card', 'read-appended-addresses'] as const) {
        const { clock, simulated, layDown, lift, told } = await bench('serial', mark);
        told();
        simulated.spoilNext(command, { with: 'silence' });
        if (command === 'find-card') await clock.advance(A_WHILE_MS);
        layDown(ANN);
        await clock.advance(5_000);
        lift();
        await clock.advance(2 * REMOVAL_MS);
        layDown(BEN);
        await clock.advance(A_WHILE_MS);
        const names = told().filter((name) => name !== 'late' && name !== 'unexpected');
        expect(names, `${mark} ${command}`).toEqual([
          'card-present',
          ANN.number,
          'removed',
          'card-present',
          BEN.number,
        ]);
      }
    }
  });

  it('SR20 a module whose every answer comes after the time for finding it, and in time for a card, is used', async () => {
    for (const mark of MARKS) {
      const { clock, layDown, lift, told } = await bench('network', mark, { replyDelayMs: 700 });
      await clock.advance(REMOVAL_MS);
      told();
      for (const person of [ANN, BEN]) {
        layDown(person);
        await clock.advance(6_000);
        lift();
        await clock.advance(4_000);
      }
      expect(told(), mark).toEqual([ANN, BEN].flatMap(({ number }) => ['card-present', number, 'removed']));
    }
  });

  it('SR20 a module whose every answer comes after its time is not ready and gone by turns', async () => {
    for (const replyDelayMs of [1_100, 1_400, 2_500]) {
      const { clock, told } = await bench('network', 'known', { replyDelayMs });
      await clock.advance(60_000);
      expect(told().filter((name) => name === 'reader-ready').length, `${replyDelayMs}`).toBeLessThan(2);
    }
  });

  it('SR20 where answers overtake each other a content as late as the next card is told of nobody else', async () => {
    for (const lateMs of [3_100, 3_500, 4_200]) {
      const { clock, simulated, layDown, lift, told, mistaken } = await bench('network', 'known', {
        continuous: true,
      });
      told();
      for (let i = 0; i < 20; i += 1)
        simulated.spoilNext('read-card', { with: 'late', lateMs, holdsUp: false });
      layDown(ANN);
      await clock.advance(3_200);
      lift();
      await clock.advance(100);
      layDown(BEN);
      await clock.advance(9_000);
      expect([mistaken, told()], `${lateMs}`).toEqual([[], expect.arrayContaining(['no-answer', 'late'])]);
    }
  });

  const asked = fc.array(
    fc.constantFrom<SdtCommand>('find-card', 'select-card', 'read-card', 'read-appended-addresses'),
    { minLength: 1, maxLength: 12 },
  );

  it('SR20 whatever was asked and whenever the module hung, an answer is the answer to its own question', async () => {
    await fc.assert(
      fc.asyncProperty(
        asked,
        fc.nat(11),
        fc.integer({ min: 0, max: 9_000 }),
        fc.constantFrom(...MARKS),
        fc.constantFrom(null, 115_200),
        async (commands, hangsAt, hangMs, mark, baudRate) => {
          const { link, clock, asking } = numberedModule({ hangsAt, hangMs, mark });
          link.baudRate = baudRate;
          for (const command of commands) {
            const answers: Answer[] = [];
            void link.exchange(command).then((answer) => answers.push(answer));
            // The next question follows at once, as a session's does.
            while (answers.length === 0) await clock.advance(50);
            for (const answer of answers) {
              if (answer.outcome !== 'reply') continue;
              // The last question asked: a status command may have been asked before it, or a content again.
              expect(answer.reply.cardStatusWord).toBe(asking() - 1);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** A module that works one command at a time, numbers its answers in SW1 SW2, and hangs once for a while. */
function numberedModule({ hangsAt, hangMs, mark }: { hangsAt: number; hangMs: number; mark: Mark }) {
  const clock = new HandClock(0);
  const decoder = new FrameDecoder({ lengthMin: REQUEST_LENGTH_MIN, gapMsMax: 300 });
  const byCode = new Map(
    Object.entries(SDT_COMMANDS).map(([name, [cmd, para]]) => [(cmd << 8) | para, name as SdtCommand]),
  );
  let count = 0;
  let freeAtMs = 0;
  const link: SdtLink = new SdtLink({
    clock,
    timings: READER_TIMINGS,
    onDiscarded: () => {},
    owed: [],
    write: (bytes) => {
      for (const output of decoder.push(bytes, clock.monotonic())) {
        if (output.type !== 'frame') throw new Error('a broken request');
        const index = count;
        count += 1;
        const command = byCode.get((output.body[0]! << 8) | output.body[1]!)!;
        freeAtMs = Math.max(freeAtMs, clock.monotonic()) + (index === hangsAt ? hangMs : 50);
        if (command === 'sam-id' && mark === 'silent') continue;
        const status = command === 'sam-id' && mark === 'refused' ? [0x21] : ANSWERS[command]!;
        // Each content is another card's.
        const data = command === 'read-card' ? [...status, index] : status;
        const frame = encodeFrame(Uint8Array.of(index >> 8, index & 0xff, ...data));
        clock.timer(freeAtMs - clock.monotonic(), () => link.receive(frame));
      }
    },
  });
  return { link, clock, asking: () => count };
}

const zeros = (bytes: number) => Array.from({ length: bytes }, () => 0);
const ANSWERS: Partial<Record<SdtCommand, number[]>> = {
  'sam-id': [0x90, ...zeros(16)],
  'find-card': [0x80],
  'select-card': [0x90, ...zeros(8)],
  'read-card': [0x90, 1, 0, 4, 0, ...zeros(256 + 1024)],
  'read-appended-addresses': [0x91],
};

describe('the form of an answer', () => {
  it('SR21 what is no answer to a command by its length is discarded, and eight bytes are no content', async () => {
    const reply = (sw3: number, bytes: number) => decodeReply(Uint8Array.of(0, 0, sw3, ...zeros(bytes)));
    const good: [SdtCommand, number, number[]][] = [
      ['sam-id', 0x90, [16]],
      ['find-card', 0x9f, [0, 4]],
      ['find-card', 0x90, [4]],
      ['select-card', 0x90, [0, 8]],
      ['read-card', 0x90, [260, 1284, 1286]],
      ['read-appended-addresses', 0x90, [70, 140, 210, 280]],
      ['read-management-number', 0x90, [8, 28]],
    ];
    for (const [command, sw3, lengths] of good)
      for (const bytes of lengths)
        expect(mayAnswer(command, reply(sw3, bytes)), `${command} ${bytes}`).toBe(true);
    const bad: [SdtCommand, number, number[]][] = [
      ['sam-id', 0x90, [0, 4, 8, 15, 17, 70, 1284]],
      ['find-card', 0x90, [0, 8, 16, 70, 1284]],
      ['select-card', 0x90, [16, 70, 1284]],
      ['select-card', 0x9f, [4]],
      ['read-card', 0x90, [0, 4, 8, 16, 70, 140, 210, 259]],
      ['read-appended-addresses', 0x90, [4, 8, 16, 350, 1284]],
    ];
    for (const [command, sw3, lengths] of bad)
      for (const bytes of lengths)
        expect(mayAnswer(command, reply(sw3, bytes)), `${command} ${bytes}`).toBe(false);

    const clock = new HandClock(0);
    const discarded: string[] = [];
    const link = new SdtLink({
      clock,
      timings: READER_TIMINGS,
      write: () => {},
      onDiscarded: ({ reason, bytes }) => discarded.push(`${reason} ${bytes}`),
      owed: [],
    });
    const reading = link.exchange('read-card');
    link.receive(encodeFrame(Uint8Array.of(0, 0, 0x90, ...zeros(8))));
    await clock.advance(READER_TIMINGS.readTimeoutMsMax);
    expect(await reading).toEqual({ outcome: 'strange' });
    expect(discarded).toEqual(['unexpected 19']);
  });
});

describe('modules that say what is not so', () => {
  it.each(['card-remembered', 'continuous'] as const)(
    'SR22 a card left lying is one reading (%s)',
    async (kind) => {
      const misbehaviour = kind === 'continuous' ? { continuous: true } : {};
      const { clock, layDown, lift, told } = await bench('serial', 'known', {
        remembersCard: true,
        ...misbehaviour,
      });
      told();
      layDown(ANN);
      await clock.advance(10 * 60_000);
      lift();
      await clock.advance(10 * 60_000);
      expect(told()).toEqual(['card-present', ANN.number]);
    },
  );

  it('SR22 a module that says for ever that a card lies there reads the next one, says so once and goes on', async () => {
    const { clock, layDown, lift, told } = await bench('serial', 'known', { remembersCard: true });
    told();
    const swipe = async (person: InventedPerson) => {
      layDown(person);
      await clock.advance(2_500);
      lift();
      await clock.advance(1_500);
    };
    await swipe(ANN);
    await swipe(BEN);
    expect(told()).toEqual(['card-present', ANN.number, 'card-remembered', 'removed', BEN.number, 'removed']);
    for (const person of [ANN, BEN, BEN]) {
      await swipe(person);
      expect(told()).toEqual(['card-present', person.number, 'removed']);
    }
  });

  it('SR23 a module that finds cards with 90 instead of 9F is read like any other', async () => {
    const { clock, layDown, lift, told } = await bench('serial', 'known', {
      foundAnswer: { sw3: 0x90, bytes: 4 },
    });
    told();
    for (const person of [ANN, BEN]) {
      layDown(person);
      await clock.advance(A_WHILE_MS);
      lift();
      await clock.advance(REMOVAL_MS);
      expect(told()).toEqual(['card-present', person.number, 'removed']);
    }
  });

  it.each([
    [STRANGE_ANSWERS_MAX - 1, []],
    [STRANGE_ANSWERS_MAX, ['foreign-answer']],
    [STRANGE_ANSWERS_MAX + 1, ['foreign-answer']],
  ])(
    'SR23, BN1 %d answers in a row that no search has make %j, once, and the next card is read',
    async (n, faults) => {
      const { clock, simulated, layDown, told } = await bench('serial', 'known', {
        foundAnswer: { sw3: 0x90, bytes: 0 },
      });
      told();
      layDown(ANN);
      const names: string[] = [];
      while (names.filter((name) => name === 'unexpected').length < n) {
        await clock.advance(100);
        names.push(...told());
      }
      // The last of them is waited out before the module says what it should.
      await clock.advance(READER_TIMINGS.answerTimeoutMs);
      names.push(...told());
      simulated.misbehaviour.foundAnswer = { sw3: 0x9f, bytes: 4 };
      await clock.advance(10_000);
      names.push(...told());
      expect(names.filter((name) => name !== 'unexpected')).toEqual([...faults, 'card-present', ANN.number]);
    },
  );
});
