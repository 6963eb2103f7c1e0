/**
 * Loaded into a program under test before its own first line (`node --import`): tells the test on loopback how long at a time the
 * program's event loop did nothing else. Worker threads load it too, and nobody waits on theirs.
 */
import { openSync, readSync } from 'node:fs';
import { connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const LOOK_EVERY_MS = 5;
/** Shorter gaps are what a loop does between two looks. */
const TELL_MS_MIN = 25;
const port = Number(process.env['MUSTER_PROBE_PORT']);

/**
 * How long this thread was ready and given no processor, ms since its start (Linux: the second number of schedstat): on a machine
 * that others use that is not what the program did. Elsewhere nothing is known of it.
 */
function waitedForProcessor(): () => number {
  const text = Buffer.alloc(100);
  try {
    const file = openSync('/proc/thread-self/schedstat', 'r');
    return () =>
      Number(text.toString('latin1', 0, readSync(file, text, 0, text.length, 0)).split(' ')[1]) / 1e6;
  } catch {
    return () => 0;
  }
}

if (isMainThread && port > 0) {
  const waited = waitedForProcessor();
  const test = connect(port, '127.0.0.1').unref();
  let last = performance.now();
  let lastWaited = waited();
  const look = (): void => {
    const now = performance.now();
    const nowWaited = waited();
    const gap = now - last - LOOK_EVERY_MS - (nowWaited - lastWaited);
    [last, lastWaited] = [now, nowWaited];
    if (gap > TELL_MS_MIN) test.write(`${gap.toFixed(1)}\n`);
  };
  setInterval(look, LOOK_EVERY_MS).unref();
  // Whatever stalled before the question is told before its answer.
  test.on('data', () => {
    look();
    test.write('.\n');
  });
  test.on('error', () => test.destroy());
}
