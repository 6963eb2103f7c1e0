import type { Clock } from '#shared/clock.ts';
import type { Words } from '#shared/words.ts';

import type { Reader } from '../reader/kept-reader.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import type { ReaderModel } from '../models/reader-model.ts';

/** How long a person gets for each step of the self-test. */
export interface ProbeTimings {
  /** For the reader to answer: all rates of a serial line are tried meanwhile. */
  openMs: number;
  /** For what a person does: finding the card, the plug. */
  stepMs: number;
  /** How long a card must lie without being read again. */
  holdMs: number;
}

export const PROBE_TIMINGS: ProbeTimings = { openMs: 15_000, stepMs: 60_000, holdMs: 5_000 };

interface ProbeStep extends Words {
  outcome: 'ok' | 'failed' | 'not-done';
  /** What was seen, free of personal data: it is mailed. */
  detail: string;
}

export interface ProbeResult {
  steps: readonly ProbeStep[];
  /** Bytes discarded, by reason. */
  discarded: ReadonlyMap<string, { times: number; bytes: number }>;
}

export interface ProbeParts {
  /** Freshly opened: the first event is still to come. */
  reader: Reader;
  gives: ReaderModel['gives'];
  clock: Clock;
  timings: ProbeTimings;
  /** Tells the person what to do. */
  say: (line: string) => void;
  /** Calls back whenever the person wants to skip the step that waits; returns what ends it. */
  onSkip: (skip: () => void) => () => void;
}

/**
 * Leads a person through what a reader must do at a station: answer, read a card, read it once while it lies there, see
 * it go, read it again, come back after its plug was pulled. Nothing of a card stands in the result.
 */
export async function probeReader(parts: ProbeParts): Promise<ProbeResult> {
  const probe = new Probe(parts);
  const steps = await probe.run();
  probe.end();
  return { steps, discarded: probe.discarded };
}

type Outcome = Pick<ProbeStep, 'outcome' | 'detail'>;

const GIVEN = { reading: 'reading', 'physical-number': 'physical-number', scan: 'scan' } as const;

const WORDS = {
  reading: {
    lay: '请放一张身份证',
    layEn: 'lay down an ID card',
    same: '请再放同一张',
    sameEn: 'the same card again',
  },
  'physical-number': {
    lay: '请放一张卡',
    layEn: 'lay down a card',
    same: '请再放同一张',
    sameEn: 'the same card again',
  },
  scan: { lay: '请扫一个条码', layEn: 'scan a code', same: '请再扫同一个', sameEn: 'the same code again' },
} as const;

