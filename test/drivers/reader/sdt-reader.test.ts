import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { faultMeaning, type ReaderEvent, type ReaderFaultCode } from '#drivers/reader/reader-event.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import { MISSED_LOOKS_MAX, READER_TIMINGS, SILENCES_MAX } from '#drivers/reader/reader-timings.ts';
import { lineForPeople, objectForPrograms } from '#drivers/command/reader-words.ts';
import { SDT_BAUD_RATES, type SdtCommand } from '#drivers/sdt/sdt-commands.ts';
import { encodeFrame } from '#drivers/sdt/sdt-frame.ts';
import { SdtLink } from '#drivers/reader/sdt-link.ts';
import { SDT_STATUSES } from '#drivers/sdt/sdt-status.ts';

import { type InventedPerson, inventPeople, inventPerson } from '../../site/invented-people.ts';
import { cardOf, fingerprintFiller } from '../../site/readers/simulated-reader-card.ts';
import { memoryLine } from '../../site/readers/simulated-reader-carriers.ts';
import { type Misbehaviour, SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const [ANN, BEN, CEM] = inventPeople({ seed: 4, count: 3 }) as [
  InventedPerson,
  InventedPerson,
  InventedPerson,
];
/** Time for the module to be found, or for a card to be read and held. */
const A_WHILE_MS = 3_000;
/** Time for two missed looks, at a slow module too. */
const REMOVAL_MS = 3_000;
/** Time for a read that goes unanswered. */
const READ_TIMEOUT_MS = 6_000;

/** A reader on a line in memory, and what it has told. */
async function bench(misbehaviour: Partial<Misbehaviour> = {}, baudRate: number = SDT_BAUD_RATES[0]) {
  const clock = new HandClock(Date.UTC(2021, 0, 24));
  const simulated = new SimulatedReader(clock);
  simulated.baudRate = baudRate;
  Object.assign(simulated.misbehaviour, misbehaviour);
  const line = memoryLine(simulated);
  const reader = openReader({ path: 'memory', openPort: line.openPort, clock, timings: READER_TIMINGS });
  const events: ReaderEvent[] = [];
  const unsubscribe = reader.subscribe((event) => events.push(event));
  await clock.advance(A_WHILE_MS);
  return {
    clock,
    simulated,
    line,
    reader,
    unsubscribe,
    events,
    /** Short names of the events since the last call, discards left out. */
    told: (): string[] => events.splice(0).flatMap(shortName),
    discarded: (): string[] => events.flatMap((event) => (event.event === 'discarded' ? [event.reason] : [])),
    swipe: async (person: InventedPerson, holdMs: number = A_WHILE_MS) => {
      simulated.layDown(cardOf(person));
      await clock.advance(holdMs);
      simulated.lift();
      await clock.advance(REMOVAL_MS);
    },
  };
}

function shortName(event: ReaderEvent): string[] {
  if (event.event === 'discarded') return [];
  if (event.event === 'reading') return [event.reading.number];
  if (event.event === 'fault') return [event.code];
  if (event.event === 'reader-gone') return [`gone: ${event.reason}`];
  return [event.event];
}

const swipeOf = (person: InventedPerson) => ['card-present', person.number, 'removed'];

describe('cards laid down and lifted', () => {
  it('SR1 a card left lying is one reading, with photo and fingerprint left behind', async () => {
    const { clock, simulated, told, events } = await bench();
    expect(told()).toEqual(['reader-ready']);
    simulated.layDown({ ...cardOf(ANN), fingerprint: fingerprintFiller() });
    await clock.advance(10 * 60_000);
    expect(events.map(({ event }) => event)).toEqual(['card-present', 'reading']);
    const [, reading] = events;
    if (reading?.event !== 'reading') throw new Error('no reading');
    const { kind, number, name, sex, birth } = ANN;
    expect(reading.reading).toMatchObject({ kind, number, name, sex, birth });
    expect(simulated.commandsTaken.get('read-card-with-fingerprint')).toBeUndefined();
    expect(simulated.commandsTaken.get('read-card')).toBe(1);
    simulated.lift();
    await clock.advance(REMOVAL_MS);
    expect(told()).toEqual(swipeOf(ANN));
  });

  it('SR1 a module that finds the same card again and again gives one reading', async () => {
    const { clock, simulated, told } = await bench({ continuous: true });
    told();
    simulated.layDown(cardOf(ANN));
    await clock.advance(60_000);
    simulated.lift();
    await clock.advance(REMOVAL_MS);
    expect(told()).toEqual(swipeOf(ANN));
    expect(simulated.commandsTaken.get('read-card')).toBeGreaterThan(10);
  });

  it('SR2 one missed look is no removal, two in a row are', async () => {
    const { clock, simulated, told } = await bench();
    told();
    simulated.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    simulated.spoilNext('read-appended-addresses', { with: 'status', sw3: 0x41 });
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', ANN.number]);
    simulated.spoilNext('read-appended-addresses', { with: 'status', sw3: 0x41 });
    simulated.spoilNext('read-appended-addresses', { with: 'status', sw3: 0x41 });
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['removed']);
  });

  it.each([
    [MISSED_LOOKS_MAX - 1, []],
    [MISSED_LOOKS_MAX, ['removed']],
    [MISSED_LOOKS_MAX + 1, ['removed']],
  ])('BN1 of a card that lies there %d missed looks in a row make %j', async (looks, names) => {
    const { clock, simulated, told } = await bench();
    simulated.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    told();
    for (let n = 0; n < looks; n++)
      simulated.spoilNext('read-appended-addresses', { with: 'status', sw3: 0x41 });
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(names);
  });

  it('SR2 a card with appended addresses is held like one without', async () => {
    const { clock, simulated, told } = await bench();
    told();
    simulated.layDown({ ...cardOf(ANN), appendedAddresses: [new Uint8Array(70), new Uint8Array(70)] });
    await clock.advance(60_000);
    expect(told()).toEqual(['card-present', ANN.number]);
  });

  it('SR3 a card found during a hold ends it at once: removed, then the new reading', async () => {
    const { clock, simulated, told } = await bench();
    told();
    simulated.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    simulated.lift();
    simulated.layDown(cardOf(BEN));
    await clock.advance(READER_TIMINGS.probeGapMs);
    expect(told()).toEqual(['card-present', ANN.number, 'removed', BEN.number]);
  });

  it('SR4 the same card is a new reading after its removal was seen', async () => {
    const { told, swipe } = await bench();
    told();
    await swipe(ANN);
    await swipe(ANN);
    expect(told()).toEqual([...swipeOf(ANN), ...swipeOf(ANN)]);
  });

  it('SR14 a card pulled away while it is read is told, and the next one is read', async () => {
    const { clock, simulated, told, swipe } = await bench();
    told();
    simulated.spoilNext('read-card', { with: 'pulled-away' });
    simulated.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', 'read-failed', 'removed']);
    simulated.spoilNext('select-card', { with: 'pulled-away' });
    simulated.layDown(cardOf(BEN));
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', 'no-card-any-more', 'removed']);
    await swipe(CEM);
    expect(told()).toEqual(swipeOf(CEM));
  });

  it('SR5 a card that fails is told once, tried again without a word, and read when it can be', async () => {
    const { clock, simulated, told } = await bench();
    told();
    for (let i = 0; i < 5; i += 1) simulated.spoilNext('read-card', { with: 'status', sw3: 0x41 });
    simulated.layDown(cardOf(ANN));
    await clock.advance(60_000);
    simulated.lift();
    await clock.advance(REMOVAL_MS);
    expect(told()).toEqual(['card-present', 'read-failed', ANN.number, 'removed']);
  });

  it('SR5 selecting is repeated once without a word, because it fails now and then on good cards', async () => {
    const { simulated, told, swipe } = await bench();
    told();
    simulated.spoilNext('select-card', { with: 'status', sw3: 0x81 });
    await swipe(ANN);
    expect(told()).toEqual(swipeOf(ANN));
    simulated.spoilNext('select-card', { with: 'status', sw3: 0x81 });
    simulated.spoilNext('select-card', { with: 'status', sw3: 0x81 });
    await swipe(BEN);
    expect(told()).toEqual(['card-present', 'select-failed', BEN.number, 'removed']);
  });

  it('SR5 a card of unknown type or with a wrong number is one named fault while it lies', async () => {
    for (const continuous of [false, true]) {
      const { clock, simulated, told, swipe } = await bench({ continuous });
      told();
      const strange = cardOf(ANN);
      strange.text[248] = 'Z'.charCodeAt(0);
      simulated.layDown(strange);
      await clock.advance(60_000);
      simulated.lift();
      await clock.advance(REMOVAL_MS);
      expect(told()).toEqual(['card-present', 'unknown-card-type', 'removed']);
      await swipe(BEN);
      expect(told()).toEqual(swipeOf(BEN));
    }
  });

  it('CR13 a chip with 15 digits, another birth date or a control character is one fault while it lies', async () => {
    const strange = {
      '110199880315001   ': [122, 'invalid-number'],
      '19000101': [36, 'contradicting-number'],
      '测\u0007': [0, 'garbled-name'],
    } as const;
    for (const [text, [offset, code]] of Object.entries(strange)) {
      const { clock, simulated, told, swipe } = await bench();
      told();
      const card = cardOf(ANN);
      Buffer.from(card.text.buffer).write(text, offset, 'utf16le');
      simulated.layDown(card);
      await clock.advance(60_000);
      simulated.lift();
      await clock.advance(REMOVAL_MS);
      expect(told()).toEqual(['card-present', code, 'removed']);
      await swipe(BEN);
      expect(told()).toEqual(swipeOf(BEN));
    }
  });

  it('SR8 after any status in answer to any command the next card is read', async () => {
    const { simulated, told, swipe } = await bench();
    const commands: SdtCommand[] = ['find-card', 'select-card', 'read-card', 'read-appended-addresses'];
    const codes = [...Object.values(SDT_STATUSES).map(({ sw3 }) => sw3), 0x77];
    for (const command of commands) {
      for (const sw3 of codes) {
        simulated.spoilNext(command, { with: 'status', sw3 });
        await swipe(ANN, READ_TIMEOUT_MS);
        await swipe(BEN);
        expect(told().slice(-3), `${command} answered ${sw3.toString(16)}`).toEqual(swipeOf(BEN));
      }
    }
  });

  it('SR8 each status of a failing read is a fault of its own name, told once', async () => {
    const { simulated, told, swipe } = await bench();
    told();
    const faults = Object.entries(SDT_STATUSES).filter(([, { handling }]) =>
      ['note', 'lift', 'service'].includes(handling),
    );
    expect(faults.length).toBe(14);
    for (const [status, { sw3 }] of faults) {
      simulated.spoilNext('read-card', { with: 'status', sw3 });
      await swipe(ANN);
      expect(told()).toEqual(['card-present', status, ANN.number, 'removed']);
    }
  });
});

