import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'major' | 'minor' }) => void;
let collect: Collect | null = null;

/**
 * Clears this thread's heap out at once (`young`: only what was made just now, a millisecond; else tens of them). V8 does it by
 * itself only when as much again has been used, so that what one large file left behind would stay for hours of quiet. Buffers
 * outside the heap are freed with what held them.
 */
export function clearHeap(of: 'all' | 'young'): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect({ type: of === 'young' ? 'minor' : 'major' });
}

/** A few milliseconds' worth of reading from a line. */
const LITTER_BYTES = 2 * 1024 * 1024;
let litter = 0;

/** Told of bytes from a line that nobody needs any more: every two megabytes of such buffers are cleared out. */
export function littered(bytes: number): void {
  litter += bytes;
  if (litter < LITTER_BYTES) return;
  litter = 0;
  clearHeap('young');
}
