import type { Discard } from './discard.ts';

/** Why a port is no longer there. */
export type PortGoneReason = 'disconnected' | 'closed' | 'error';

/** A port yields bytes. What it is made of (serial line, socket, a test's memory) stays behind this interface. */
export interface Port {
  /** Sends; a port that cannot tells it through `onGone`, never by throwing. */
  write(bytes: Uint8Array): void;
  /** Changes the line's rate in bit/s, failing as `write` does; null where the carrier has none (TCP). */
  setBaudRate: ((baudRate: number) => Promise<void>) | null;
  /** Ends it; resolves when the device may be opened again. Calls no `onGone`. */
  close(): Promise<void>;
}

/** Given at opening, so that no byte can arrive before somebody listens. */
export interface PortListener {
  /** Chunk boundaries carry no meaning. */
  onData(bytes: Uint8Array): void;
  /** At most once, and nothing after it; the port is closed by then. */
  onGone(reason: PortGoneReason): void;
  /** What a carrier that wraps the bytes threw away of its own; carriers that do not wrap have nothing to tell. */
  onDiscarded?(discard: Discard): void;
}

/** Opens the device at `path` or rejects with an Error in the system's words. */
export type OpenPort = (path: string, listener: PortListener) => Promise<Port>;
