import type { Clock } from '#shared/clock.ts';

import { httpLine } from './http-line.ts';
import { type Connection, keepReader, type Loss, type Reader } from '../reader/kept-reader.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import type { ReaderTimings } from '../reader/reader-timings.ts';
import { CardWatch } from './service-card-watch.ts';
import type { ServiceCodec } from './service-codec.ts';
import { SERVICE_DIALECTS, type ServiceDialect } from './service-dialects.ts';
import { type LoopbackAddress, parseServiceAddress, type ServiceLine } from './service-line.ts';
import { ServiceSession, type SessionEnd } from './service-session.ts';
import { webSocketLine } from './websocket-line.ts';

export interface ServiceReaderOptions {
  dialect: ServiceDialect;
  /** `http://127.0.0.1:PORT` or `ws://127.0.0.1:PORT`, as the dialect speaks; `SERVICE_DIALECTS[dialect].at` as installed. */
  at: string;
  clock: Clock;
  /** `READER_TIMINGS` for real readers. */
  timings: ReaderTimings;
  /** `openServiceLine` where none is given; a recording has its own. */
  openLine?: OpenServiceLine | undefined;
}

export type OpenServiceLine = typeof openServiceLine;

/**
 * A reader behind its maker's local service, the only way to most USB readers (reader-protocols.md 1.2). It is asked over and
 * over for the card that lies there; 'card-present' is never told, because a service tells of a card when it has read it. What a
 * service says in words is never handed on: it may hold what stands on a card.
 */
export function openServiceReader(options: ServiceReaderOptions): Reader {
  const { dialect, at, clock, timings, openLine = openServiceLine } = options;
  const codec = SERVICE_DIALECTS[dialect];
  const address = parseServiceAddress(at);
  if (address === null || !codec.at.startsWith(`${address.protocol}:`)) {
    const detail = `not an address of the ${codec.maker} service on this machine: ${at} (${codec.at})`;
    const loss: Loss = { worked: false, reason: 'cannot-open', detail };
    const connect = () => ({ lost: Promise.resolve(loss), end: () => {} });
    return keepReader({ connect, clock, timings });
  }
  const told: { emit: (event: ReaderEvent) => void } = { emit: () => {} };
  const watch = new CardWatch((event) => told.emit(event));
  return keepReader({
    clock,
    timings,
    connect: (emit) => {
      told.emit = emit;
      return connectTo({ codec, address, at, watch, clock, timings, openLine, emit });
    },
  });
}

interface ConnectParts {
  codec: ServiceCodec;
  address: LoopbackAddress;
  at: string;
  watch: CardWatch;
  clock: Clock;
  timings: ReaderTimings;
  openLine: OpenServiceLine;
  emit: (event: ReaderEvent) => void;
}

function connectTo(parts: ConnectParts): Connection {
  const { codec, address, clock, timings, watch, openLine, emit } = parts;
  const line = openLine(address, clock, (text) => {
    const said = codec.decodeRead(text);
    // A card told late or unasked is a card all the same; of everything else unasked nobody can say what it answers.
    if (said.answer === 'reading') watch.saw(said);
    else emit({ event: 'discarded', reason: 'unexpected', bytes: text.length });
  });
  const session = new ServiceSession({ codec, line, watch, clock, timings, emit });
  return { lost: converse(session, parts), end: () => session.end() };
}

/** The line of an address; `onUnasked` is used where a service can speak by itself. */
export function openServiceLine(
  address: LoopbackAddress,
  clock: Clock,
  onUnasked: (text: string) => void,
): ServiceLine {
  return address.protocol === 'ws' ? webSocketLine(address, clock, onUnasked) : httpLine(address, clock);
}

async function converse(session: ServiceSession, parts: ConnectParts): Promise<Loss> {
  const { watch, emit } = parts;
  const proof = await session.prove();
  if (proof.is !== 'ready') {
    session.end();
    return lossOf(proof.is, false, parts, session.lostCode);
  }
  emit({ event: 'reader-ready', baudRate: null });
  if (proof.first !== null) watch.saw(proof.first);
  const end = await session.run();
  session.end();
  return lossOf(end, true, parts, session.lostCode);
}

function lossOf(end: SessionEnd, worked: boolean, parts: ConnectParts, code: string): Loss {
  const { at } = parts;
  const service = `the ${parts.codec.maker} service`;
  switch (end) {
    case 'ended':
    case 'lost':
      return worked
        ? { worked, reason: 'disconnected', detail: `${service} on ${at} has stopped (${code})` }
        : { worked, reason: 'cannot-open', detail: `${service} is not running: ${at} (${code})` };
    case 'no-reader':
      return worked
        ? { worked, reason: 'disconnected', detail: `${service} on ${at} has lost its reader` }
        : { worked, reason: 'cannot-open', detail: `${service} on ${at} finds no reader connected` };
    case 'hung':
      return worked
        ? { worked, reason: 'hung', detail: `${service} on ${at} stopped answering` }
        : { worked, reason: 'no-answer', detail: `${service} on ${at} does not answer` };
    case 'not-it':
      return { worked, reason: 'no-answer', detail: `what answers on ${at} is not ${service}` };
  }
}
