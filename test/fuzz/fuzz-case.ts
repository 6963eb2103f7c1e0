/**
 * A fuzz does the cases of a border one after the other; what a case sends follows from the seed and its number alone, as far as
 * it does not quote what the site itself made (tokens, ids).
 *
 * `FUZZ_SEED` takes another seed, `FUZZ_FROM` and `FUZZ_CASES` do a part of the numbers again: a case that failed is named with them.
 */
import { CASE_COUNTS, type BorderName, type CaseCount } from './case-counts.ts';
import { extent } from '../support/machine/extent.ts';
import { seededRandom, type SeededRandom } from '../support/seeded-random.ts';

/** No single message may keep a program from everybody else for longer, ms. */
export const STALL_MS_MAX = 50;

const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
const FROM = process.env['FUZZ_FROM'];
const CASES = process.env['FUZZ_CASES'];
const isWhole = process.env['MUSTER_FUZZ'] === 'whole';

/** The numbers of the cases to do, in runs that begin with a new state. */
function runsOf(count: CaseCount, runLength: number): number[][] {
  const all = isWhole ? count.whole : extent({ everyday: count.everyday, full: count.ci });
  const from = Number(FROM ?? 0);
  const cases = CASES === undefined ? all - (FROM === undefined ? 0 : from % runLength) : Number(CASES);
  const runs: number[][] = [];
  for (let first = from; first < from + cases; first += runLength)
    runs.push(Array.from({ length: Math.min(runLength, from + cases - first) }, (_, i) => first + i));
  return runs;
}

/** The seed's low half is the case, its high half the seed of them all. */
const randomOf = (number: number): SeededRandom => seededRandom(SEED * 2 ** 32 + number);

/** `runFirst`: where the state began that the case met. */
class CaseFailed extends Error {
  constructor(of: {
    border: string;
    number: number;
    runFirst: number;
    what: string;
    input: unknown;
    cause: unknown;
  }) {
    const again = `FUZZ_SEED=${SEED} FUZZ_FROM=${of.runFirst} FUZZ_CASES=${of.number - of.runFirst + 1}`;
    super(`${of.border}, seed ${SEED}, case ${of.number} (again: ${again}): ${of.what}\n${shown(of.input)}`, {
      cause: of.cause,
    });
    this.name = 'CaseFailed';
  }
}

const SHOWN_LENGTH = 1500;

/** The input as it can be read; bytes in hex. */
export function shown(input: unknown): string {
  const text = JSON.stringify(input, (_, value: unknown) =>
    value instanceof Uint8Array
      ? { $hex: Buffer.from(value).toString('hex') }
      : typeof value === 'bigint'
        ? `${value}n`
        : value,
  );
  return (text ?? String(input)).slice(0, SHOWN_LENGTH);
}

/** What a fuzz saw besides what it holds against the program. */
export interface FuzzTold {
  cases: number;
  /** The longest a case took, ms; those beyond the bound that did not come again are counted apart. */
  longestMs: number;
  onceOnly: number;
}

/** The whole fuzz says what it did: a long run is watched. */
function tell(border: string, told: FuzzTold): FuzzTold {
  const { cases, longestMs, onceOnly } = told;
  if (isWhole)
    console.info(
      `${border}: ${cases} cases, longest ${longestMs.toFixed(1)} ms, ${onceOnly} longer that did not come again`,
    );
  return told;
}

export interface BorderHere<State, Input> {
  name: BorderName;
  runLength: number;
  open(): State;
  make(random: SeededRandom, state: State): Input;
  /** Takes the input as the border does; throws where that is not as it must be. */
  take(state: State, input: Input): void | Promise<void>;
  /** Looks whether what the run left is sound. */
  close(state: State): void;
}

/**
 * Fuzzes a border on this thread. A case that took longer than the bound is done again in a new run like the one before: clearing
 * out memory does not come again at the same case, what the case costs does.
 */
