import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandReply } from '#shared/contract/kiosk-screen.ts';
import { COMMAND_BYTES_MAX, serveScreen, type ScreenServer } from '../../../kiosk/browser/screen-server.ts';
import { temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';

describe('bounds of the page’s socket', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  let server: ScreenServer;
  beforeEach(async () => {
    place = temporaryDirectory();
    const engine = {
      onState: () => () => {},
      send: (): Promise<CommandReply> => Promise.resolve({ ok: true }),
    };
    server = await serveScreen({ engine, directory: place.directory, token: 't', port: 0 });
  });
  afterEach(async () => {
    await server.stop();
    place.remove();
  });

  /** What becomes of a message of so many bytes on the wire. */
  async function sent(bytes: number): Promise<string> {
    const socket = io(new URL(server.address).origin, {
      transports: ['websocket'],
      auth: { token: 't' },
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    // engine.io and socket.io put `42`, the number of the question and the brackets around it
    const around = '420["command",""]'.length;
    const answer = socket.timeout(10_000).emitWithAck('command', 'x'.repeat(bytes - around));
    const ended = new Promise<string>((resolve) => socket.once('disconnect', () => resolve('hung up')));
    const outcome = await Promise.race([answer.then((reply: { ok: boolean }) => `${reply.ok}`), ended]);
    answer.catch(() => null); // of a socket that is gone
    socket.disconnect();
    return outcome;
  }

  it('BN1 a message up to the bound is answered, be it no command, and a longer one ends the connection', async () => {
    expect([
      await sent(COMMAND_BYTES_MAX - 1),
      await sent(COMMAND_BYTES_MAX),
      await sent(COMMAND_BYTES_MAX + 1),
    ]).toEqual(['false', 'false', 'hung up']);
  });
});
