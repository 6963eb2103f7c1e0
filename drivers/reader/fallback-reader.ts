import type { Clock } from '#shared/clock.ts';
import type { Text } from '#shared/language/message.ts';
import { textInAllLanguages } from '#shared/language/said-error.ts';

import { type Connection, keepReader, type Loss, type Reader } from './kept-reader.ts';
import type { ReaderEvent } from './reader-event.ts';
import type { ReaderTimings } from './reader-timings.ts';

/**
 * A serial reader is asked at five rates, three times each, before it gives up (7.5 s), a service that hangs after 10 s; a
 * candidate that has told nothing by then never will.
 */
export const CANDIDATE_MS_MAX = 15_000;

/** A card that lay on the reader when it went is given again right after its return, or never. */
export const HELD_OVER_MS_MAX = 3_000;

export interface FallbackCandidate {
  /** For the words of a loss. */
  name: string;
  open: () => Reader;
}

export interface FallbackOptions {
  /** In the order in which they are tried. */
  candidates: readonly FallbackCandidate[];
  /** The one `remember` was last called with, tried first; null where none has worked yet. */
  lastGood: number | null;
  /** Called when another candidate than the last good one has answered. */
  remember: (index: number) => void;
  clock: Clock;
  timings: Pick<ReaderTimings, 'reopenDelayMsMin' | 'reopenDelayMsMax'>;
}

/**
 * Several ways to a reader as one: the first that answers is used until it is gone, then the others are tried in order and
 * the lost one last. One is open at a time, because two ways may lead to the same device. A loss is told, since the next
 * card may belong on another device; that others were tried in vain is told once.
 */
export function openFallback(options: FallbackOptions): Reader {
  const memory: Memory = { lastGood: options.lastGood, lost: null, held: null };
  const { clock, timings } = options;
  return keepReader({ connect: (emit) => tryAll(options, memory, emit), clock, timings });
}

interface Memory {
  lastGood: number | null;
  /** The one that was in use when the last connection was lost. */
  lost: number | null;
  /** The number that lay on the reader in use, as far as it has told. */
  held: string | null;
}

function tryAll(options: FallbackOptions, memory: Memory, emit: (event: ReaderEvent) => void): Connection {
  let isEnded = false;
  let endCurrent: () => void = () => {};
  const round = async (): Promise<Loss> => {
    const failures: { index: number; loss: Loss }[] = [];
    for (const index of order(options.candidates.length, memory)) {
      if (isEnded) break;
      const trial = tryOne(options, { index, memory, emit });
      endCurrent = trial.end;
      const loss = await trial.lost;
      if (loss.worked) {
        memory.lost = index;
        return loss;
      }
      failures.push({ index, loss });
    }
    const inOrder = failures.toSorted((a, b) => a.index - b.index).map(({ loss }) => loss);
    const detail = inOrder.map((loss) => textInAllLanguages(loss.detail)).join('; ');
    return { worked: false, reason: inOrder[0]?.reason ?? 'cannot-open', detail };
  };
  return {
    lost: round(),
    end: () => {
      isEnded = true;
      endCurrent();
    },
  };
}

/** The last good one first, then the configured order; the one just lost comes last, as its return takes time. */
function order(count: number, { lastGood, lost }: Memory): number[] {
  const rank = (index: number) => (index === lost ? count : index === lastGood ? -1 : index);
  return Array.from({ length: count }, (_, index) => index).toSorted((a, b) => rank(a) - rank(b));
}

interface Trial {
  index: number;
  memory: Memory;
  emit: (event: ReaderEvent) => void;
}

/** One candidate from opening until it is gone, or until its time to answer is over. */
function tryOne(options: FallbackOptions, { index, memory, emit }: Trial): Connection {
  const { clock, remember } = options;
  const { name, open } = options.candidates[index]!;
  const reader = open();
  let readyAtMs: number | null = null;
  let heldOver = memory.held;
  let end: () => void = () => {};
  const gone = new Promise<Loss>((resolve) => {
    const lose = (reason: Loss['reason'], detail: Text) => {
      cancelTimeout();
      unsubscribe();
      resolve({ worked: readyAtMs !== null, reason, detail: `${name}: ${textInAllLanguages(detail)}` });
    };
    end = () => lose('disconnected', 'closed');
    const cancelTimeout = clock.timer(CANDIDATE_MS_MAX, () => lose('no-answer', 'does not answer'));
    const unsubscribe = reader.subscribe((event) => {
      if (event.event === 'reader-gone') return lose(event.reason, event.detail);
      if (event.event === 'reader-ready') {
        cancelTimeout();
        readyAtMs = clock.monotonic();
        memory.lost = null;
        if (memory.lastGood !== index) remember(index);
        memory.lastGood = index;
      }
      if (event.event === 'removed') memory.held = null;
      if (event.event === 'reading') {
        const isAgain = event.reading.number === heldOver && isSoonAfter(readyAtMs, clock);
        heldOver = null;
        memory.held = event.reading.number;
        if (isAgain) return;
      }
      emit(event);
    });
  });
  const lost = gone.then(async (loss) => {
    await reader.close();
    return loss;
  });
  return { lost, end: () => end() };
}

function isSoonAfter(readyAtMs: number | null, clock: Clock): boolean {
  return readyAtMs === null || clock.monotonic() - readyAtMs <= HELD_OVER_MS_MAX;
}