describe('the line', () => {
  const misbehaviours: [string, Partial<Misbehaviour>][] = [
    ['stray AA 00 before each frame', { strayBytes: true }],
    ['noise with half a head in it', { noise: Uint8Array.of(1, 0xaa, 0xaa, 0xaa, 0x96, 2) }],
    ['one byte at a time', { chunkBytes: 1 }],
    ['pieces with pauses between them', { chunkBytes: 64, chunkGapMs: 20 }],
    ['every answer late', { replyDelayMs: 400 }],
    ['a status word of the card', { cardStatusWord: [0x69, 0x85] }],
  ];

  it.each(misbehaviours)('SR6 no card is lost or doubled with %s', async (_, misbehaviour) => {
    const { told, swipe } = await bench(misbehaviour);
    expect(told()).toEqual(['reader-ready']);
    for (const person of [ANN, BEN, CEM]) {
      await swipe(person);
      await swipe(person);
    }
    expect(told()).toEqual([ANN, ANN, BEN, BEN, CEM, CEM].flatMap(swipeOf));
  });

  it('CR2 in any pieces and behind any noise the same cards give the same readings', async () => {
    const people = inventPeople({ seed: 77, count: 400 });
    // 0xAA would now and then begin a frame of its own; CR3 proves that case on the decoder.
    const noise = fc
      .uint8Array({ maxLength: 30 })
      .map((bytes) => bytes.map((byte) => (byte === 0xaa ? 0 : byte)));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_400 }),
        fc.constantFrom(0, 1, 30),
        noise,
        fc.array(fc.constantFrom(...people), { minLength: 1, maxLength: 4 }),
        async (chunkBytes, chunkGapMs, bytes, swiped) => {
          const pauses = chunkBytes < 100 ? 0 : chunkGapMs;
          const { told, swipe, reader } = await bench({ chunkBytes, chunkGapMs: pauses, noise: bytes });
          for (const person of swiped) await swipe(person);
          expect(told()).toEqual(['reader-ready', ...swiped.flatMap(swipeOf)]);
          await reader.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(['find-card', 'select-card', 'read-card', 'read-appended-addresses'] as const)(
    'SR6 what is damaged in answer to %s is asked for once more, and told as discarded',
    async (command) => {
      for (const damage of ['checksum', 'half-frame'] as const) {
        const { simulated, told, swipe, events } = await bench();
        told();
        simulated.spoilNext(command, { with: damage });
        await swipe(ANN);
        const reasons = events.flatMap((event) => (event.event === 'discarded' ? [event.reason] : []));
        expect(reasons).toEqual([damage === 'checksum' ? 'checksum' : 'cut-off']);
        expect(told()).toEqual(swipeOf(ANN));
      }
    },
  );

  it('SR6 a command the module says was damaged is sent once more', async () => {
    for (const sw3 of [0x10, 0x11]) {
      const { simulated, told, swipe } = await bench();
      told();
      simulated.spoilNext('select-card', { with: 'status', sw3 });
      simulated.spoilNext('read-card', { with: 'status', sw3 });
      await swipe(ANN);
      expect(told()).toEqual(swipeOf(ANN));
      expect(simulated.commandsTaken.get('read-card')).toBe(2);
    }
  });

  it('SR6 a photo that holds a whole frame, and a card without fingerprint, are read like any other', async () => {
    const { clock, simulated, told } = await bench({ chunkBytes: 7 });
    told();
    const card = cardOf(ANN);
    card.photo.set(encodeFrame(Uint8Array.of(0, 0, 0x41)), 100);
    simulated.layDown(card);
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['card-present', ANN.number]);
  });

  it('SR13 a frame nobody asked for, or of another command, is discarded and answers nothing', async () => {
    const { clock, simulated, told, swipe, discarded } = await bench();
    told();
    simulated.sendUnasked(encodeFrame(Uint8Array.of(0, 0, 0x9f, 0, 0, 0, 0)));
    await clock.advance(1);
    expect(discarded()).toEqual(['unexpected']);
    await swipe(ANN);
    expect(told()).toEqual(swipeOf(ANN));
  });

  it('SR13 a late answer to the command before is not taken for the answer to this one', async () => {
    const discarded: string[] = [];
    const link = new SdtLink({
      clock: new HandClock(0),
      timings: READER_TIMINGS,
      write: () => {},
      onDiscarded: ({ reason, bytes }) => discarded.push(`${reason} ${bytes}`),
      owed: [],
    });
    const found = Uint8Array.of(0, 0, 0x9f, 0, 0, 0, 0);
    const done = Uint8Array.of(0, 0, 0x90);
    const selecting = link.exchange('select-card');
    link.receive(encodeFrame(found));
    link.receive(encodeFrame(done));
    expect(await selecting).toMatchObject({ outcome: 'reply', reply: { status: 'ok' } });
    const finding = link.exchange('find-card');
    link.receive(encodeFrame(done));
    link.receive(encodeFrame(found));
    expect(await finding).toMatchObject({ outcome: 'reply', reply: { status: 'card-found' } });
    expect(discarded).toEqual(['unexpected 15', 'unexpected 11']);
    void link.exchange('find-card');
    await expect(link.exchange('select-card')).rejects.toThrow('in flight');
    link.end();
    expect(await link.exchange('find-card')).toEqual({ outcome: 'ended' });
  });

  it('SR9 at 9600 bit/s a card is waited for as long as its bytes need on the wire', async () => {
    const { told, clock, simulated } = await bench({ replyDelayMs: 4_000 }, 9_600);
    // The search would not wait so long.
    expect(told().at(-1)).not.toBe('reader-ready');
    simulated.misbehaviour.replyDelayMs = 0;
    await clock.advance(20_000);
    expect(told().at(-1)).toBe('reader-ready');
    simulated.layDown(cardOf(ANN));
    simulated.misbehaviour.chunkBytes = 200;
    simulated.misbehaviour.chunkGapMs = 250;
    await clock.advance(6_000);
    expect(told()).toEqual(['card-present', ANN.number]);
  });

  it('SR9 no card is waited for longer than five seconds', async () => {
    const { told, clock, simulated } = await bench({}, 9_600);
    await clock.advance(A_WHILE_MS);
    told();
    simulated.spoilNext('read-card', { with: 'silence' });
    simulated.layDown(cardOf(ANN));
    await clock.advance(READER_TIMINGS.readTimeoutMsMax + READER_TIMINGS.pollGapMs + 100);
    expect(told()).toEqual(['card-present', 'no-answer']);
  });
});

