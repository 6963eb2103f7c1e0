/**
 * A kiosk's engine as a process of its own, for tests that kill it: `node engine-process-main.ts DATA READER MARKS`. States go to
 * the parent; commands come from it. Each number shown is written to MARKS the moment it is shown ('-': not wanted).
 */
import { openSync, writeSync } from 'node:fs';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { startEngine } from '../../../kiosk/station/engine-main.ts';
import { NO_KEYRING } from './no-keyring.ts';

/** Hundreds of cards a second: gaps shrink, timeouts stay, because a busy machine must not look like a hung reader. */
const FAST_READER = {
  ...READER_TIMINGS,
  pollGapMs: 2,
  probeGapMs: 1,
  reopenDelayMsMin: 20,
  reopenDelayMsMax: 200,
};

const [data = '', reader = '', marksFile = '-'] = process.argv.slice(2);
const marks = marksFile === '-' ? null : openSync(marksFile, 'a');
const engine = await startEngine({
  data,
  readers: reader === '-' ? [] : [reader],
  pair: null,
  nativeBinding: null,
  keys: NO_KEYRING,
  devices: null,
  timings: FAST_READER,
  log: () => {},
});
let shown = -1;
engine.onState((state) => {
  if (marks !== null && state.lastSequence !== shown) writeSync(marks, `${state.lastSequence}\n`);
  shown = state.lastSequence;
  if (process.connected) process.send?.({ state });
});
process.on('message', (message: { id: number; command: KioskCommand }) => {
  void engine
    .send(message.command)
    .then((reply) => process.connected && process.send?.({ id: message.id, reply }));
});
process.once('SIGTERM', () => void engine.stop().then(() => process.exit(0)));
