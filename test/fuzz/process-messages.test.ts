import { describe, expect, it } from 'vitest';
import { kioskCommandSchema, kioskStateSchema, commandReplySchema } from '#shared/contract/kiosk-screen.ts';
import { StateOrder } from '#shared/contract/state-order.ts';
import { fromEngineSchema, toEngineSchema } from '../../kiosk/electron/channels.ts';
import { startOptions } from '../../kiosk/electron/start-options.ts';
import { BAND_STATES, FACE_STATES } from '../support/screen/kiosk-states.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzHere } from './fuzz-case.ts';
import { COMMANDS } from './kiosk-commands.ts';
import { anyJson, mutated } from './hostile-values.ts';

const STATES = [...Object.values(FACE_STATES).flat(), ...BAND_STATES].map(({ state }) => state);
const START = { data: '/kiosk', readers: ['tcp://127.0.0.1:1'], pair: null, nativeBinding: null };
/** A message of each kind that crosses between Electron's processes. */
const MESSAGES: readonly ((random: SeededRandom) => unknown)[] = [
  (random) => random.pick(COMMANDS),
  (random) => ({ to: 'command', number: 1, command: random.pick(COMMANDS) }),
  () => ({ to: 'start', start: START }),
  () => ({ to: 'stop' }),
  (random) => ({ from: 'state', state: random.pick(STATES) }),
  () => ({ from: 'reply', number: 1, reply: { ok: false, code: 'x', zh: '一', en: 'a' } }),
  (random) => random.pick(STATES),
];

/** Besides JSON a message between processes may hold what structured cloning carries. */
const CLONED: readonly (() => unknown)[] = [
  () => new Map([['command', 'dismiss']]),
  () => new Set(['dismiss']),
  () => new Date(NaN),
  () => 10n ** 30n,
  () => NaN,
  () => Infinity,
  () => undefined,
  () => /(a+)+$/,
  () => new Error('x'),
  () => new Float64Array(3),
  () => {
    const circle: Record<string, unknown> = { command: 'dismiss' };
    circle['self'] = circle;
    return circle;
  },
];

/** Only a page says this much with so little; no command has a list. */
const SPARSE = Object.assign([], { length: 2 ** 32 - 1 });

function message(random: SeededRandom): unknown {
  const value = random.next() < 0.9 ? mutated(random.pick(MESSAGES)(random), random) : anyJson(random);
  if (random.next() < 0.8 || typeof value !== 'object' || value === null) return value;
  const other = random.pick(CLONED)();
  if (random.next() < 0.2) return other;
  const key = random.pick([...Object.keys(value), 'x'].filter((name) => name !== '__proto__'));
  // A copy: the value may be one of the samples, and other cases begin with it.
  return Object.assign(Array.isArray(value) ? [...(value as unknown[])] : { ...value }, { [key]: other });
}

/** What comes out at the other end; what is too deep to be sent arrives nowhere, and is parsed as it is. */
function arrived(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

describe('messages between the processes of the kiosk', () => {
  it('HO75 whatever crosses is understood or refused where it arrives, in its time and without a throw', async () => {
    const told = await fuzzHere({
      name: 'process messages',
      runLength: 5000,
      open: () => new StateOrder(),
      make: (random) => arrived(message(random)),
      take: (order, raw) => {
        kioskCommandSchema.safeParse(SPARSE);
        if (typeof raw === 'object' && raw !== null) kioskCommandSchema.safeParse({ ...raw, number: SPARSE });
        for (const schema of [kioskCommandSchema, commandReplySchema, kioskStateSchema, toEngineSchema])
          schema.safeParse(raw);
        const told = fromEngineSchema.safeParse(raw);
        if (told.success && told.data.from === 'state') order.next(told.data.state);
      },
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO75 whatever arguments and environment say, they are options or left alone', async () => {
    const words = [
      '--data',
      '--reader',
      '--pair',
      '--data=',
      '--',
      '-',
      '--no-sandbox',
      '/x',
      '',
      'tcp://127.0.0.1:1',
    ];
    const told = await fuzzHere({
      name: 'start options',
      runLength: 5000,
      open: () => null,
      make: (random) => ({
        arguments: [
          mutated(
            Array.from({ length: random.below(6) }, () => random.pick(words)),
            random,
          ),
        ]
          .flat()
          .map(String),
        environment: {
          MUSTER_DATA: random.pick(words),
          MUSTER_READER: random.pick(words),
          MUSTER_PAIR: undefined,
        },
        folder: '/kiosk',
      }),
      take: (_, given) => void startOptions(given),
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });
});
