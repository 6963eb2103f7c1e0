import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { detectServices, SERVICE_PLACES } from '#drivers/service/service-detection.ts';
import type { ServiceDialect } from '#drivers/service/service-dialects.ts';
import { parseServiceAddress } from '#drivers/service/service-line.ts';
import { openServiceReader } from '#drivers/service/service-reader.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import type { Clock } from '#shared/clock.ts';

import { type InventedPerson, inventPeople, inventPerson } from '../../site/invented-people.ts';
import { type ServiceHabits, SimulatedService, type Spoiling } from '../../site/readers/simulated-service.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { QUICK, Told } from '../../support/readers/told-events.ts';

const [ANN, BEN] = inventPeople({ seed: 7, count: 2 }) as [InventedPerson, InventedPerson];
const DIALECTS: readonly ServiceDialect[] = ['huashi', 'shensi', 'decard'];
/** Whatever would be told of a card that lies there is told by then. */
const MANY_LOOKS = 20;

/** A simulated service that listens, a reader at it, and what that has told; `end` frees both. */
async function serviceBench(
  dialect: ServiceDialect,
  habits: Partial<ServiceHabits> = {},
  clock: Clock = systemClock,
) {
  const service = new SimulatedService(dialect);
  Object.assign(service.habits, habits);
  await service.start(0);
  const reader = openServiceReader({ dialect, at: service.at, clock, timings: QUICK });
  const told = new Told(reader);
  /** The next `count` questions have been put and what was answered has been told. */
  const looks = async (count: number) => {
    const until = service.asked.length + count;
    // One question at a time: the one after them is put when the last of them is done with.
    while (service.asked.length <= until) await sleep(1);
  };
  return {
    service,
    reader,
    told,
    looks,
    /** All answers that were to be spoiled have been given, and told. */
    spoiled: async () => {
      while (service.spoilingsLeft > 0) await sleep(1);
      await looks(1);
    },
    async [Symbol.asyncDispose]() {
      await reader.close();
      await service.stop();
    },
  };
}

/** The machine's time, but a question times out exactly when the service has left it without an answer. */
function timeOutsOf(silences: () => number): Clock & { stop: () => void } {
  const waiting = new Set<() => void>();
  let heard = 0;
  const watch = setInterval(() => {
    if (heard === silences()) return;
    heard = silences();
    for (const run of waiting) run();
  }, 1);
  return {
    ...systemClock,
    timer: (delayMs, run) => {
      if (delayMs < QUICK.readTimeoutMsMax) return systemClock.timer(delayMs, run);
      waiting.add(run);
      return () => waiting.delete(run);
    },
    stop: () => clearInterval(watch),
  };
}

