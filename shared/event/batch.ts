import { BODY_BYTES_MAX, type EventBytes } from './event.ts';
import { HASH_BYTES } from './chain.ts';

/** Events per batch: beyond 50 the wire is no longer the cost, at 500 it is 2 % (docs/performance.md). */
export const BATCH_EVENTS_MAX = 500;
/** Bytes per batch; one socket message may hold a little more (`SOCKET_MESSAGE_BYTES_MAX`). */
export const BATCH_BYTES_MAX = 768 * 1024;
/** A sealed person is 176 or 304 bytes; the bound leaves room for later versions. */
export const SEALED_BYTES_MAX = 4 * 1024;
/** Above the largest batch and below what would hurt a small edge: socket.io's `maxHttpBufferSize`. */
export const SOCKET_MESSAGE_BYTES_MAX = 1024 * 1024;

const ITEM_HEAD_BYTES = 4 + 4 + HASH_BYTES;

/** Size of one event inside a batch, in bytes. */
export function batchItemBytes(event: EventBytes): number {
  return ITEM_HEAD_BYTES + event.body.length + (event.sealed?.length ?? 0);
}

/**
 * Packs consecutive events. Per event: body length u32 BE ‖ sealed length u32 BE (0: none) ‖ hash 32 ‖ body ‖ sealed.
 * Sequences are not repeated: the message's `first` names the first, the others follow without gaps.
 */
export function encodeBatch(events: readonly EventBytes[]): Uint8Array {
  const bytes = new Uint8Array(events.reduce((sum, e) => sum + batchItemBytes(e), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const e of events) {
    view.setUint32(at, e.body.length);
    view.setUint32(at + 4, e.sealed?.length ?? 0);
    bytes.set(e.hash, at + 8);
    bytes.set(e.body, at + ITEM_HEAD_BYTES);
    if (e.sealed) bytes.set(e.sealed, at + ITEM_HEAD_BYTES + e.body.length);
    at += batchItemBytes(e);
  }
  return bytes;
}

export type BatchParse =
  | { ok: true; events: EventBytes[] }
  /** `at`: index of the first item that cannot be read; nothing of the batch may be used. */
  | {
      ok: false;
      code: 'empty' | 'too-many' | 'too-long' | 'truncated' | 'body-length' | 'sealed-length';
      at: number;
    };

/** Unpacks a batch whose first event has sequence `first`. The parts are views into `bytes`. Never throws. */
export function decodeBatch(bytes: Uint8Array, first: number): BatchParse {
  if (bytes.length > BATCH_BYTES_MAX) return { ok: false, code: 'too-long', at: 0 };
  if (bytes.length === 0) return { ok: false, code: 'empty', at: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: EventBytes[] = [];
  let at = 0;
  while (at < bytes.length) {
    const index = events.length;
    if (index === BATCH_EVENTS_MAX) return { ok: false, code: 'too-many', at: index };
    if (bytes.length - at < ITEM_HEAD_BYTES) return { ok: false, code: 'truncated', at: index };
    const bodyLength = view.getUint32(at);
    const sealedLength = view.getUint32(at + 4);
    if (bodyLength === 0 || bodyLength > BODY_BYTES_MAX) return { ok: false, code: 'body-length', at: index };
    if (sealedLength > SEALED_BYTES_MAX) return { ok: false, code: 'sealed-length', at: index };
    const bodyAt = at + ITEM_HEAD_BYTES;
    const end = bodyAt + bodyLength + sealedLength;
    if (end > bytes.length) return { ok: false, code: 'truncated', at: index };
    events.push({
      sequence: first + index,
      hash: bytes.subarray(at + 8, bodyAt),
      body: bytes.subarray(bodyAt, bodyAt + bodyLength),
      sealed: sealedLength === 0 ? null : bytes.subarray(bodyAt + bodyLength, end),
    });
    at = end;
  }
  return { ok: true, events };
}
