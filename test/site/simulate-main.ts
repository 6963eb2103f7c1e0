import '#shared/node/require-runtime.ts';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { wordsOf } from '#shared/error-words.ts';
import { simulateSite, type SimulationResult } from './simulation.ts';
import { FAULTS, type Fault } from './site-plan.ts';

const USAGE = `用法 usage: npm run simulate -- --stations N --people N --seed S [--clean] [--faults LIST] [--json]

  --stations N    1–50 (4)
  --people N      1–20000, 到场刷卡人数 people who come and swipe (200)
  --seed S        0–${Number.MAX_SAFE_INTEGER}, 整数 whole number (1)
  --clean         不注入差错 no faults
  --faults LIST   ${FAULTS.join(',')} (nine-for-ten)
  --json          只输出一个 JSON one JSON object and nothing else
  --help          显示本说明 this text
`;
const STATIONS_MAX = 50;
const PEOPLE_MAX = 20_000;

interface Arguments {
  stations: number;
  people: number;
  seed: number;
  faults: Fault[];
  json: boolean;
  help: boolean;
}

function argumentsOf(argv: string[]): Arguments {
  const { values } = parseArgs({
    args: argv,
    options: {
      stations: { type: 'string', default: '4' },
      people: { type: 'string', default: '200' },
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: 'nine-for-ten' },
      clean: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const faults = values.clean ? [] : values.faults.split(',');
  const known = faults.filter((f): f is Fault => (FAULTS as readonly string[]).includes(f));
  if (known.length < faults.length) throw new Error(`--faults: ${FAULTS.join(', ')}`);
  return {
    stations: within('--stations', values.stations, { min: 1, max: STATIONS_MAX }),
    people: within('--people', values.people, { min: 1, max: PEOPLE_MAX }),
    seed: within('--seed', values.seed, { min: 0, max: Number.MAX_SAFE_INTEGER }),
    faults: known,
    json: values.json,
    help: values.help,
  };
}

function within(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < min || value > max)
    throw new Error(`${name}: ${min}–${max}, "${text}"`);
  return value;
}

function print(result: SimulationResult, isRight: boolean): void {
  const { truth, reported } = result;
  for (const [name, value] of Object.entries(truth.ladder)) {
    const other = reported.ladder[name as keyof typeof reported.ladder];
    console.log(
      `${name.padEnd(20)} ${JSON.stringify(value).padStart(7)} ${JSON.stringify(other).padStart(7)}${JSON.stringify(value) === JSON.stringify(other) ? '' : '  ≠'}`,
    );
  }
  console.log(`${'finalUpTo'.padEnd(28)} ${reported.finalUpTo}`);
  console.log('faults        ', JSON.stringify(truth.faults));
  console.log('discrepancies ', JSON.stringify(reported.discrepancies));
  console.log(isRight ? '一致 equal' : '不一致 different');
}

async function main(): Promise<void> {
  let given: Arguments;
  try {
    given = argumentsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`参数有误 wrong arguments: ${wordsOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-simulate-'));
  try {
    const result = await simulateSite({
      ...given,
      directory,
      say: (line) => (given.json ? undefined : console.log(line)),
    });
    const isRight =
      isDeepStrictEqual(result.truth.ladder, result.reported.ladder) &&
      isDeepStrictEqual(result.truth.faults, result.reported.discrepancies);
    if (given.json) console.log(JSON.stringify(result));
    else print(result, isRight);
    process.exitCode = isRight ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
