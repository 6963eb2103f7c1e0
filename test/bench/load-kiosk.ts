import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, batchItemBytes, encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { EventBytes } from '#shared/event/event.ts';
import { PROTOCOL_VERSION, eventsReplySchema, helloReplySchema } from '#shared/contract/wire.ts';
import type { InstallId } from '#shared/ids.ts';
import { LeanSocket, requestFrames } from './lean-socket.ts';
import type { KioskHistory } from './swipe-history.ts';

/** One message as it will go over the wire, and the sequence its acknowledgement must reach. */
export interface Prepared {
  frames: Buffer;
  last: number;
  swipes: number;
}

/** A kiosk that only sends: connected, welcomed, its opening stored. */
export interface LoadKiosk {
  history: KioskHistory;
  socket: LeanSocket;
  /** What the server held when it welcomed the kiosk, or the end of the opening. */
  watermark: number;
}

/** Frames one message. `id` is the sequence of its last event, so that an answer names what it answers. */
export function prepare(install: InstallId, events: readonly EventBytes[]): Prepared {
  const first = events[0];
  const last = events.at(-1);
  if (first === undefined || last === undefined) throw new Error('an empty message');
  const header = {
    install,
    first: first.sequence,
    head: { sequence: last.sequence, hash: bytesToHex(last.hash) },
    wallTime: Date.now(),
  };
  const bytes = encodeBatch(events);
  const frames = requestFrames({ id: last.sequence, event: 'events', argument: header, bytes });
  return { frames, last: last.sequence, swipes: events.length };
}

/** Cuts events into messages of at most one batch each. */
export function inBatches(events: readonly EventBytes[]): EventBytes[][] {
  const batches: EventBytes[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = batchItemBytes(event);
    const open = batches.at(-1);
    if (open && open.length < BATCH_EVENTS_MAX && bytes + size <= BATCH_BYTES_MAX) {
      open.push(event);
      bytes += size;
    } else {
      batches.push([event]);
      bytes = size;
    }
  }
  return batches;
}

/** Connects, says hello and sends the opening, as far as the server does not hold it. Throws when it is not welcome. */
export async function connectKiosk(port: number, history: KioskHistory): Promise<LoadKiosk> {
  const socket = await LeanSocket.connect({ port, token: history.token, protocol: PROTOCOL_VERSION });
  const last = history.swipes.at(-1) ?? history.opening.at(-1)!;
  const hello = {
    install: history.install,
    head: { sequence: last.sequence, hash: bytesToHex(last.hash) },
    wallTime: Date.now(),
    edgeHead: null,
    counted: null,
  };
  const reply = await socket.ask('hello', hello, null);
  if ((reply as { outcome?: unknown }).outcome !== 'welcome')
    throw new Error(`hello: ${JSON.stringify(reply)}`);
  const held = watermarkOf(reply);
  for (const batch of inBatches(history.opening.filter((e) => e.sequence > held))) {
    const first = batch[0]!.sequence;
    const head = { sequence: batch.at(-1)!.sequence, hash: bytesToHex(batch.at(-1)!.hash) };
    const header = { install: history.install, first, head, wallTime: Date.now() };
    const stored = eventsReplySchema.parse(await socket.ask('events', header, encodeBatch(batch)));
    if (stored.outcome !== 'stored') throw new Error(`opening: ${JSON.stringify(stored)}`);
  }
  socket.onEnd = () => undefined;
  return { history, socket, watermark: Math.max(held, history.opening.length) };
}

function watermarkOf(welcome: unknown): number {
  const parsed = helloReplySchema.safeParse(welcome);
  return parsed.success && parsed.data.outcome === 'welcome' ? parsed.data.watermark.sequence : 0;
}
