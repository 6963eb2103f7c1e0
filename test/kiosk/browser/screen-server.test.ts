import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { CommandReply, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { serveScreen, type ScreenServer } from '../../../kiosk/browser/screen-server.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { RoundBook } from '../../../kiosk/station/books/round-book.ts';
import { sodiumReady } from '../../../kiosk/station/journal/seal.ts';
import { KIOSK_VERSION } from '../../../kiosk/station/version.ts';
import { makeRound, roundsMessage, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { message } from '#shared/language/message.ts';

const TOKEN = 'the-token-of-this-start';
let place: ReturnType<typeof temporaryDirectory>;
let server: ScreenServer;
let commands: KioskCommand[];
const sockets: Socket[] = [];

beforeEach(async () => {
  place = temporaryDirectory();
  const page = path.join(place.directory, 'page');
  mkdirSync(path.join(page, 'assets'), { recursive: true });
  writeFileSync(path.join(page, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(page, 'assets/a.js'), '1');
  writeFileSync(path.join(place.directory, 'secret.js'), 'secret');
  commands = [];
  const engine = {
    onState: (listener: (state: KioskState) => void) => {
      listener({ serial: 7 } as KioskState);
      return () => {};
    },
    send: (command: KioskCommand): Promise<CommandReply> => {
      commands.push(command);
      return Promise.resolve({ ok: true });
    },
  };
  server = await serveScreen({ engine, directory: page, token: TOKEN, port: 0 });
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await server.stop();
  place.remove();
});

function ask(
  file: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const { port } = new URL(server.address);
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: file, headers }, (answer) => {
      let body = '';
      answer.on('data', (part: Buffer) => (body += part.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

function connect(token: string, headers: Record<string, string>): Promise<Socket | string> {
  const socket = io(new URL(server.address).origin, {
    transports: ['websocket'],
    auth: { token },
    reconnection: false,
    extraHeaders: headers,
  });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => resolve(error.message));
  });
}

describe('the loopback page', () => {
  it('KS5 serves its own files to its own Host and Origin alone', async () => {
    const { host, hash } = new URL(server.address);
    expect(hash).toBe(`#token=${TOKEN}`);
    const page = await ask('/', {});
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await ask('/assets/a.js', { origin: `http://${host}` })).status).toBe(200);
    expect((await ask('/', { host: 'attacker.example' })).status).toBe(403);
    expect((await ask('/', { origin: 'http://attacker.example' })).status).toBe(403);
    for (const outside of [
      '/../secret.js',
      '/%2e%2e/secret.js',
      '/..%2fsecret.js',
      '/%',
      '/assets',
      '/nothing.js',
    ])
      expect(await ask(outside, {}), outside).toMatchObject({ status: 404, body: 'not here' });
  });

  it('KS5 the socket wants the token and the Origin, tells states, and refuses what is no command', async () => {
    expect(await connect('wrong', {})).toBe('token');
    expect(await connect('', {})).toBe('token');
    expect(typeof (await connect(TOKEN, { origin: 'http://attacker.example' }))).toBe('string');
    const socket = await connect(TOKEN, {});
    if (typeof socket === 'string') throw new Error(socket);
    const reply = (command: unknown): Promise<CommandReply> =>
      socket.emitWithAck('command', command) as Promise<CommandReply>;
    expect(await reply({ command: 'undo' })).toEqual({ ok: true });
    expect(await reply({ command: 'move-last', count: 0, to: 'no-tube' })).toMatchObject({
      ok: false,
      code: 'invalid',
      words: message('program.not-command', { at: 'count' }),
    });
    expect(await reply('rubbish')).toMatchObject({ ok: false, code: 'invalid' });
    expect(commands).toEqual([{ command: 'undo' }]);
  });

  it('KS6 the version a kiosk tells is that of the package', () => {
    const { version } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(KIOSK_VERSION).toBe(version);
  });
});

describe('round keys', () => {
  it('KS2 a round key is written nowhere but wrapped, and comes back only with the opening code', async () => {
    await sodiumReady();
    const round = await makeRound(1);
    const file = path.join(place.directory, 'kiosk.db');
    const db = openDatabase({ file, nativeBinding: null });
    const book = new RoundBook(db, () => {});
    book.take(roundsMessage(round));
    expect(book.keyOf(round.info.round)).toEqual(Uint8Array.from(round.key));
    db.close();
    const disk = readFileSync(file);
    const hex = Buffer.from(round.key).toString('hex');
    for (const form of [
      Buffer.from(round.key),
      Buffer.from(hex),
      Buffer.from(hex.toUpperCase()),
      Buffer.from(Buffer.from(round.key).toString('base64')),
    ])
      expect(disk.includes(form)).toBe(false);
    const again = openDatabase({ file, nativeBinding: null });
    const reopened = new RoundBook(again, () => {});
    expect(reopened.rounds).toEqual([round.info]);
    expect(reopened.keyOf(round.info.round)).toBeNull();
    expect(await reopened.unlock('1234567890')).toBe(0);
    expect(reopened.keyOf(round.info.round)).toBeNull();
    expect(await reopened.unlock(round.openingCode)).toBe(1);
    expect(reopened.keyOf(round.info.round)).toEqual(Uint8Array.from(round.key));
    again.close();
  });
});