describe('the module', () => {
  it.each(SDT_BAUD_RATES)(
    'SR10 a module set to %d bit/s is found, and first at that rate again',
    async (rate) => {
      const { clock, line, events, told, swipe } = await bench({}, rate);
      expect(events).toEqual([{ event: 'reader-ready', baudRate: rate }]);
      await swipe(ANN);
      told();
      line.unplug();
      await clock.advance(10);
      line.plugIn();
      await clock.advance(READER_TIMINGS.reopenDelayMsMin + READER_TIMINGS.rateSettleMs);
      expect(told()).toEqual(['gone: disconnected', 'reader-ready']);
    },
  );

  it('SR10 nothing is sent sooner than 5 ms after a change of rate', async () => {
    const { simulated, clock, line } = await bench({ hung: true });
    const sentAt: number[] = [];
    let changedAt = 0;
    const spied = openReader({
      path: 'memory',
      clock,
      timings: READER_TIMINGS,
      openPort: async (path, listener) => {
        const port = await line.openPort(path, listener);
        return {
          ...port,
          write: () => sentAt.push(clock.monotonic() - changedAt),
          setBaudRate: (rate: number) => {
            changedAt = clock.monotonic();
            return port.setBaudRate!(rate);
          },
        };
      },
    });
    await clock.advance(A_WHILE_MS);
    expect(simulated.commandsTaken.size).toBe(0);
    expect(sentAt.length).toBeGreaterThanOrEqual(5);
    expect(Math.min(...sentAt)).toBe(5);
    await spied.close();
  });

  it('SR10 a module still booting is found when it answers', async () => {
    const { clock, simulated, told } = await bench({ hung: true });
    expect(told()).toEqual([]);
    simulated.misbehaviour.hung = false;
    await clock.advance(A_WHILE_MS);
    expect(told()).toEqual(['reader-ready']);
  });

  it('SR7 a module that needs service is told once and tried until it works', async () => {
    for (const code of ['sam-selftest', 'sam-unauthorised'] as const) {
      const { clock, simulated, told, swipe } = await bench({ refusesWith: SDT_STATUSES[code].sw3 });
      expect(faultMeaning(code).handling).toBe('service');
      await clock.advance(60_000);
      expect(told()).toEqual(['reader-ready', code]);
      simulated.misbehaviour.refusesWith = null;
      await clock.advance(READER_TIMINGS.serviceRetryMs);
      await swipe(ANN);
      expect(told()).toEqual(swipeOf(ANN));
    }
  });

  it('SR11 a module that stops answering is opened anew until it answers', async () => {
    const { clock, simulated, told, swipe } = await bench();
    told();
    simulated.misbehaviour.hung = true;
    await clock.advance(10_000);
    expect(told()).toEqual(['gone: hung']);
    await clock.advance(60_000);
    expect(told()).toEqual(['gone: no-answer']);
    simulated.misbehaviour.hung = false;
    await clock.advance(2 * READER_TIMINGS.reopenDelayMsMax);
    await swipe(ANN);
    expect(told()).toEqual(['reader-ready', ...swipeOf(ANN)]);
  });

  it.each([
    [SILENCES_MAX - 1, []],
    [SILENCES_MAX, ['gone: hung', 'reader-ready']],
    [SILENCES_MAX + 1, ['gone: hung', 'reader-ready']],
  ])('BN1 of a module %d commands in a row without an answer make %j', async (silences, names) => {
    const { clock, simulated, told } = await bench();
    told();
    for (let n = 0; n < silences; n++) simulated.spoilNext('find-card', { with: 'silence' });
    await clock.advance(30_000);
    expect(told()).toEqual(names);
  });

  it('SR12 an unplugged reader is told once, tried at bounded intervals and used again', async () => {
    const { clock, simulated, line, told, swipe } = await bench();
    told();
    simulated.layDown(cardOf(ANN));
    await clock.advance(A_WHILE_MS);
    line.unplug();
    simulated.lift();
    await clock.advance(10 * 60_000);
    expect(told()).toEqual(['card-present', ANN.number, 'gone: disconnected', 'gone: cannot-open']);
    line.plugIn();
    await clock.advance(READER_TIMINGS.reopenDelayMsMax + 100);
    await swipe(BEN);
    expect(told()).toEqual(['reader-ready', ...swipeOf(BEN)]);
  });

  it('SR12 after closing nothing is told, written or waited for', async () => {
    const { clock, simulated, reader, told, swipe } = await bench();
    told();
    await reader.close();
    const taken = [...simulated.commandsTaken];
    await swipe(ANN);
    expect(told()).toEqual([]);
    expect([...simulated.commandsTaken]).toEqual(taken);
    expect(clock.timersWaiting).toBe(0);
  });

  it('SR12 who has unsubscribed is told nothing more', async () => {
    const { unsubscribe, told, swipe } = await bench();
    told();
    unsubscribe();
    await swipe(ANN);
    expect(told()).toEqual([]);
  });
});

