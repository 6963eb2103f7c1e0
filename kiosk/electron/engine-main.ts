/** Entry of the utility process: one station's engine behind the port to the main process. */
import { startEngine } from '../station/engine-main.ts';
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
let engine: ReturnType<typeof startEngine> | null = null;

parentPort.on('message', ({ data }) => {
  const message = toEngineSchema.safeParse(data);
  if (!message.success)
    return fail(new Error(`message not understood at ${message.error.issues[0]?.path.join('.') ?? ''}`));
  act(message.data).catch(fail);
});

async function act(message: ReturnType<typeof toEngineSchema.parse>): Promise<void> {
  if (message.to === 'start') return start(message.start);
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
  engine = startEngine({ ...options, devices: null, timings: null, log: null });
  const running = await engine;
  running.onState((state) => tell({ from: 'state', state }));
}
