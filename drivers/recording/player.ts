import { sameBytes } from '#shared/bytes.ts';
import type { Cancel, Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';

import {
  type HidBus,
  type HidDevice,
  type HidDeviceInfo,
  type HidListener,
  parseHidAddress,
} from '../port/hid-bus.ts';
import type { OpenPort, Port, PortGoneReason, PortListener } from '../port/port.ts';
import type { Recording, RecordingEntry } from './recording.ts';
import type { LineAnswer, Question } from '../service/service-line.ts';
import type { OpenServiceLine } from '../service/service-reader.ts';

/**
 * How far ahead a request is looked for: a driver that asks once less than the one that recorded goes on behind the
 * request left out, and one that asks something else does not run to a request of another card.
 */
const AHEAD_MAX = 6;

export interface PlayerOptions {
  recording: Recording;
  clock: Clock;
  /** Once, when all has been given that was recorded. */
  onOver: () => void;
}

/** One side of what was recorded: the host's is real, the device's comes from the recording. */
interface Listener {
  received(bytes: Uint8Array): void;
  gone(reason: PortGoneReason): void;
}

/**
 * Plays a recording back to the driver: what came from the device comes again after the same pause, once the driver has
 * sent what it had sent then. What the driver sends and nobody recorded is `unanswered`.
 */
export class Player {
  /** What the driver sent and the recording has no place for. */
  readonly unanswered: Uint8Array[] = [];
  /** Bytes from the device passed over because the driver did not ask for them. */
  passedOver = 0;

  readonly #options: PlayerOptions;
  readonly #entries: readonly RecordingEntry[];
  #at = 0;
  /** When, on the recording's clock, the entry before `#at` happened. */
  #playedMs = 0;
  #listener: Listener | null = null;
  #cancel: Cancel = () => {};
  #isOver = false;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#entries = options.recording.entries;
  }

  /** For `openReader` and `openLineReader`. */
  readonly openPort: OpenPort = async (_, listener: PortListener): Promise<Port> => {
    await this.#open({
      received: (bytes) => listener.onData(bytes),
      gone: (reason) => listener.onGone(reason),
    });
    return {
      write: (bytes) => this.#sent(bytes),
      // A recording comes at the rate it has; which ones were tried is for people to read.
      setBaudRate: this.#options.recording.header.carrier === 'serial' ? () => Promise.resolve() : null,
      close: () => this.#close(),
    };
  };

  /** The recorded HID device and no other. */
  get bus(): HidBus {
    return {
      list: () => Promise.resolve({ outcome: 'listed', devices: [deviceOf(this.#options.recording)] }),
      open: async (_, listener: HidListener): Promise<HidDevice> => {
        await this.#open({
          received: (bytes) => listener.onReport(bytes),
          gone: (reason) => listener.onGone(reason),
        });
        return {
          write: (reportId, data) => this.#sent(Uint8Array.of(reportId, ...data)),
          close: () => this.#close(),
        };
      },
    };
  }

  /** The recorded service, for `openServiceReader`. */
  readonly openLine: OpenServiceLine = (_, clock, onUnasked) => {
    let hear: ((text: string) => void) | null = null;
    let lose: (code: string) => void = () => {};
    let lostCode: string | null = null;
    const gone = (code: string) => {
      lostCode ??= code;
      lose(lostCode);
    };
    void this.#open({
      received: (bytes) => (hear ?? onUnasked)(new TextDecoder().decode(bytes)),
      gone: (reason) => gone(reason),
    }).catch((error: unknown) => gone(wordsOf(error)));
    return {
      ask: <T>({ request, decode, timeoutMs }: Question<T>): Promise<LineAnswer<T>> =>
        new Promise((resolve) => {
          const settle = (answer: LineAnswer<T>) => {
            cancel();
            hear = null;
            lose = () => {};
            resolve(answer);
          };
          const cancel = clock.timer(timeoutMs, () => settle({ outcome: 'silent' }));
          hear = (text) => {
            const value = decode(text);
            if (value !== null) settle({ outcome: 'answer', value });
          };
          lose = (code) => settle({ outcome: 'lost', code });
          if (lostCode !== null) lose(lostCode);
          else this.#sent(new TextEncoder().encode(request));
        }),
      end: () => {
        gone('ended');
        void this.#close();
      },
    };
  };

  async #open(listener: Listener): Promise<void> {
    const at = this.#entries.findIndex(({ kind }, i) => i >= this.#at && kind === 'open');
    if (at === -1) throw new Error('the recording has ended');
    this.#take(at);
    const next = this.#entries[this.#at];
    if (next?.kind === 'refused') {
      this.#take(this.#at);
      this.#look();
      throw new Error(next.detail);
    }
    this.#listener = listener;
    // Whoever opened has to have its port before anything comes over it.
    await Promise.resolve();
    this.#look();
  }

  #close(): Promise<void> {
    this.#listener = null;
    this.#cancel();
    return Promise.resolve();
  }

  #sent(bytes: Uint8Array): void {
    const at = this.#ahead(bytes);
    if (at !== null) this.#take(at);
    else if (!this.#isOver) this.unanswered.push(bytes);
    this.#look();
  }

  /** Where the driver's next request is recorded, near enough to be meant. */
  #ahead(bytes: Uint8Array): number | null {
    let requests = 0;
    for (let at = this.#at; requests < AHEAD_MAX; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.kind === 'open' || entry.kind === 'gone') return null;
      if (entry.kind !== 'sent') continue;
      if (sameBytes(entry.bytes, bytes)) return at;
      requests += 1;
    }
    return null;
  }

  /** Everything up to and with `at` is behind us. */
  #take(at: number): void {
    for (const entry of this.#entries.slice(this.#at, at))
      if (entry.kind === 'received') this.passedOver += entry.bytes.length;
    this.#playedMs = this.#entries[at]?.atMs ?? this.#playedMs;
    this.#at = at + 1;
  }

  /** Gives what comes next by itself, when its time has come. */
  #look(): void {
    this.#cancel();
    while (this.#entries[this.#at]?.kind === 'rate') this.#take(this.#at);
    const rest = this.#entries.slice(this.#at);
    const entry = rest[0];
    if (rest.every(({ kind }) => kind === 'sent' || kind === 'close')) {
      // Nothing more is given; what the driver makes of it, a timeout perhaps, belongs to the recording all the same.
      const leftMs = (rest.at(-1)?.atMs ?? this.#playedMs) - this.#playedMs;
      this.#cancel = this.#options.clock.timer(leftMs, () => this.#end());
      return;
    }
    const listener = this.#listener;
    if (listener === null || (entry?.kind !== 'received' && entry?.kind !== 'gone')) return;
    this.#cancel = this.#options.clock.timer(entry.atMs - this.#playedMs, () => {
      this.#take(this.#at);
      if (entry.kind === 'gone') {
        this.#listener = null;
        listener.gone(entry.reason);
      } else if (entry.kind === 'received') {
        listener.received(entry.bytes);
      }
      this.#look();
    });
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onOver();
  }
}

function deviceOf({ header }: Recording): HidDeviceInfo {
  const address = parseHidAddress(header.at);
  if (address === null) throw new Error(`a recording of no HID device: ${header.at}`);
  const [page, usage] = header.usage === 'none' ? [] : header.usage.split(':');
  return {
    ...address,
    path: 'recording',
    name: header.device,
    usagePage: page === undefined ? null : Number.parseInt(page, 16),
    usage: usage === undefined ? null : Number.parseInt(usage, 16),
  };
}