class Probe {
  readonly discarded = new Map<string, { times: number; bytes: number }>();
  readonly #parts: ProbeParts;
  readonly #unsubscribe: () => void;
  readonly #events: { event: ReaderEvent; atMs: number }[] = [];
  #wake: () => void = () => {};

  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.reader.subscribe((event) => {
      if (event.event === 'discarded') {
        const sum = this.discarded.get(event.reason) ?? { times: 0, bytes: 0 };
        this.discarded.set(event.reason, { times: sum.times + 1, bytes: sum.bytes + event.bytes });
        return;
      }
      this.#events.push({ event, atMs: parts.clock.monotonic() });
      this.#wake();
    });
  }

  end(): void {
    this.#unsubscribe();
  }

  async run(): Promise<ProbeStep[]> {
    const { gives } = this.#parts;
    const words = WORDS[gives];
    const steps: ProbeStep[] = [];
    let number = 0;
    const step = async (zh: string, en: string, run: () => Promise<Outcome>) => {
      number += 1;
      this.#parts.say(`第 ${number} 步 step ${number}: ${zh} · ${en}`);
      const outcome = await run();
      this.#parts.say(`    ${OUTCOME_WORDS[outcome.outcome]} · ${outcome.detail}`);
      steps.push({ zh, en, ...outcome });
      return outcome.outcome === 'ok';
    };
    if (!(await step('打开读卡器', 'open the reader', () => this.#open()))) return steps;
    let first = '';
    const isGiven = await step(words.lay, words.layEn, async () => {
      const given = await this.#given();
      first = given.key;
      return given;
    });
    if (isGiven && gives !== 'scan') await step('不要移开', 'leave it there', () => this.#hold());
    if (isGiven && gives === 'reading') await step('请拿开', 'take it away', () => this.#lifted());
    if (isGiven) {
      await step(
        gives === 'physical-number' ? `请拿开,等 2 秒,${words.same}` : words.same,
        gives === 'physical-number' ? `take it away, wait 2 s, ${words.sameEn}` : words.sameEn,
        async () => {
          const { key, outcome, detail } = await this.#given();
          if (outcome !== 'ok' || key === first) return { outcome, detail };
          return { outcome: 'failed', detail: `another one than before: ${detail}` };
        },
      );
    }
    await step('请拔下读卡器的插头', 'pull the plug of the reader', () => this.#unplugged());
    if (steps.at(-1)?.outcome === 'ok')
      await step('请把插头插回去', 'plug it in again', () => this.#open(this.#parts.timings.stepMs));
    return steps;
  }

  async #open(timeoutMs: number = this.#parts.timings.openMs): Promise<Outcome> {
    const startMs = this.#parts.clock.monotonic();
    let last = 'no-answer';
    const ready = await this.#next(timeoutMs, (event) => {
      if (event.event === 'reader-gone') last = event.reason;
      return event.event === 'reader-ready';
    });
    if (ready?.event.event !== 'reader-ready') return { outcome: 'failed', detail: last };
    const { baudRate } = ready.event;
    const rate = baudRate === null ? '' : `${baudRate} bit/s, `;
    return { outcome: 'ok', detail: `${rate}${Math.round(ready.atMs - startMs)} ms` };
  }

  /** `key` tells two cards or codes apart; it is personal data and goes nowhere. */
  async #given(): Promise<Outcome & { key: string }> {
    const { gives, timings } = this.#parts;
    const faults: string[] = [];
    let presentAtMs: number | null = null;
    const given = await this.#next(timings.stepMs, (event, atMs) => {
      if (event.event === 'fault') faults.push(event.code);
      if (event.event === 'card-present') presentAtMs = atMs;
      return event.event === GIVEN[gives];
    });
    const trouble = faults.length === 0 ? '' : `, faults: ${faults.join(' ')}`;
    if (given === null) {
      return {
        outcome: faults.length > 0 ? 'failed' : 'not-done',
        detail: `nothing was read${trouble}`,
        key: '',
      };
    }
    const time = presentAtMs === null ? '' : `, ${Math.round(given.atMs - presentAtMs)} ms`;
    const { kind, key } = seenIn(given.event);
    return { outcome: 'ok', detail: `${kind}${time}${trouble}`, key };
  }

  async #hold(): Promise<Outcome> {
    const { timings, gives } = this.#parts;
    const more = await this.#next(
      timings.holdMs,
      ({ event }) => event === GIVEN[gives] || event === 'removed',
    );
    if (more === null) return { outcome: 'ok', detail: `read once in ${timings.holdMs} ms` };
    const what =
      more.event.event === 'removed' ? 'told removed while it lay there' : 'read again while it lay there';
    return { outcome: 'failed', detail: what };
  }

  async #lifted(): Promise<Outcome> {
    const removed = await this.#next(this.#parts.timings.stepMs, ({ event }) => event === 'removed');
    return removed === null
      ? { outcome: 'failed', detail: 'its removal was not seen' }
      : { outcome: 'ok', detail: 'its removal was seen' };
  }

  async #unplugged(): Promise<Outcome> {
    const gone = await this.#next(this.#parts.timings.stepMs, ({ event }) => event === 'reader-gone');
    if (gone?.event.event !== 'reader-gone') return { outcome: 'not-done', detail: 'no loss was seen' };
    return { outcome: 'ok', detail: gone.event.reason };
  }

  /** The first event from here on that `isIt` accepts, or null after the time, or when the person skips. */
  async #next(
    timeoutMs: number,
    isIt: (event: ReaderEvent, atMs: number) => boolean,
  ): Promise<{ event: ReaderEvent; atMs: number } | null> {
    const { clock, onSkip } = this.#parts;
    const wait = { isOver: false };
    const giveUp = () => {
      wait.isOver = true;
      this.#wake();
    };
    const cancel = clock.timer(timeoutMs, giveUp);
    const endSkip = onSkip(giveUp);
    try {
      for (;;) {
        for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift())
          if (isIt(next.event, next.atMs)) return next;
        if (wait.isOver) return null;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      cancel();
      endSkip();
    }
  }
}

const OUTCOME_WORDS = {
  ok: '✓ 正常 ok',
  failed: '✗ 不正常 failed',
  'not-done': '– 未做 not done',
} as const satisfies Record<ProbeStep['outcome'], string>;

function seenIn(event: ReaderEvent): { kind: string; key: string } {
  switch (event.event) {
    case 'reading':
      return { kind: event.reading.kind, key: event.reading.number };
    case 'physical-number':
      return { kind: 'physical number', key: event.number };
    case 'scan':
      return { kind: `${event.text.length} characters`, key: event.text };
    default:
      throw new Error(`nothing was given: ${event.event}`);
  }
}

/** The block a person copies and mails. */
export function probeReport(result: ProbeResult, about: readonly string[]): string[] {
  const count = (outcome: ProbeStep['outcome']) =>
    result.steps.filter((step) => step.outcome === outcome).length;
  const discarded = [...result.discarded].map(
    ([reason, { times, bytes }]) => `${reason} ${times}× ${bytes} bytes`,
  );
  return [
    '===== 从这里复制 copy from here =====',
    'muster reader probe 1',
    ...about,
    ...result.steps.map(
      ({ zh, en, outcome, detail }, i) => `${i + 1}. ${zh} · ${en}: ${OUTCOME_WORDS[outcome]} · ${detail}`,
    ),
    `丢弃 discarded: ${discarded.join(', ') || '无 none'}`,
    `结果 result: ${count('ok')} ok, ${count('failed')} failed, ${count('not-done')} not done`,
    '===== 复制到这里 to here =====',
  ];
}