describe.each(DIALECTS)('the %s service', (dialect) => {
  it('VS1 a card is read: number and name from the service, birth and sex from the number, nothing else', async () => {
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    bench.service.layDown(ANN);
    await bench.told.upTo(ANN.number);
    const { number, name, sex, birth } = ANN;
    expect(bench.told.events.find(({ event }) => event === 'reading')).toEqual({
      event: 'reading',
      reading: {
        kind: 'resident',
        number,
        name,
        nameEnglish: null,
        sex,
        birth,
        validFrom: null,
        validTo: null,
        ethnicity: '',
      },
    });
  });

  it('VS1 cards of HMT people and foreigners are read too', async () => {
    const random = seededRandom(11);
    for (const kind of ['hmt', 'foreigner-2017', 'foreigner-2023'] as const) {
      await using bench = await serviceBench(dialect);
      const person = inventPerson(random, kind);
      await bench.told.upTo('reader-ready');
      bench.service.layDown(person);
      await bench.told.upTo(person.number);
      expect(bench.told.events.at(-1)).toMatchObject({ reading: { kind, name: person.name } });
    }
  });

  it.each([true, false])(
    'VS2 a card left lying is one reading, the next card another, the first one again a third (continuous: %s)',
    async (continuous) => {
      await using bench = await serviceBench(dialect, { continuous });
      await bench.told.upTo('reader-ready');
      bench.service.layDown(ANN);
      await bench.told.upTo(continuous ? ANN.number : 'removed');
      expect(await bench.told.during(bench.looks(MANY_LOOKS))).toEqual([]);
      bench.service.liftAll();
      bench.service.layDown(BEN);
      const second = await bench.told.upTo(continuous ? BEN.number : 'removed');
      expect(second).toEqual(continuous ? ['removed', BEN.number] : [BEN.number, 'removed']);
      bench.service.liftAll();
      if (continuous) expect(await bench.told.upTo('removed')).toEqual(['removed']);
      bench.service.layDown(ANN);
      expect(await bench.told.upTo(ANN.number)).toEqual([ANN.number]);
    },
  );

  it('VS2 one look that finds nothing while the card lies there is no removal', async () => {
    await using bench = await serviceBench(dialect, { continuous: true });
    bench.service.layDown(ANN);
    await bench.told.upTo(ANN.number);
    for (let i = 0; i < 5; i += 1) {
      bench.service.spoilNext({ with: 'no-card', code: -11 });
      expect(await bench.told.during(bench.looks(3))).toEqual([]);
    }
  });

  it('VS3 a number that does not verify is one fault while the card lies there, never a reading', async () => {
    const checkDigit = ANN.number.endsWith('1') ? '2' : '1';
    for (const number of [ANN.number.slice(0, 17) + checkDigit, '110199560131001', 'not a number']) {
      await using bench = await serviceBench(dialect, { continuous: true });
      await bench.told.upTo('reader-ready');
      bench.service.layDown({ ...ANN, number });
      expect(await bench.told.upTo('invalid-number')).toEqual(['invalid-number']);
      expect(await bench.told.during(bench.looks(MANY_LOOKS))).toEqual([]);
      bench.service.liftAll();
      expect(await bench.told.upTo('removed')).toEqual(['removed']);
      bench.service.layDown(BEN);
      expect(await bench.told.upTo(BEN.number)).toEqual([BEN.number]);
    }
  });

  it('VS4 codes of failure, two cards at once, an empty reader: nobody is told that a card failed', async () => {
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    bench.service.spoilNext(...[-11, -12, 1, 65, -999].map((code): Spoiling => ({ with: 'no-card', code })));
    bench.service.layDown(ANN);
    bench.service.layDown(BEN);
    expect(await bench.told.during(bench.looks(MANY_LOOKS))).toEqual([]);
    bench.service.liftAll();
    bench.service.layDown(BEN);
    expect(await bench.told.upTo(BEN.number)).toEqual([BEN.number]);
  });

  it('VS5 pieces, other messages, a slow service and its own code page hinder no card', async () => {
    await using bench = await serviceBench(dialect, {
      inPieces: true,
      chatty: dialect !== 'huashi',
      slowMs: 30,
      codePage: 'gb18030',
    });
    await bench.told.upTo('reader-ready');
    bench.service.layDown(ANN);
    await bench.told.upTo(ANN.number);
    expect(bench.told.events.at(-1)).toMatchObject({ reading: { name: ANN.name } });
    expect(bench.told.discarded).toEqual([]);
  });

  const SPOILINGS: Spoiling['with'][] = ['garbage', 'half', 'hang-up', 'turn-away', 'huge', 'not-http'];
  it.each(SPOILINGS)('VS6 after an answer spoiled by %s the next card is read', async (how) => {
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    bench.service.spoilNext({ with: how } as Spoiling);
    expect(await bench.told.during(bench.spoiled())).not.toContain('invalid-number');
    bench.service.layDown(ANN);
    expect(await bench.told.upTo(ANN.number)).toContain(ANN.number);
  });

  it('VS6 a service that hangs is told once, tried again without end, and its next card is read', async () => {
    let silences = () => 0;
    const clock = timeOutsOf(() => silences());
    await using bench = await serviceBench(dialect, {}, clock);
    silences = () => bench.service.silences;
    await bench.told.upTo('reader-ready');
    bench.service.spoilNext(...Array.from({ length: 6 }, (): Spoiling => ({ with: 'silence' })));
    expect(await bench.told.upTo('gone: hung')).toEqual(['gone: hung']);
    bench.service.layDown(ANN);
    const later = await bench.told.upTo(ANN.number);
    expect(later.filter((name) => name.startsWith('gone'))).toEqual(['gone: no-answer']);
    clock.stop();
  });

  it('VS6 another program on the port is told by name and never taken for the service', async () => {
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    await bench.service.stop();
    expect(await bench.told.upTo('gone: cannot-open')).toEqual(['gone: disconnected', 'gone: cannot-open']);
    bench.service.spoilNext(
      ...Array.from({ length: 500 }, (): Spoiling => ({ with: 'text', text: '{"ok":true}' })),
    );
    await bench.service.start(0);
    expect(await bench.told.upTo('gone: no-answer')).toEqual(['gone: no-answer']);
    expect(bench.told.events.findLast(({ event }) => event === 'reader-gone')).toMatchObject({
      detail: expect.stringContaining('is not the'),
    });
  });

  it('VS6 what never was a service of this kind is told as such from the first try', async () => {
    const service = new SimulatedService(dialect === 'huashi' ? 'shensi' : 'huashi');
    await service.start(0);
    const at = service.at.replace(/^[a-z]+/, dialect === 'huashi' ? 'http' : 'ws');
    const reader = openServiceReader({ dialect, at, clock: systemClock, timings: QUICK });
    const told = new Told(reader);
    expect(await told.upTo('gone: no-answer')).toEqual(['gone: no-answer']);
    await reader.close();
    await service.stop();
  });

  it('VS7 a service restarted under a lying card gives no second reading, and the next card is read', async () => {
    await using bench = await serviceBench(dialect, { continuous: true });
    bench.service.layDown(ANN);
    await bench.told.upTo(ANN.number);
    await bench.service.stop();
    await bench.told.upTo('gone: cannot-open');
    await bench.service.start(0);
    expect(await bench.told.upTo('reader-ready')).toEqual(['reader-ready']);
    expect(await bench.told.during(bench.looks(MANY_LOOKS))).toEqual([]);
    bench.service.liftAll();
    bench.service.layDown(BEN);
    expect(await bench.told.upTo(BEN.number)).toEqual(['removed', BEN.number]);
  });

  it('VS8 a service without a reader is told as gone, and is ready when the reader is plugged in', async () => {
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    await bench.service.stop();
    await bench.told.upTo('gone: cannot-open');
    bench.service.hasReader = false;
    await bench.service.start(0);
    expect(await bench.told.during(bench.looks(MANY_LOOKS))).toEqual([]);
    bench.service.hasReader = true;
    expect(await bench.told.upTo('reader-ready')).toEqual(['reader-ready']);
  });

  it('VS9 nothing a service says in words is told or logged', async () => {
    const secret = `${ANN.name} ${ANN.number}`;
    const words = {
      errorMsg: secret,
      ErrMsg: secret,
      func: secret,
      Method: secret,
      resultFlag: secret,
      out: [secret],
    };
    await using bench = await serviceBench(dialect);
    await bench.told.upTo('reader-ready');
    for (const text of [
      secret,
      JSON.stringify(words),
      JSON.stringify([words]),
      `${JSON.stringify(words)}${secret}`,
    ])
      bench.service.spoilNext({ with: 'text', text }, { with: 'hang-up' }, { with: 'text', text });
    await bench.told.during(bench.spoiled());
    await bench.service.stop();
    await bench.told.upTo('gone: cannot-open');
    expect(bench.told.events.at(-1)).toMatchObject({ event: 'reader-gone', reason: 'cannot-open' });
    const everything = JSON.stringify(bench.told.events);
    expect(everything).not.toContain(ANN.name);
    expect(everything).not.toContain(ANN.number);
    expect(bench.told.discarded.length).toBeGreaterThan(0);
  });

  it('VS6 closed in the middle of a question, nothing follows and nothing keeps the process', async () => {
    const bench = await serviceBench(dialect, { slowMs: 60_000 });
    while (bench.service.asked.length === 0) await sleep(1);
    await bench.reader.close();
    expect(bench.told.events).toEqual([]);
    await bench.service.stop();
  });
});

