import type { Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';

import { discoverBaudRate } from './baud-discovery.ts';
import { keepReader, type Loss, type Reader } from './kept-reader.ts';
import type { OpenPort, Port } from '../port/port.ts';
import type { ReaderEvent, ReaderGoneReason } from './reader-event.ts';
import { ReaderSession } from './sdt-session.ts';
import type { ReaderTimings } from './reader-timings.ts';
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
  const rate: RememberedRate = { baudRate: null };
  const { clock, timings } = options;
  return keepReader({ connect: (emit) => connect(options, rate, emit), clock, timings });
}

/** The last rate that worked, tried first. */
interface RememberedRate {
  baudRate: number | null;
}

function connect(options: ReaderOptions, rate: RememberedRate, emit: (event: ReaderEvent) => void) {
  const { clock, timings } = options;
  const line: { port: Port | null } = { port: null };
  const link = new SdtLink({
    clock,
    timings,
    write: (bytes) => line.port?.write(bytes),
    onDiscarded: (discard) => tellDiscard(discard, emit),
  });
  const session = new ReaderSession({ link, clock, timings, emit });
  return {
    lost: converse(options, { rate, line, link, session, emit }),
    end: () => session.end(),
  };
}

interface Conversation {
  rate: RememberedRate;
  line: { port: Port | null };
  link: SdtLink;
  session: ReaderSession;
  emit: (event: ReaderEvent) => void;
}

/** One connection from opening to its end, port closed. */
async function converse(options: ReaderOptions, conversation: Conversation): Promise<Loss> {
  const { path, openPort, clock, timings } = options;
  const { rate, line, link, session, emit } = conversation;
  let port: Port;
  try {
    port = await openPort(path, {
      onData: (bytes) => link.receive(bytes),
      onGone: () => session.end(),
      onDiscarded: (discard) => tellDiscard(discard, emit),
    });
  } catch (error) {
    return { worked: false, reason: 'cannot-open', detail: wordsOf(error) };
  }
  line.port = port;
  try {
    const discovery = await discoverBaudRate({ port, link }, rate.baudRate, { clock, timings });
    if (discovery.outcome !== 'found') return { worked: false, ...lossOf(discovery.outcome, path) };
    rate.baudRate = discovery.baudRate;
    emit({ event: 'reader-ready', baudRate: discovery.baudRate });
    const end = await session.run();
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
