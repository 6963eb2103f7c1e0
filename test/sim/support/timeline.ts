import type { Cancel, Clock } from '#shared/clock.ts';

/** 2026-01-24 07:00 in Beijing: when the timeline begins, by the edge's clock. */
export const SITE_OPENS_AT = Date.UTC(2026, 0, 23, 23, 0, 0);

/** One life of a machine: from its start to its kill. What belongs to a life that has ended never runs. */
export interface Life {
  readonly name: string;
  alive: boolean;
}

interface Task {
  atMs: number;
  order: number;
  life: Life;
  what: string;
  run: () => void;
}

/**
 * The only time there is in a simulation: a list of things to come, run one after the other by hand. Between two of them
 * every promise settles, so the same seed gives the same run.
 */
export class Timeline {
  #nowMs = 0;
  #order = 0;
  #steps = 0;
  #tasks: Task[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many things have run. */
  get steps(): number {
    return this.#steps;
  }

  /** Runs `run` after `delayMs` if `life` has not ended by then. `what` names it in a trace. */
  after(delayMs: number, given: { life: Life; what: string; run: () => void }): Cancel {
    const task: Task = { atMs: this.#nowMs + Math.max(0, delayMs), order: ++this.#order, ...given };
    this.#insert(task);
    return () => {
      const at = this.#tasks.indexOf(task);
      if (at >= 0) this.#tasks.splice(at, 1);
    };
  }

  /** Runs the next thing and all that follows from it without time passing; null when nothing is left to come. */
  async step(): Promise<{ what: string; life: string } | null> {
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      if (!task.life.alive) continue;
      this.#nowMs = Math.max(this.#nowMs, task.atMs);
      this.#steps++;
      task.run();
      await settle();
      return { what: task.what, life: task.life.name };
    }
    return null;
  }

  /** Kept in order of time; tasks are few (timers and messages under way), so a walk from the end is cheap. */
  #insert(task: Task): void {
    let at = this.#tasks.length;
    while (at > 0 && this.#tasks[at - 1]!.atMs > task.atMs) at--;
    this.#tasks.splice(at, 0, task);
  }
}

/** Lets every promise settle that needs no time and no device. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A machine's clock on the timeline: its wall clock may be wrong by years, its monotonic one began when it was started. */
export class MachineClock implements Clock {
  readonly #timeline: Timeline;
  readonly #life: Life;
  readonly #startedMs: number;
  readonly #wrongBy: () => number;

  constructor(timeline: Timeline, life: Life, wrongBy: () => number) {
    this.#timeline = timeline;
    this.#life = life;
    this.#startedMs = timeline.nowMs;
    this.#wrongBy = wrongBy;
  }

  wall(): number {
    return Math.round(SITE_OPENS_AT + this.#timeline.nowMs + this.#wrongBy());
  }

  monotonic(): number {
    return Math.round(this.#timeline.nowMs - this.#startedMs);
  }

  timer(delayMs: number, run: () => void): Cancel {
    return this.#timeline.after(delayMs, { life: this.#life, what: 'timer', run });
  }
}