describe('what only some services do', () => {
  it('VS2 a card the service tells of by itself is a reading, once', async () => {
    await using bench = await serviceBench('shensi');
    await bench.told.upTo('reader-ready');
    bench.service.push(ANN);
    bench.service.push(ANN);
    await bench.told.upTo('removed');
    expect(bench.told.events.filter(({ event }) => event === 'reading')).toHaveLength(1);
  });

  it('VS1 a 德卡 record with a field in front of the name is read all the same', async () => {
    await using bench = await serviceBench('decard', { typedRecords: true });
    const hmt = inventPerson(seededRandom(12), 'hmt');
    for (const person of [ANN, hmt]) {
      bench.service.layDown(person);
      await bench.told.upTo('removed');
      expect(bench.told.events.at(-2)).toMatchObject({
        reading: { number: person.number, name: person.name },
      });
      bench.service.liftAll();
    }
  });

  it('VS8 华视: a code never seen for an empty reader has the reader opened anew, and its loss is told', async () => {
    await using bench = await serviceBench('huashi');
    await bench.told.upTo('reader-ready');
    bench.service.hasReader = false;
    expect(await bench.told.upTo('gone: cannot-open')).toEqual(['gone: disconnected', 'gone: cannot-open']);
    expect(bench.told.events.at(-1)).toMatchObject({ detail: expect.stringContaining('finds no reader') });
  });

  it('VS8 神思: a service that calls its open reader a failure is believed once it has read a card', async () => {
    const service = new SimulatedService('shensi');
    await service.start(0);
    service.spoilNext({ with: 'code', code: 3 });
    service.layDown(ANN);
    const reader = openServiceReader({
      dialect: 'shensi',
      at: service.at,
      clock: systemClock,
      timings: QUICK,
    });
    const told = new Told(reader);
    expect(await told.upTo(ANN.number)).toEqual(['reader-ready', ANN.number]);
    await reader.close();
    await service.stop();
  });

  it("VS5 Node's own clients read a card from the simulated services: the wire is no invention of the driver's", async () => {
    const web = new SimulatedService('huashi');
    await web.start(0);
    web.layDown(ANN);
    const response = await fetch(`${web.at}/readcard`);
    expect(await response.json()).toMatchObject({
      resultFlag: 0,
      certNumber: ANN.number,
      partyName: ANN.name,
    });
    await web.stop();

    const service = new SimulatedService('decard');
    service.habits.inPieces = true;
    await service.start(0);
    service.layDown(ANN);
    const socket = new WebSocket(service.at);
    const message = new Promise<unknown>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(data));
    });
    socket.addEventListener('open', () => socket.send('{"func":"iReadIdentityCard","in":["1","0"]}'));
    expect(String(await message)).toContain(ANN.number);
    await service.stop();
  });
});

