import type { Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';

import type { HidBus } from '../port/hid-bus.ts';
import type { OpenPort } from '../port/port.ts';
import type { RecordingContent, RecordingEntry } from './recording.ts';
import type { OpenServiceLine } from '../service/service-reader.ts';

/** An hour of polling an empty reader and some 500 cards; the text has four times as many characters. */
export const RECORDED_BYTES_MAX = 1024 * 1024;

/** Notes what goes over a carrier and when, up to a bound. */
export class Recorder {
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  readonly #entries: RecordingEntry[] = [];
  #bytes = 0;
  #isFinished = false;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.monotonic();
  }

  get entries(): readonly RecordingEntry[] {
    return this.#entries;
  }

  /** Nothing is noted any more. */
  get isFull(): boolean {
    return this.#bytes >= RECORDED_BYTES_MAX;
  }

  /** Called before the reader is closed: the recording ends here, without what closing sends and gets. */
  finish(): void {
    this.note({ kind: 'close' });
    this.#isFinished = true;
  }

  note(content: RecordingContent): void {
    if (this.isFull || this.#isFinished) return;
    this.#bytes += 'bytes' in content ? content.bytes.length : 1;
    const atMs = Math.round(this.#clock.monotonic() - this.#startedAtMs);
    const copy = 'bytes' in content ? { ...content, bytes: content.bytes.slice() } : content;
    this.#entries.push({ ...copy, atMs });
  }
}

/** The same ports, everything on them noted. */
export function recordingOpenPort(openPort: OpenPort, recorder: Recorder): OpenPort {
  return async (path, listener) => {
    const port = await noteOpening(recorder, () =>
      openPort(path, {
        onDiscarded: (discard) => listener.onDiscarded?.(discard),
        onData: (bytes) => {
          recorder.note({ kind: 'received', bytes });
          listener.onData(bytes);
        },
        onGone: (reason) => {
          recorder.note({ kind: 'gone', reason });
          listener.onGone(reason);
        },
      }),
    );
    const setBaudRate = port.setBaudRate?.bind(port) ?? null;
    return {
      write: (bytes) => {
        recorder.note({ kind: 'sent', bytes });
        port.write(bytes);
      },
      setBaudRate:
        setBaudRate &&
        ((baudRate) => {
          recorder.note({ kind: 'rate', baudRate });
          return setBaudRate(baudRate);
        }),
      close: () => {
        recorder.note({ kind: 'close' });
        return port.close();
      },
    };
  };
}

/** The same HID devices, every report of those that are opened noted; the report id is the first byte of what is sent. */
export function recordingBus(bus: HidBus, recorder: Recorder): HidBus {
  return {
    list: () => bus.list(),
    open: async (path, listener) => {
      const device = await noteOpening(recorder, () =>
        bus.open(path, {
          onReport: (bytes) => {
            recorder.note({ kind: 'received', bytes });
            listener.onReport(bytes);
          },
          onGone: (reason) => {
            recorder.note({ kind: 'gone', reason });
            listener.onGone(reason);
          },
        }),
      );
      return {
        write: (reportId, data) => {
          recorder.note({ kind: 'sent', bytes: Uint8Array.of(reportId, ...data) });
          device.write(reportId, data);
        },
        close: () => {
          recorder.note({ kind: 'close' });
          return device.close();
        },
      };
    },
  };
}

/** The same questions to a maker's service, they and every text that comes back noted. */
export function recordingServiceLine(openLine: OpenServiceLine, recorder: Recorder): OpenServiceLine {
  const bytesOf = (text: string) => new TextEncoder().encode(text);
  return (address, clock, onUnasked) => {
    recorder.note({ kind: 'open' });
    const line = openLine(address, clock, (text) => {
      recorder.note({ kind: 'received', bytes: bytesOf(text) });
      onUnasked(text);
    });
    return {
      ask: async (question) => {
        recorder.note({ kind: 'sent', bytes: bytesOf(question.request) });
        const answer = await line.ask({
          ...question,
          decode: (text) => {
            recorder.note({ kind: 'received', bytes: bytesOf(text) });
            return question.decode(text);
          },
        });
        if (answer.outcome === 'lost') recorder.note({ kind: 'gone', reason: 'disconnected' });
        return answer;
      },
      end: () => {
        recorder.note({ kind: 'close' });
        line.end();
      },
    };
  };
}

/** Bytes may come before `open` resolves, so the opening is noted first and what became of it after. */
async function noteOpening<T>(recorder: Recorder, open: () => Promise<T>): Promise<T> {
  recorder.note({ kind: 'open' });
  try {
    return await open();
  } catch (error) {
    recorder.note({ kind: 'refused', detail: wordsOf(error) });
    throw error;
  }
}
