import { io } from 'socket.io-client';
import {
  commandReplySchema,
  kioskStateSchema,
  type CommandReply,
  type Face,
  type KioskBridge,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { StateOrder } from '#shared/contract/state-order.ts';

/** An engine on the same machine answers within one disk sync; beyond this it is gone. */
const COMMAND_TIMEOUT_MS = 5000;

const NO_ANSWER: CommandReply = {
  ok: false,
  code: 'no-answer',
  words: message('program.gone'),
};

/** The kiosk's bridge over the loopback socket of the browser kiosk. Event `state` down, `command` up with its reply. */
export function socketBridge(to: { origin: string; token: string }): KioskBridge {
  const socket = io(to.origin, { transports: ['websocket'], auth: { token: to.token }, retries: 0 });
  const order = new StateOrder();
  const listeners = new Set<(state: KioskState) => void>();
  let last: KioskState | null = null;
  const pass = (next: KioskState | null): void => {
    if (next === null) return;
    last = next;
    for (const listener of listeners) listener(next);
  };

  socket.on('connect', () => order.newSource());
  socket.on('state', (sent: unknown) => pass(order.next(kioskStateSchema.parse(sent))));
  socket.on('disconnect', () => {
    if (last === null) return;
    order.newSource();
    // An old green face must not stand while nothing is being recorded.
    pass(order.next({ ...last, serial: 0, sound: null, face: GONE }));
  });

  return {
    onState(listener) {
      listeners.add(listener);
      if (last !== null) listener(last);
      return () => listeners.delete(listener);
    },
    async send(command) {
      if (!socket.connected) return NO_ANSWER;
      try {
        const reply: unknown = await socket.timeout(COMMAND_TIMEOUT_MS).emitWithAck('command', command);
        return commandReplySchema.parse(reply);
      } catch {
        return NO_ANSWER; // timed out or not understood; the next state shows what was done
      }
    },
  };
}

const GONE: Face = { face: 'refused', words: message('face.no-program') };