describe('a machine that is busy', () => {
  it('VS5 what has come in is read before a time-out that fell due while nobody ran the program', async () => {
    const order: string[] = [];
    const server = createServer();
    const there = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const asking = createConnection({ host: '127.0.0.1', port });
    asking.on('data', () => order.push('answer'));
    const answering = await there;
    const over = new Promise<void>((resolve) => {
      systemClock.timer(5, () => {
        order.push('time-out');
        resolve();
      });
    });
    answering.write('a card');
    for (const until = performance.now() + 50; performance.now() < until;);
    await over;
    expect(order).toEqual(['answer', 'time-out']);
    asking.destroy();
    server.close();
  });
});

describe('only this machine is asked', () => {
  it('VS10 any other host, protocol or port is refused by its name', async () => {
    expect(parseServiceAddress('http://127.0.0.1:19196')).toEqual({
      protocol: 'http',
      host: '127.0.0.1',
      port: 19196,
    });
    expect(parseServiceAddress('ws://localhost:9000/')).toEqual({
      protocol: 'ws',
      host: '127.0.0.1',
      port: 9000,
    });
    expect(parseServiceAddress('ws://[::1]:9000')).toEqual({ protocol: 'ws', host: '::1', port: 9000 });
    const others = [
      'http://192.168.1.5:19196',
      'http://localhost.example:1',
      'http://127.0.0.1@example.com:80',
      'https://127.0.0.1:1',
    ];
    const wrong = [
      'http://127.0.0.1:0',
      'http://127.0.0.1:65536',
      'http://127.0.0.1',
      'ws://127.1:9000',
      '',
      'http://127.0.0.1:1/path',
    ];
    for (const at of [...others, ...wrong]) expect(parseServiceAddress(at), at).toBeNull();
    for (const at of [...others, 'ws://127.0.0.1:19196']) {
      const reader = openServiceReader({ dialect: 'huashi', at, clock: systemClock, timings: QUICK });
      const told = new Told(reader);
      expect(await told.upTo('gone: cannot-open')).toEqual(['gone: cannot-open']);
      // Many times the pause before another try.
      expect(await told.during(sleep(100))).toEqual([]);
      await reader.close();
    }
  });
});

describe('finding the services', () => {
  /** What answers is not measured: on a busy machine the answer may come late. */
  const STILL = new HandClock(0);
  const NOBODY = { huashi: 'http://127.0.0.1:1', shensi: 'ws://127.0.0.1:1', decard: 'ws://127.0.0.1:1' };

  it('VS11 who listens and answers as the service does is found, with or without its reader', async () => {
    expect(SERVICE_PLACES).toEqual({
      huashi: 'http://127.0.0.1:19196',
      shensi: 'ws://127.0.0.1:9000',
      decard: 'ws://127.0.0.1:47903',
    });
    expect(await detectServices(NOBODY, STILL)).toEqual([]);
    for (const dialect of DIALECTS) {
      const service = new SimulatedService(dialect);
      await service.start(0);
      const places = { ...NOBODY, [dialect]: service.at };
      expect(await detectServices(places, STILL)).toEqual([{ dialect, at: service.at, reader: 'connected' }]);
      service.hasReader = false;
      expect(await detectServices(places, STILL)).toEqual([{ dialect, at: service.at, reader: 'missing' }]);
      await service.stop();
    }
  });

  it('VS11 another program on the port is no service, and another machine is not asked', async () => {
    for (const dialect of DIALECTS) {
      const service = new SimulatedService(dialect);
      await service.start(0);
      for (const how of ['garbage', 'not-http', 'turn-away', 'hang-up', 'half', 'huge'] as const) {
        service.spoilNext({ with: how }, { with: how });
        expect(await detectServices({ ...NOBODY, [dialect]: service.at }, STILL)).toEqual([]);
        service.spoilNext();
      }
      const asked = service.asked.length;
      const elsewhere = service.at.replace('127.0.0.1', '127.0.0.2');
      expect(await detectServices({ ...NOBODY, [dialect]: elsewhere }, STILL)).toEqual([]);
      expect(service.asked).toHaveLength(asked);
      await service.stop();
    }
  });
});
