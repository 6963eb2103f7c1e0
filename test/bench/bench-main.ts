/**
 * `npm run bench -- [--json] [--only G1,G3] [--pairs N] [--quick]`: the goals of speed and memory, as ratios in one run.
 * Reference and subject alternate; a goal fails on its median; exit 1 when a gate is missed. Progress goes to stderr.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { wordsOf } from '#shared/error-words.ts';
import { BenchRuns } from './bench-runs.ts';
import { EXPERIMENTS, type Extent } from './experiments.ts';
import { GOALS, judge, type GoalId, type GoalResult, type Sample } from './goals.ts';
import { machineFacts } from './machine-facts.ts';
import { resultTable } from './result-table.ts';

/** Fewer make quartiles meaningless. */
const PAIRS = 5;
const PAIRS_MAX = 25;
const FULL: Extent = { pairs: PAIRS, pacedSeconds: 8, memorySeconds: 36, kills: 10, cards: 100_000 };
const QUICK: Extent = { pairs: 1, pacedSeconds: 3, memorySeconds: 5, kills: 3, cards: 5_000 };
/** Begins no new pair after this; what is unfinished then is told. The whole must stay below a quarter of an hour. */
const BENCH_MS_MAX = 12 * 60_000;

const USAGE = `用法 usage: npm run bench -- [--json] [--only G1,G3] [--pairs N] [--quick]

  --json      只输出一个 JSON · one JSON object and nothing else
  --only LIST 只测这些 · these goals only: ${GOALS.join(', ')}
  --pairs N   1–${PAIRS_MAX} (${PAIRS})
  --quick     快速试一遍,数字不作准 · a quick look, no figures to rely on`;

interface Asked {
  json: boolean;
  only: readonly GoalId[];
  extent: Extent;
}

function asked(): Asked {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      pairs: { type: 'string' },
    },
  });
  const only = (values.only?.split(',') ?? GOALS).map((name) => {
    const goal = GOALS.find((g) => g === name.trim().toUpperCase().replace('J', 'j'));
    if (goal === undefined) throw new Error(`--only ${name}: goals are ${GOALS.join(', ')}`);
    return goal;
  });
  const extent = values.quick ? QUICK : FULL;
  if (values.pairs === undefined) return { json: values.json, only, extent };
  const pairs = Number(values.pairs);
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > PAIRS_MAX)
    throw new Error(`--pairs ${values.pairs}: a whole number from 1 to ${PAIRS_MAX}`);
  return { json: values.json, only, extent: { ...extent, pairs } };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function bench({ json, only, extent }: Asked): Promise<boolean> {
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  const until = Date.now() + BENCH_MS_MAX;
  try {
    const machine = machineFacts(dir);
    const runs = await BenchRuns.prepare(dir);
    const samples = new Map<GoalId, Sample[]>();
    const skipped: string[] = [];
    for (const experiment of EXPERIMENTS) {
      const wanted = experiment.goals.filter((goal) => only.includes(goal));
      if (wanted.length === 0) continue;
      if (experiment.needsShim && runs.shim === null) {
        skipped.push(`${wanted.join(', ')} skipped: ${runs.withoutShim}`);
        continue;
      }
      for (let pair = 0; pair < experiment.pairs(extent); pair++) {
        if (Date.now() > until) {
          skipped.push(
            `${wanted.join(', ')}: out of time after ${pair} of ${experiment.pairs(extent)} pairs`,
          );
          break;
        }
        const taken = await experiment.pair(runs, extent, say);
        for (const goal of wanted) {
          const sample = taken[goal];
          if (sample) samples.set(goal, [...(samples.get(goal) ?? []), sample]);
        }
      }
    }
    const goals = Object.fromEntries(
      [...samples].map(([goal, taken]) => [goal, judge(goal, taken)]),
    ) as Partial<Record<GoalId, GoalResult>>;
    for (const line of skipped) say(line);
    process.stdout.write(json ? `${JSON.stringify({ goals, machine })}\n` : resultTable(goals, machine));
    return Object.values(goals).every((goal) => goal.pass);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function askedOrUsage(): Asked | null {
  try {
    return asked();
  } catch (error) {
    say(`参数有误 wrong arguments: ${wordsOf(error)}\n\n${USAGE}`);
    return null;
  }
}

try {
  const given = askedOrUsage();
  process.exitCode = given === null ? 2 : (await bench(given)) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
