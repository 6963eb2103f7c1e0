import { io } from 'socket.io-client';
import {
  commandReplySchema,
  kioskStateSchema,
  type KioskBridge,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { Child } from './child.ts';

/** An engine on the same machine answers at once; this is for a machine that is busy with four of them. */
const REPLY_MS_MAX = 20_000;

/** A kiosk as people use it: its own process, its page's address, and hands on its keys. */
export interface KioskProcess {
  address: string;
  bridge: KioskBridge;
  stop(): Promise<void>;
  /** kill -9; no state arrives any more once this resolves. */
  kill(): Promise<void>;
}

/** Starts `npm run kiosk:browser` on a reader. `gapMs`: between two looks at the reader; null: as with real readers. */
export async function startKiosk(options: {
  name: string;
  data: string;
  reader: string;
  pair: string | null;
  port: number;
  gapMs: number | null;
}): Promise<KioskProcess> {
  const { gapMs } = options;
  const child = new Child(options.name, 'kiosk/browser/main.ts', [
    `--data=${options.data}`,
    `--reader=${options.reader}`,
    `--port=${options.port}`,
    ...(options.pair === null ? [] : [`--pair=${options.pair}`]),
    ...(gapMs === null ? [] : [`--poll-gap=${gapMs}`, `--probe-gap=${gapMs}`]),
  ]);
  try {
    const [address, origin, token] = await child.says(/(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/);
    const hands = handsOn({ origin: origin ?? '', token: token ?? '' });
    return {
      address,
      bridge: hands.bridge,
      stop: async () => {
        hands.leave();
        await child.stop();
      },
      kill: async () => {
        await child.kill();
        hands.leave();
      },
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

function handsOn(to: { origin: string; token: string }): { bridge: KioskBridge; leave(): void } {
  const socket = io(to.origin, { transports: ['websocket'], auth: { token: to.token } });
  const listeners = new Set<(state: KioskState) => void>();
  let last: KioskState | null = null;
  socket.on('state', (raw: unknown) => {
    last = kioskStateSchema.parse(raw);
    for (const listener of listeners) listener(last);
  });
  return {
    bridge: {
      onState(listener) {
        listeners.add(listener);
        if (last) listener(last);
        return () => listeners.delete(listener);
      },
      async send(command) {
        return commandReplySchema.parse(await socket.timeout(REPLY_MS_MAX).emitWithAck('command', command));
      },
    },
    leave: () => socket.disconnect(),
  };
}
