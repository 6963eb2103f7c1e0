import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const MINUTE_MS = 60_000;

/** Two even on a one-core machine: half of what the tests do is waiting for disks and child processes. */
const WORKERS_MIN = 2;
const maxWorkers = Math.max(WORKERS_MIN, availableParallelism() - 1);

/** Kills, power cuts and what measures time: each file has the machine for itself. */
const ALONE = [
  '*kill',
  '*power-cut',
  '*pty',
  'board-second',
  'kiosk-disk-full',
  'hostile-kiosk',
  'line-reader',
  'serial-port',
  'simulate',
].map((name) => `test/e2e/*/${name}.test.ts`);

/** What of the releases needs no process. */
const RELEASES_READ = ['test/releases/wire-messages.test.ts', 'test/releases/changelog.test.ts'];

/** A part of every fuzz: it measures how long a program is away from everybody else. */
const FUZZ = 'test/fuzz/**/*.test.ts';

/** These ask test/support/machine/extent.ts how much to do. */
const PROOFS_IN_PART = [
  'test/e2e/site/site-kill.test.ts',
  'test/e2e/edge/edge-power-cut.test.ts',
  'test/e2e/edge/file-process.test.ts',
  'test/e2e/kiosk/screen-faces.test.ts',
  'test/sim/edge-counts.test.ts',
  'test/edge-service/projection/links.test.ts',
  'test/edge-service/rounds/unfiled-runs.test.ts',
];

/** Asks a dictionary of MUSTER_DICTIONARY numbers: a part of it in CI too, all ten million in the soak alone. */
const STOLEN_KIOSK = 'test/e2e/kiosk/stolen-kiosk.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/plain-reporter.ts'],
    // serialport aborts the whole process when it is loaded in a worker thread
    pool: 'forks',
    projects: [
      {
        // the shape of the project itself; part of `npm run check`
        test: {
          name: 'tidy',
          include: ['test/tidy/**/*.test.ts'],
          maxWorkers,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'node',
          include: [
            'test/{shared,drivers,kiosk,edge-service,packaging}/**/*.test.{ts,tsx}',
            ...RELEASES_READ,
          ],
          maxWorkers,
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
        },
      },
      {
        // seeded simulation and long property tests; whole, one of them computes for a minute on a quiet machine
        test: {
          name: 'sim',
          include: ['test/sim/**/*.test.ts'],
          maxWorkers,
          testTimeout: 5 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        // real processes, ports and browsers: after the others, more files at a time than processors, because most of what
        // they do is waiting
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/releases/*.test.ts'],
          exclude: [...ALONE, ...RELEASES_READ],
          maxWorkers: maxWorkers + 1,
          sequence: { groupOrder: 1 },
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        test: {
          name: 'alone',
          include: [...ALONE, FUZZ],
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        test: {
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 2 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        // HID devices in virtual machines of one processor each: after everything else
        test: {
          name: 'hid',
          include: ['test/hid/**/*.test.ts'],
          maxWorkers,
          sequence: { groupOrder: 5 },
          testTimeout: MINUTE_MS,
          hookTimeout: MINUTE_MS,
        },
      },
      {
        // hours, not minutes: never part of `npm test`. Besides its own files, the proofs of which `npm test` does a part.
        test: {
          name: 'soak',
          include: ['test/soak/**/*.test.ts', ...PROOFS_IN_PART, STOLEN_KIOSK],
          env: { MUSTER_EXTENT: 'full', MUSTER_DICTIONARY: '10000000' },
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
          testTimeout: 12 * 60 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
      {
        // a million cases in a quarter of an hour: never part of `npm test`, which does a part of them
        test: {
          name: 'fuzz',
          include: [FUZZ],
          env: { MUSTER_FUZZ: 'whole' },
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 6 },
          testTimeout: 30 * MINUTE_MS,
          hookTimeout: 2 * MINUTE_MS,
        },
      },
    ],
  },
});
