import type { OpenPort, PortListener } from '#drivers/port/port.ts';

/** As the files of `test/cases/readers` have it. */
export interface Piece {
  hex: string;
  wait_ms?: number;
}

/** A card-number reader or scanner on a line within this process: it sends, and notes what it is sent and its rate. */
export class SimulatedLineDevice {
  /** Bits per second the device sends at; null: any rate reads it, as a USB device that is its own serial port. */
  baudRate: number | null = null;
  written = 0;
  isPlugged = true;
  /** How often it was opened. */
  openings = 0;
  /** What the host has set its end to. */
  hostBaudRate: number | null = null;
  #listener: PortListener | null = null;

  readonly openPort: OpenPort = async (path, listener) => {
    await Promise.resolve();
    this.openings += 1;
    if (!this.isPlugged) throw new Error(`No such file or directory, cannot open ${path}`);
    this.#listener = listener;
    return {
      write: (bytes) => {
        this.written += bytes.length;
      },
      setBaudRate: (baudRate) => {
        this.hostBaudRate = baudRate;
        return Promise.resolve();
      },
      close: () => {
        this.#listener = null;
        return Promise.resolve();
      },
    };
  };

  /** At a wrong rate the host sees bytes no text holds. */
  send(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const isGarbled = this.baudRate !== null && this.baudRate !== this.hostBaudRate;
    this.#listener?.onData(isGarbled ? bytes.map((byte) => byte | 0x80) : bytes);
  }

  /** A line torn by a bad network or a slow bus: each piece after its pause. */
  async sendTorn(pieces: readonly Piece[], pause: (ms: number) => Promise<void>): Promise<void> {
    for (const { hex, wait_ms: waitMs = 0 } of pieces) {
      await pause(waitMs);
      this.send(new Uint8Array(Buffer.from(hex, 'hex')));
    }
  }

  unplug(): void {
    this.isPlugged = false;
    const listener = this.#listener;
    this.#listener = null;
    listener?.onGone('disconnected');
  }

  plugIn(): void {
    this.isPlugged = true;
  }
}