describe('words for people and objects for programs', () => {
  const kinds = ['resident', 'hmt', 'foreigner-2017', 'foreigner-2023'] as const;

  it.each(kinds)('CR12 a %s is masked in both forms unless personal data is asked for', async (kind) => {
    const { clock, simulated, events } = await bench();
    const person = inventPerson(seededRandom(12), kind);
    simulated.layDown(cardOf(person));
    await clock.advance(A_WHILE_MS);
    const reading = events.find(({ event }) => event === 'reading');
    if (reading === undefined) throw new Error('no reading');
    const secrets = [
      person.number,
      person.name,
      person.birth,
      ...(person.nameEnglish ? [person.nameEnglish] : []),
    ];
    for (const secret of secrets) {
      expect(lineForPeople(reading, false)).not.toContain(secret);
      expect(JSON.stringify(objectForPrograms(reading, false))).not.toContain(secret);
      expect(lineForPeople(reading, true)).toContain(secret);
      expect(JSON.stringify(objectForPrograms(reading, true))).toContain(secret);
    }
    expect(Object.keys(objectForPrograms(reading, true)!)).toEqual([
      'event',
      'kind',
      'number',
      'name',
      'nameEnglish',
      'sex',
      'birth',
      'validFrom',
      'validTo',
    ]);
  });

  it('CR12 every fault, discard and loss has a line in both languages', () => {
    const faults: ReaderFaultCode[] = [
      'read-failed',
      'invalid-number',
      'no-answer',
      'unlisted',
      'sam-selftest',
    ];
    const events: ReaderEvent[] = [
      ...faults.map((code) => ({ event: 'fault' as const, code })),
      { event: 'discarded', reason: 'checksum', bytes: 1295 },
      { event: 'reader-gone', reason: 'hung', detail: 'the reader on COM3 stopped answering' },
      { event: 'reader-ready', baudRate: 9600 },
      { event: 'reader-ready', baudRate: null },
      { event: 'card-present' },
      { event: 'removed' },
    ];
    for (const event of events) expect(lineForPeople(event, false)).toMatch(/\p{Script=Han}.*[a-z]{3}/u);
    expect(objectForPrograms(events.at(-1)!, false)).toEqual({ event: 'removed' });
    expect(objectForPrograms({ event: 'card-present' }, false)).toBeNull();
    expect(objectForPrograms({ event: 'reader-gone', reason: 'hung', detail: '' }, false)).toEqual({
      event: 'fault',
      code: 'reader-hung',
    });
  });
});
