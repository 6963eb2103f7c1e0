/** Entry of the utility process: one station's engine behind the port to the main process. */
import { startEngine } from '../station/engine-main.ts';
import type { KeyMade, KeyOpened, MachineKeys } from '#shared/contract/machine-keys.ts';
import { toEngineSchema, type EngineStart, type FromEngine } from './channels.ts';

/** What Electron gives a utility process; absent in plain Node. */
const { parentPort } = process as unknown as {
  parentPort?: {
    on(event: 'message', listener: (event: { data: unknown }) => void): void;
    postMessage(message: unknown): void;
  };
};
if (parentPort === undefined) throw new Error('this file runs in a utility process of the kiosk only');

const tell = (message: FromEngine): void => parentPort.postMessage(message);
/** Ends the process in words; the main process starts it again. */
const fail = (error: unknown): void => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
};
const keysAsked = new Map<number, (answer: KeyMade | KeyOpened) => void>();
let engine: ReturnType<typeof startEngine> | null = null;

parentPort.on('message', ({ data }) => {
  const message = toEngineSchema.safeParse(data);
  if (!message.success)
    return fail(new Error(`message not understood at ${message.error.issues[0]?.path.join('.') ?? ''}`));
  act(message.data).catch(fail);
});

/** The main process alone can ask the system for keys. */
const KEYS: MachineKeys = {
  make: () => askKey((number) => ({ from: 'make-key', number })),
  open: (handle) => askKey((number) => ({ from: 'open-key', number, handle })),
  forget: () => {}, // a handle of Electron's holds its key: nothing else is kept of it
};
let keyNumber = 0;

function askKey<T extends KeyMade | KeyOpened>(message: (number: number) => FromEngine): Promise<T> {
  keyNumber += 1;
  const number = keyNumber;
  tell(message(number));
  return new Promise((resolve) => keysAsked.set(number, (answer) => resolve(answer as T)));
}

function keyAnswered(number: number, answer: KeyMade | KeyOpened): void {
  keysAsked.get(number)?.(answer);
  keysAsked.delete(number);
}

async function act(message: ReturnType<typeof toEngineSchema.parse>): Promise<void> {
  if (message.to === 'start') return start(message.start);
  if (message.to === 'key-made') return keyAnswered(message.number, message.made);
  if (message.to === 'key-opened') return keyAnswered(message.number, message.opened);
  const running = await engine;
  if (message.to === 'stop') {
    await running?.stop();
    process.exit(0);
  }
  if (running === null) throw new Error('a command before the start');
  tell({ from: 'reply', number: message.number, reply: await running.send(message.command) });
}

async function start(options: EngineStart): Promise<void> {
  if (engine !== null) throw new Error('started twice');
  engine = startEngine({ ...options, keys: KEYS, devices: null, timings: null, log: null });
  const running = await engine;
  running.onState((state) => tell({ from: 'state', state }));
}