export async function fuzzHere<State, Input>(border: BorderHere<State, Input>): Promise<FuzzTold> {
  const told: FuzzTold = { cases: 0, longestMs: 0, onceOnly: 0 };
  for (const run of runsOf(CASE_COUNTS[border.name], border.runLength)) {
    const runFirst = run[0] ?? 0;
    let state = border.open();
    for (const number of run) {
      let { ms, input } = await taken(border, state, number, runFirst);
      told.cases++;
      if (ms > STALL_MS_MAX) {
        const first = ms;
        state = await replayed(border, state, run.slice(0, number - runFirst));
        ({ ms, input } = await taken(border, state, number, runFirst));
        if (ms > STALL_MS_MAX)
          throw new CaseFailed({
            border: border.name,
            number,
            runFirst,
            what: `took ${first.toFixed(0)} ms and again ${ms.toFixed(0)} ms`,
            input,
            cause: null,
          });
        told.onceOnly++;
      }
      told.longestMs = Math.max(told.longestMs, ms);
    }
    try {
      border.close(state);
    } catch (cause) {
      const number = run.at(-1) ?? runFirst;
      throw new CaseFailed({
        border: border.name,
        number,
        runFirst,
        what: `what it left: ${String(cause)}`,
        input: null,
        cause,
      });
    }
  }
  return tell(border.name, told);
}

async function replayed<State, Input>(
  border: BorderHere<State, Input>,
  old: State,
  numbers: readonly number[],
): Promise<State> {
  border.close(old);
  const state = border.open();
  for (const number of numbers) await taken(border, state, number, numbers[0] ?? number);
  return state;
}

async function taken<State, Input>(
  border: BorderHere<State, Input>,
  state: State,
  number: number,
  runFirst: number,
): Promise<{ ms: number; input: Input }> {
  const input = border.make(randomOf(number), state);
  // Its own processor time: a disk that syncs and a machine that does something else are not what a case costs.
  const before = process.threadCpuUsage();
  try {
    const taking = border.take(state, input);
    if (taking !== undefined) await taking;
  } catch (cause) {
    throw new CaseFailed({ border: border.name, number, runFirst, what: String(cause), input, cause });
  }
  const { user, system } = process.threadCpuUsage(before);
  return { ms: (user + system) / 1000, input };
}

export interface BorderThere<Input> {
  name: BorderName;
  /** So many are on their way together. */
  together: number;
  make(random: SeededRandom): Input;
  /** Sends all of them; resolves once each was answered, or cost its connection. Throws where an answer is not as it must be. */
  send(inputs: readonly Input[]): Promise<void>;
  /** The longest time the program was away since the last question, ms. */
  longestMs(): Promise<number>;
  /** What the program has said since the last question that it may not say. */
  complaints(): string[];
}

/**
 * Fuzzes a border of another process. Cases among which the program was away for too long, or complained, are sent again one by
 * one: what a case costs comes again, what the machine did in between does not.
 */
export async function fuzzThere<Input>(border: BorderThere<Input>): Promise<FuzzTold> {
  const told: FuzzTold = { cases: 0, longestMs: 0, onceOnly: 0 };
  for (const run of runsOf(CASE_COUNTS[border.name], border.together)) {
    const inputs = run.map((number) => border.make(randomOf(number)));
    const runFirst = run[0] ?? 0;
    const failed = (number: number, what: string, cause: unknown): CaseFailed =>
      new CaseFailed({
        border: border.name,
        number,
        runFirst,
        what,
        input: inputs[number - runFirst],
        cause,
      });
    await border.send(inputs).catch(async (cause: unknown) => {
      for (const number of run)
        await border.send([inputs[number - runFirst]!]).catch((alone: unknown) => {
          throw failed(number, String(alone), alone);
        });
      throw failed(run.at(-1) ?? runFirst, `one of ${run.length} cases: ${String(cause)}`, cause);
    });
    told.cases += run.length;
    const longest = await border.longestMs();
    const said = border.complaints();
    if (longest > STALL_MS_MAX || said.length > 0) {
      for (const number of run) {
        const trouble = await again(border, inputs[number - runFirst]!);
        if (trouble !== null) throw failed(number, trouble, null);
      }
      if (said.length > 0)
        throw failed(run.at(-1) ?? runFirst, `one of ${run.length} cases: ${said.join('\n')}`, null);
      told.onceOnly++;
    } else told.longestMs = Math.max(told.longestMs, longest);
  }
  return tell(border.name, told);
}

/** What one case does when it is alone; a long time away must come twice more. */
async function again<Input>(border: BorderThere<Input>, input: Input): Promise<string | null> {
  const times: number[] = [];
  for (let i = 0; i < 2; i++) {
    await border.send([input]);
    times.push(await border.longestMs());
    const said = border.complaints();
    if (said.length > 0) return said.join('\n');
    if (times.at(-1)! <= STALL_MS_MAX) return null;
  }
  return `away for ${times.map((ms) => ms.toFixed(0)).join(' and ')} ms`;
}
