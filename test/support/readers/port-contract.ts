import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { OpenPort, Port, PortListener } from '#drivers/port/port.ts';
import { encodeFrame, FrameDecoder, REPLY_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';

/** A port and the device at its far end. */
export interface PortBench {
  openPort: OpenPort;
  path: string;
  /** The device sends one whole frame. */
  send(frame: Uint8Array): Promise<void> | void;
  /** What has reached the device since it was plugged in, the carrier's own wrapping taken off. */
  received(): Uint8Array;
  /** The cable is pulled; settles when it is out. */
  hangUp(): Promise<void>;
  /** Back at the same path. */
  comeBack(): Promise<void>;
  dispose(): Promise<void>;
}

export interface PortTraits {
  /** Whether the line has a rate. */
  hasRate: boolean;
  /** Whether a second opener is refused. */
  isExclusive: boolean;
  /** Whether it carries any bytes; else whole frames, and padding may come with them. */
  carriesAnyBytes: boolean;
  /** A pulled cable is told within this time, on a loaded machine too. */
  goneMsMax: number;
}

const ARRIVES_MS_MAX = 10_000;
/** Long enough for what must not come. */
const QUIET_MS = 60;
const FRAMES = 40;

/**
 * The one contract of everything that is a `Port`, run on every kind there is: memory, pseudo-terminal, TCP, HID. What
 * readers rely on stands here and nowhere else.
 */
export function portContract(name: string, traits: PortTraits, makeBench: () => Promise<PortBench>): void {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  const bench = async (): Promise<PortBench> => {
    const made = await makeBench();
    cleanups.push(() => made.dispose());
    return made;
  };
  const open = async (at: PortBench): Promise<Opened> => {
    const heard = new Heard();
    const port = await at.openPort(at.path, heard);
    cleanups.push(() => port.close());
    return { port, heard };
  };

  describe(`the contract of ports: ${name}`, () => {
    it('RM11 frames go both ways whole, in order and with every byte value', async () => {
      const at = await bench();
      const { port, heard } = await open(at);
      const frames = Array.from({ length: FRAMES }, (_, i) => frameOf(i));
      for (const frame of frames) port.write(frame);
      await until(() => framesIn(at.received()).length >= FRAMES);
      expect(framesIn(at.received())).toEqual(frames.map(bodyOf));
      for (const frame of frames) await at.send(frame);
      await until(() => framesIn(heard.bytes()).length >= FRAMES);
      expect(framesIn(heard.bytes())).toEqual(frames.map(bodyOf));
      if (traits.carriesAnyBytes) {
        expect(heard.bytes()).toEqual(joined(frames));
        expect(at.received()).toEqual(joined(frames));
      }
      expect(heard.gone).toEqual([]);
    });

    it('RM11 the rate can be changed where the line has one', async () => {
      const at = await bench();
      const { port, heard } = await open(at);
      expect(port.setBaudRate !== null).toBe(traits.hasRate);
      await port.setBaudRate?.(9_600);
      await at.send(frameOf(7));
      await until(() => framesIn(heard.bytes()).length === 1);
      expect(heard.gone).toEqual([]);
    });

    it('RM11 a pulled cable is told exactly once, and nothing after it, whatever is still asked of the port', async () => {
      const at = await bench();
      const { port, heard } = await open(at);
      await at.send(frameOf(1));
      await until(() => framesIn(heard.bytes()).length === 1);
      await at.hangUp();
      await until(() => heard.gone.length > 0, traits.goneMsMax);
      port.write(frameOf(2));
      await port.setBaudRate?.(9_600);
      await sleep(QUIET_MS);
      await port.close();
      await port.close();
      port.write(frameOf(3));
      await sleep(QUIET_MS);
      expect(heard.gone.length).toBe(1);
      expect(heard.afterGone).toBe(0);
    });

    it('RM11 a cable pulled while bytes go out is told exactly once', async () => {
      const at = await bench();
      const { port, heard } = await open(at);
      const pulled = at.hangUp();
      for (let i = 0; i < FRAMES; i += 1) {
        port.write(frameOf(i));
        await sleep(1);
      }
      await pulled;
      await until(() => heard.gone.length > 0, traits.goneMsMax);
      await sleep(QUIET_MS);
      expect(heard.gone.length).toBe(1);
      await port.close();
    });

    it('RM11 a closed port tells nothing more, and its device can be opened again at once', async () => {
      const at = await bench();
      const first = await open(at);
      await first.port.close();
      first.port.write(frameOf(1));
      const second = await open(at);
      await at.send(frameOf(2));
      await until(() => framesIn(second.heard.bytes()).length === 1);
      expect(first.heard.bytes().length).toBe(0);
      expect(first.heard.gone).toEqual([]);
      await second.port.close();
    });

    it('RM11 what is not there is refused in words, and opens when it is back', async () => {
      const at = await bench();
      await at.hangUp();
      const refused = await at.openPort(at.path, new Heard()).then(
        () => null,
        (error: unknown) => error,
      );
      expect(refused).toBeInstanceOf(Error);
      expect((refused as Error).message).not.toBe('');
      await at.comeBack();
      const { port, heard } = await open(at);
      await at.send(frameOf(5));
      await until(() => framesIn(heard.bytes()).length === 1);
      await port.close();
    });

    it('RM11 a device that is open is refused to a second opener, where the carrier can', async () => {
      const at = await bench();
      const { port } = await open(at);
      const second = await at.openPort(at.path, new Heard()).then(
        (opened) => opened,
        () => null,
      );
      await second?.close();
      expect(second === null).toBe(traits.isExclusive);
      await port.close();
    });
  });
}

interface Opened {
  port: Port;
  heard: Heard;
}

/** A listener that keeps everything. */
class Heard implements PortListener {
  readonly gone: string[] = [];
  afterGone = 0;
  readonly #chunks: Uint8Array[] = [];

  // Members are bound, as a port may take them off their object.
  onData = (bytes: Uint8Array): void => {
    if (this.gone.length > 0) this.afterGone += 1;
    this.#chunks.push(Uint8Array.from(bytes));
  };

  onGone = (reason: string): void => {
    this.gone.push(reason);
  };

  bytes(): Uint8Array {
    return joined(this.#chunks);
  }
}

/** The i-th of frames that together hold every byte value; as long as an answer about a card's text. */
function frameOf(i: number): Uint8Array {
  const data = Uint8Array.from({ length: 40 }, (_, at) => (7 * i + 11 * at) & 0xff);
  return encodeFrame(Uint8Array.of(0, 0, 0x90, ...data));
}

/** A frame without preamble, length and check byte. */
const bodyOf = (frame: Uint8Array): number[] => [...frame.subarray(7, -1)];

/** The bodies of all whole frames in the bytes, padding between them left out. */
function framesIn(bytes: Uint8Array): number[][] {
  const decoder = new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax: ARRIVES_MS_MAX });
  return decoder.push(bytes, 0).flatMap((output) => (output.type === 'frame' ? [[...output.body]] : []));
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

async function until(has: () => boolean, msMax: number = ARRIVES_MS_MAX): Promise<void> {
  const deadline = performance.now() + msMax;
  while (!has()) {
    if (performance.now() > deadline) throw new Error(`not seen within ${msMax} ms`);
    await sleep(5);
  }
}
