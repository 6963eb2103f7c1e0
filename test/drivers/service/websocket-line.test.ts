import { createServer, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ANSWER_BYTES_MAX, type LineAnswer } from '#drivers/service/service-line.ts';
import { webSocketLine } from '#drivers/service/websocket-line.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { type Asked, serveWebSocket } from '../../site/readers/simulated-service-wire.ts';

const TIMEOUT_MS = 5_000;

/** A server's frame, written from RFC 6455 5.2. */
function serverFrame(payload: Uint8Array, { opcode = 1, isLast = true } = {}): number[] {
  const first = (isLast ? 0x80 : 0) | opcode;
  const head =
    payload.length < 126 ? [first, payload.length] : [first, 126, payload.length >> 8, payload.length & 0xff];
  return [...head, ...payload];
}

/** A line to a server that does `onAsked` for each question; `ask` gives the answer's text. */
async function lineBench(onAsked: (asked: Asked) => void) {
  const server = await serveWebSocket(0, onAsked);
  const unasked: string[] = [];
  const line = webSocketLine({ protocol: 'ws', host: '127.0.0.1', port: server.port }, systemClock, (text) =>
    unasked.push(text),
  );
  return {
    server,
    line,
    unasked,
    ask: () => line.ask({ request: 'a question', decode: (text) => text, timeoutMs: TIMEOUT_MS }),
    async [Symbol.asyncDispose]() {
      line.end();
      await server.close();
    },
  };
}

/** What every question hears of a line to a server that answers a handshake with `answer`. */
async function handshakeAnswered(answer: string): Promise<{ heard: LineAnswer<string>[]; request: string }> {
  let request = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      request += bytes.toString('latin1');
      socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  const line = webSocketLine(
    { protocol: 'ws', host: '127.0.0.1', port: address.port },
    systemClock,
    () => {},
  );
  const question = { request: 'a question', decode: (text: string) => text, timeoutMs: TIMEOUT_MS };
  const heard = [await line.ask(question), await line.ask(question)];
  line.end();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return { heard, request };
}

const BROKEN = { outcome: 'lost', code: 'broken' };

