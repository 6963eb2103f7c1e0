import { registerHooks } from 'node:module';

import { systemHid } from '#drivers/port/hid-port.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { HIDRAW_CASES } from '../site/readers/hidraw-cases.ts';
import { type Collected, collected } from './vitest-stand-in.ts';

/** Runs one case and writes one JSON line about it. */
async function judge({ title, run }: Collected): Promise<void> {
  const startMs = performance.now();
  let error: string | null = null;
  try {
    await run();
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    process.exitCode = 1;
  }
  const ms = Math.round(performance.now() - startMs);
  process.stdout.write(`${JSON.stringify({ title, ms, error })}\n`);
}

async function main(): Promise<void> {
  const standIn = new URL('./vitest-stand-in.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' ? { url: standIn, shortCircuit: true } : next(specifier, context),
  });
  const { hidrawContract } = await import('../site/readers/hidraw-contract.ts');
  hidrawContract(systemHid(systemClock));
  for (const each of [...HIDRAW_CASES, ...collected]) await judge(each);
  // A device that a failed case has left open would keep the machine running.
  process.exit();
}

await main();
