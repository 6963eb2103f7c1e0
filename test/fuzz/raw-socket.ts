import WebSocket from 'ws';

/** An answer takes milliseconds; beyond this the program hangs. */
const ANSWER_MS_MAX = 20_000;

/** engine.io's and socket.io's packets over a WebSocket, each written as it is wished (socket.io protocol 5). */
export class RawSocket {
  readonly #ws: WebSocket;
  readonly #closed = Promise.withResolvers<'closed'>();
  readonly #opened = Promise.withResolvers<boolean>();
  readonly #answers = new Map<number, (answer: unknown) => void>();
  #namespace: ((let_in: boolean) => void) | null = null;
  #id = 0;
  open = true;

  private constructor(url: string, headers: Record<string, string>) {
    this.#ws = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: 2 ** 26 });
    this.#ws.on('message', (data, isBinary) => {
      if (!isBinary) this.#hear((data as Buffer).toString('utf8'));
    });
    this.#ws.on('error', () => {});
    this.#ws.on('close', () => {
      this.open = false;
      this.#opened.resolve(false);
      this.#closed.resolve('closed');
    });
  }

  /** Null where nothing was opened. */
  static async connect(
    url: string,
    query = 'EIO=4&transport=websocket',
    headers: Record<string, string> = {},
  ): Promise<RawSocket | null> {
    const socket = new RawSocket(`${url.replace('http', 'ws')}/socket.io/?${query}`, headers);
    return (await socket.#opened.promise) ? socket : null;
  }

  /** True where the namespace lets in; false also where the connection ended. */
  async join(namespace: string, auth: unknown): Promise<boolean> {
    const joined = new Promise<boolean>((resolve) => (this.#namespace = resolve));
    this.send(`40${prefix(namespace)}${JSON.stringify(auth) ?? ''}`);
    return inTime(Promise.race([joined, this.#closed.promise.then(() => false)]), 'handshake');
  }

  send(...frames: readonly (string | Uint8Array)[]): void {
    for (const frame of frames) if (this.open) this.#ws.send(frame);
  }

  /** An event that wants an answer: its arguments, or 'closed' where the connection ended before it. Bytes travel behind it. */
  ask(namespace: string, event: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#id;
    const answered = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    this.send(...eventFrames({ namespace, event, args, id }));
    return inTime(Promise.race([answered, this.#closed.promise]), event);
  }

  /** Says what no client may (a heartbeat in the wrong direction): the edge ends the connection once it has read all before it. */
  async end(): Promise<void> {
    this.send('2');
    await inTime(this.#closed.promise, 'a wrong heartbeat');
  }

  async close(): Promise<void> {
    this.#ws.terminate();
    await this.#closed.promise;
  }

  #hear(text: string): void {
    if (text === '2') return this.send('3');
    if (text.startsWith('0')) return this.#opened.resolve(true);
    if (/^4[04]/.test(text)) {
      this.#namespace?.(text.startsWith('40'));
      this.#namespace = null;
      return;
    }
    const [, id, answer] = /^4(?:3|6\d+-)(?:\/\w+,)?(\d+)(\[[^]*)$/.exec(text) ?? [];
    if (id === undefined || answer === undefined) return;
    this.#answers.get(Number(id))?.(JSON.parse(answer));
    this.#answers.delete(Number(id));
  }
}

/** The chief namespace has no name. */
const prefix = (namespace: string): string => (namespace === '' ? '' : `${namespace},`);

/** The packets of an event. `id` null: no answer is wanted. */
export function eventFrames(of: {
  namespace: string;
  event: unknown;
  args: readonly unknown[];
  id: number | null;
}): (string | Uint8Array)[] {
  const bytes: Uint8Array[] = [];
  const text = JSON.stringify([of.event, ...of.args], (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    bytes.push(value);
    return { _placeholder: true, num: bytes.length - 1 };
  });
  const kind = bytes.length === 0 ? '42' : `45${bytes.length}-`;
  return [`${kind}${prefix(of.namespace)}${of.id ?? ''}${text}`, ...bytes];
}

function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer to ${what}`)), ANSWER_MS_MAX);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
