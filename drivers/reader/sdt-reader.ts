import type { Clock } from '#shared/clock.ts';
import { detailOf } from '#shared/language/said-error.ts';

import { discoverBaudRate } from './baud-discovery.ts';
import { keepReader, type Loss, type Reader } from './kept-reader.ts';
import type { OpenPort, Port } from '../port/port.ts';
import type { ReaderEvent, ReaderGoneReason } from './reader-event.ts';
import { ReaderSession } from './sdt-session.ts';
import type { ReaderTimings } from './reader-timings.ts';
import type { SdtCommand } from '../sdt/sdt-commands.ts';
import { SdtLink } from './sdt-link.ts';
import type { Discard } from '../port/discard.ts';

export type { Reader };

export interface ReaderOptions {
  /** `tcp://host:port`, or a serial device. */
  path: string;
  /** `portOpener(clock)` of open-port.ts, or a test's own. */
  openPort: OpenPort;
  clock: Clock;
  /** `READER_TIMINGS` for real readers. */
  timings: ReaderTimings;
}

/** Opens a reader that speaks SDT and keeps it. */
export function openReader(options: ReaderOptions): Reader {
  const memory: Memory = { baudRate: null, owed: [] };
  const { clock, timings } = options;
  return keepReader({ connect: (emit) => connect(options, memory, emit), clock, timings });
}

/** What outlasts a connection. */
interface Memory {
  /** The last rate that worked, tried first. */
  baudRate: number | null;
  /** What the module was asked and has not answered; it may do so when it is opened again. */
  owed: readonly SdtCommand[];
}

/** Something may still come, and the next connection begins with a status command. */
const UNSURE: readonly SdtCommand[] = ['find-card'];

function connect(options: ReaderOptions, memory: Memory, emit: (event: ReaderEvent) => void) {
  const { clock, timings } = options;
  const line: { port: Port | null } = { port: null };
  const link = new SdtLink({
    clock,
    timings,
    write: (bytes) => line.port?.write(bytes),
    onDiscarded: (discard) => tellDiscard(discard, emit),
    owed: memory.owed,
  });
  const session = new ReaderSession({ link, clock, timings, emit });
  return {
    lost: converse(options, { memory, line, link, session, emit }),
    end: () => session.end(),
  };
}

interface Conversation {
  memory: Memory;
  line: { port: Port | null };
  link: SdtLink;
  session: ReaderSession;
  emit: (event: ReaderEvent) => void;
}

/** One connection from opening to its end, port closed. */
async function converse(options: ReaderOptions, conversation: Conversation): Promise<Loss> {
  const { path, openPort, clock, timings } = options;
  const { memory, line, link, session, emit } = conversation;
  let port: Port;
  try {
    port = await openPort(path, {
      onData: (bytes) => link.receive(bytes),
      onGone: () => session.end(),
      onDiscarded: (discard) => tellDiscard(discard, emit),
    });
  } catch (error) {
    return { worked: false, reason: 'cannot-open', detail: detailOf(error) };
  }
  line.port = port;
  try {
    const discovery = await discoverBaudRate({ port, link }, memory.baudRate, { clock, timings });
    if (discovery.outcome !== 'found') {
      // Whatever of its questions is answered later, the next connection begins with a status command.
      if (memory.owed.length === 0) memory.owed = UNSURE;
      return { worked: false, ...lossOf(discovery.outcome, path) };
    }
    memory.baudRate = discovery.baudRate;
    emit({ event: 'reader-ready', baudRate: discovery.baudRate });
    const end = await session.run();
    // Who was unplugged has lost its questions with its power; what a gateway has kept, a status command tells.
    memory.owed = end === 'hung' ? link.owed : UNSURE;
    return { worked: true, ...lossOf(end === 'hung' ? 'hung' : 'disconnected', path) };
  } finally {
    session.end();
    await port.close();
  }
}

function tellDiscard({ reason, bytes }: Discard, emit: (event: ReaderEvent) => void): void {
  emit({ event: 'discarded', reason, bytes });
}

function lossOf(reason: Exclude<ReaderGoneReason, 'cannot-open'>, path: string): Omit<Loss, 'worked'> {
  const detail = {
    'no-answer': `nobody answers as an ID-card reader on ${path}`,
    disconnected: `${path} was disconnected`,
    hung: `the reader on ${path} stopped answering`,
  }[reason];
  return { reason, detail };
}
