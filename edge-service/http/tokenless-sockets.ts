import type { IncomingMessage, Server } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Cancel, Clock } from '#shared/clock.ts';

/** A connection sends a request, and a socket shows its token, within this time; else it is closed. */
export const TOKENLESS_MS_MAX = 10_000;
/** Open sockets of one address that have shown no token yet, and connections of it that have said nothing yet. */
export const TOKENLESS_MAX = 64;
/** Sockets of one address that wait for one of those places: all kiosks of a site behind one router, after a power cut. */
export const WAITING_MAX = 1000;
/** Ours show their token in a small part of this; who has not by then makes room for one that waits. */
const PROMPT_MS = 2000;

/**
 * `silent`: no request came yet. `asking`: HTTP, whose own limits of time hold. `waiting`: a WebSocket that is not answered
 * yet. `open`: a WebSocket on which no token was accepted. `known`: one on which a token was.
 */
type Stage = 'silent' | 'asking' | 'waiting' | 'open' | 'known';

type Stages = Record<Stage, Set<Line>>;

interface Line {
  readonly socket: Socket;
  readonly place: string;
  stage: Stage;
  /** When the stage began, monotonic ms. */
  since: number;
  /** Namespaces that accepted its token. */
  accepted: number;
  cancel: Cancel;
  answer: (letIn: boolean) => void;
}

/**
 * Connections on which nobody has shown a token: each ends after a time, and each address has so many at once. One that has
 * shown its token is not counted, however many come from one address. Make it before the server listens.
 */
export class TokenlessSockets {
  readonly #clock: Clock;
  readonly #lines = new Map<string, Line>();
  /** By address; each set in the order of coming. */
  readonly #places = new Map<string, Stages>();

  constructor(server: Server, clock: Clock) {
    this.#clock = clock;
    server.on('connection', (socket: Socket) => this.#opened(socket));
    server.on('request', (request: IncomingMessage) => {
      const line = this.#lineOf(request);
      if (line?.stage === 'silent') this.#become(line, 'asking');
    });
    // Node hands the socket over without a listener: a reset before somebody took it would end the process.
    server.on('upgrade', (_: IncomingMessage, socket: Duplex) => socket.on('error', () => undefined));
  }

  /** Lets a WebSocket of this request in, now or when there is room. */
  upgrade(request: IncomingMessage, answer: (letIn: boolean) => void): void {
    const line = this.#lineOf(request);
    if (line === null) return answer(false);
    line.answer = answer;
    const { open, waiting } = this.#at(line.place);
    if (open.size < TOKENLESS_MAX) return this.#letIn(line);
    if (waiting.size >= WAITING_MAX) return answer(false);
    this.#become(line, 'waiting');
    this.#makeRoom(line.place);
  }

  /** A namespace has accepted the token shown on the connection that began with this request. */
  accepted(request: IncomingMessage): void {
    const line = this.#lineOf(request);
    if (line === null) return;
    line.accepted++;
    if (line.stage !== 'known') this.#become(line, 'known');
  }

  /** A namespace that had accepted it is left: once none holds it any more, the connection is as it began. */
  left(request: IncomingMessage): void {
    const line = this.#lineOf(request);
    if (line !== null && --line.accepted === 0) this.#become(line, 'open');
  }

  #opened(socket: Socket): void {
    const key = peerOf(socket);
    if (key === null) return;
    const line: Line = {
      socket,
      place: placeOf(socket.remoteAddress ?? ''),
      stage: 'silent',
      since: 0,
      accepted: 0,
      cancel: () => undefined,
      answer: () => undefined,
    };
    this.#lines.set(key, line);
    this.#become(line, 'silent');
    socket.once('close', () => this.#closed(key, line));
  }

  #closed(key: string, line: Line): void {
    const { place, stage } = line;
    line.cancel();
    this.#lines.delete(key);
    const stages = this.#at(place);
    stages[stage].delete(line);
    if (stage === 'waiting') line.answer(false);
    this.#letNextIn(place);
    if (Object.values(stages).every(({ size }) => size === 0)) this.#places.delete(place);
  }

  #become(line: Line, stage: Stage): void {
    const { place } = line;
    const stages = this.#at(place);
    line.cancel();
    stages[line.stage].delete(line);
    stages[stage].add(line);
    line.stage = stage;
    line.since = this.#clock.monotonic();
    if (stage === 'silent' || stage === 'waiting' || stage === 'open')
      line.cancel = this.#clock.timer(PROMPT_MS, () => this.#slow(line));
    if (stage === 'known') this.#letNextIn(place);
  }

  /** No longer prompt: it has the rest of its time, unless there are too many like it or another one waits. */
  #slow(line: Line): void {
    const { place, stage } = line;
    if (stage === 'silent' && this.#at(place).silent.size > TOKENLESS_MAX) return this.#end(line);
    line.cancel = this.#clock.timer(TOKENLESS_MS_MAX - PROMPT_MS, () => this.#end(line));
    if (stage === 'open') this.#makeRoom(place);
  }

  /** Its place is free at once; the socket tells of its end later. */
  #end(line: Line): void {
    if (line.stage === 'waiting') line.answer(false);
    this.#become(line, 'asking');
    line.socket.destroy();
    this.#letNextIn(line.place);
  }

  #letIn(line: Line): void {
    this.#become(line, 'open');
    line.answer(true);
  }

  #letNextIn(place: string): void {
    const { open, waiting } = this.#at(place);
    const [next] = waiting;
    if (next !== undefined && open.size < TOKENLESS_MAX) this.#letIn(next);
  }

  /** Where somebody waits, the socket that has been open longest without a token goes, unless even that one is prompt. */
  #makeRoom(place: string): void {
    const { open, waiting } = this.#at(place);
    const [longest] = open;
    if (waiting.size === 0 || longest === undefined) return;
    if (this.#clock.monotonic() - longest.since >= PROMPT_MS) this.#end(longest);
  }

  #at(place: string): Stages {
    const known = this.#places.get(place);
    if (known !== undefined) return known;
    const made: Stages = {
      silent: new Set(),
      asking: new Set(),
      waiting: new Set(),
      open: new Set(),
      known: new Set(),
    };
    this.#places.set(place, made);
    return made;
  }

  #lineOf({ socket }: IncomingMessage): Line | null {
    const key = peerOf(socket);
    return key === null ? null : (this.#lines.get(key) ?? null);
  }
}

/** Names a connection, also where TLS lies between; null once it has ended. */
function peerOf({ remoteAddress, remotePort }: Socket): string | null {
  return remoteAddress === undefined ? null : `${remoteAddress} ${remotePort}`;
}

/** Whom an address counts for: itself, or its /64 where it is of IPv6, because one machine has all of those. */
export function placeOf(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped?.[1] !== undefined) return mapped[1];
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  const all = [...before, ...zeros, ...after].slice(0, 4);
  return `${all.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