describe('a WebSocket line', () => {
  const payload = fc
    .string({ unit: 'grapheme', maxLength: 200 })
    .map((text) => new TextEncoder().encode(text));

  it('VS13 any split of the same bytes yields the same messages, fragments and pings between them included', async () => {
    const parts = fc.array(payload, { minLength: 1, maxLength: 4 });
    let stream = Uint8Array.of();
    let ends: number[] = [];
    await using bench = await lineBench((asked) => {
      void (async () => {
        for (const [i, end] of ends.entries()) {
          asked.raw(stream.subarray(ends[i - 1] ?? 0, end));
          await setImmediate();
        }
      })();
    });
    await fc.assert(
      fc.asyncProperty(parts, payload, fc.array(fc.nat()), async (message, ping, cuts) => {
        stream = Uint8Array.from(
          message.flatMap((part, i) => [
            ...serverFrame(ping.subarray(0, 125), { opcode: 9 }),
            ...serverFrame(part, { opcode: i === 0 ? 1 : 0, isLast: i === message.length - 1 }),
          ]),
        );
        ends = cuts.map((cut) => cut % stream.length).toSorted((a, b) => a - b);
        ends.push(stream.length);
        expect(await bench.ask()).toEqual({ outcome: 'answer', value: Buffer.concat(message).toString() });
      }),
    );
    expect(bench.unasked).toEqual([]);
  });

  it('VS13 any bytes are an answer or end the line, and nothing follows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        await using bench = await lineBench((asked) => {
          asked.raw(bytes);
          asked.hangUp();
        });
        const [first, later] = [await bench.ask(), await bench.ask()];
        expect(['answer', 'unusable', 'lost']).toContain(first.outcome);
        if (first.outcome === 'unusable') expect(later).toEqual(BROKEN);
        else expect(['lost', 'unusable']).toContain(later.outcome);
        expect(await bench.ask()).toMatchObject({ outcome: 'lost' });
      }),
    );
  });

  it.each([
    ['a masked frame', [0x81, 0x81, 1, 2, 3, 4, 5]],
    ['an extension nobody asked for', [0xc1, 1, 0x41]],
    ['a fragment without a beginning', [0x80, 1, 0x41]],
    ['a message within another', [0x01, 1, 0x41, 0x81, 1, 0x41]],
    ['a ping in fragments', [0x09, 1, 0x41]],
    ['a ping of 126 bytes', [0x89, 126, 0, 126]],
    ['an unknown opcode', [0x83, 1, 0x41]],
  ])('VS13 %s ends the line as noise, and what follows is not heard', async (_, bytes) => {
    await using bench = await lineBench((asked) => {
      asked.raw(Uint8Array.from([...bytes, ...serverFrame(Buffer.from('too late'))]));
    });
    expect(await bench.ask()).toMatchObject({ outcome: 'unusable', reason: 'noise' });
    expect(await bench.ask()).toEqual(BROKEN);
    expect(bench.unasked).toEqual([]);
  });

  it.each([
    ['at its head', () => [Uint8Array.of(0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0)]],
    [
      'at a head beyond all numbers',
      () => [Uint8Array.of(0x82, 127, ...Array.from({ length: 8 }, () => 255))],
    ],
    [
      'at the head of a fragment that makes it so',
      () =>
        Array.from({ length: ANSWER_BYTES_MAX / 0x8000 + 1 }, (_, i) =>
          Uint8Array.from(serverFrame(new Uint8Array(0x8000), { opcode: i === 0 ? 1 : 0, isLast: false })),
        ),
    ],
    ['in endless fragments without content', () => [Uint8Array.of(0x01, 0), Buffer.alloc(ANSWER_BYTES_MAX)]],
  ])('VS13 a message beyond the bound is refused %s', async (_, stream) => {
    await using bench = await lineBench((asked) => {
      for (const bytes of stream()) asked.raw(bytes);
    });
    const answer = await bench.ask();
    expect(answer).toMatchObject({ outcome: 'unusable', reason: 'length' });
    expect(await bench.ask()).toEqual(BROKEN);
    if (answer.outcome !== 'unusable') throw new Error('no bytes to count');
    expect(answer.bytes).toBeGreaterThan(0);
    expect(answer.bytes).toBeLessThanOrEqual(2 * ANSWER_BYTES_MAX);
  });

  it('VS13 a message of the bound is heard, and text in another code page reaches its reader as it was sent', async () => {
    const body = Buffer.alloc(ANSWER_BYTES_MAX, 'x');
    await using whole = await lineBench((asked) => asked.answer(body, false));
    expect(await whole.ask()).toEqual({ outcome: 'answer', value: body.toString() });
    await using gbk = await lineBench((asked) => asked.answer(Uint8Array.of(0xd5, 0xc5), false));
    expect(await gbk.ask()).toEqual({ outcome: 'answer', value: '张' });
  });

  it('VS6 how a line ended is told by name to the question that waits and to every later one', async () => {
    const endings: [(asked: Asked) => void, string][] = [
      [(asked) => asked.turnAway(), 'ended'],
      [(asked) => asked.raw(Uint8Array.of(0x88, 0)), 'ended'],
      [(asked) => asked.hangUp(), 'closed'],
      [(asked) => asked.half(Buffer.alloc(100)), 'closed'],
    ];
    for (const [ending, code] of endings) {
      await using bench = await lineBench(ending);
      expect([await bench.ask(), await bench.ask()]).toEqual([
        { outcome: 'lost', code },
        { outcome: 'lost', code },
      ]);
    }
    const gone = await lineBench(() => {});
    await gone.server.close();
    const nobody = webSocketLine(
      { protocol: 'ws', host: '127.0.0.1', port: gone.server.port },
      systemClock,
      () => {},
    );
    const refused = await nobody.ask({ request: '', decode: () => null, timeoutMs: TIMEOUT_MS });
    expect(refused).toEqual({ outcome: 'lost', code: 'ECONNREFUSED' });
  });

  it('VS10 what is no WebSocket stays none, and a redirect is not followed', async () => {
    const none = { outcome: 'unusable', reason: 'unexpected', bytes: 0 };
    for (const answer of [
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.2:9000/\r\nContent-Length: 0\r\n\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
    ]) {
      const { heard, request } = await handshakeAnswered(answer);
      expect(heard).toEqual([none, none]);
      expect(request.match(/^GET /gm)).toHaveLength(1);
      expect(request).not.toMatch(/^sec-websocket-(extensions|protocol):/im);
    }
    const { heard } = await handshakeAnswered('SSH-2.0-OpenSSH_9.2\r\n');
    expect(heard[0]).toMatchObject({ outcome: 'lost', code: expect.stringMatching(/^HPE_/) });
  });
});
