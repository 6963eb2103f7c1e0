import { mayAnswer } from '../sdt/sdt-answer.ts';
import type { SdtCommand } from '../sdt/sdt-commands.ts';
import type { SdtReply } from '../sdt/sdt-status.ts';

/** A question that was given up. */
export interface Owed {
  command: SdtCommand;
  /** Monotonic; null for one of an earlier connection. */
  askedAtMs: number | null;
  /** The line's rate when it was asked; at another rate its answer is noise. */
  baudRate: number | null;
  /** Null until a later question was answered; from then on only an answer that was overtaken still comes, until this. */
  untilMs: number | null;
}

/**
 * The answers a module still owes: each question given up leaves one, which is thrown away when it comes and is never taken
 * for the answer to a later question. On a line that keeps its order the answer to a later question ends the wait for all
 * before it; where a gateway stands between, the content of a card may be overtaken, and that alone could count the wrong
 * person.
 */
export class OwedAnswers {
  readonly #overtakenMs: number;
  #owed: Owed[];

  /** `overtakenMs`: so long after it was overtaken an answer may still come. */
  constructor(commands: readonly SdtCommand[], overtakenMs: number) {
    this.#owed = commands.map((command) => ({ command, askedAtMs: null, baudRate: null, untilMs: null }));
    this.#overtakenMs = overtakenMs;
  }

  get commands(): SdtCommand[] {
    return this.#owed.map(({ command }) => command);
  }

  /** A status command would tell where the line stands, and is not asked already: asking twice tells no more. */
  get wantsMark(): boolean {
    const waiting = this.#owed.filter(({ untilMs }) => untilMs === null);
    return waiting.length > 0 && !waiting.some(({ command }) => command === 'sam-id');
  }

  /** How many contents of cards may still come. */
  contents(nowMs: number): number {
    return this.#owed.filter(
      ({ command, untilMs }) => command === 'read-card' && (untilMs === null || nowMs <= untilMs),
    ).length;
  }

  add(question: Omit<Owed, 'untilMs'>): void {
    this.#owed.push({ ...question, untilMs: null });
  }

  /** The line's rate has changed: what was asked at another one will never be understood. */
  rateIs(baudRate: number | null): void {
    this.#owed = this.#owed.filter((owed) => owed.baudRate === null || owed.baudRate === baudRate);
  }

  /** The oldest of these that `reply` may be, which is owed no more; null where it is none of them. */
  take(reply: SdtReply, nowMs: number): Owed | null {
    const at = this.#owed.findIndex(({ command, untilMs }) => {
      if (untilMs !== null && (reply.status !== 'ok' || nowMs > untilMs)) return false;
      return mayAnswer(command, reply);
    });
    return this.#owed.splice(at, at === -1 ? 0 : 1)[0] ?? null;
  }

  /** A later question was answered; `keepsOrder` says that nothing can come of what was asked before. */
  passed(nowMs: number, keepsOrder: boolean): void {
    const contents = this.#owed.filter(({ command }) => command === 'read-card' && !keepsOrder);
    this.#owed = contents
      .map((owed) => ({ ...owed, untilMs: owed.untilMs ?? nowMs + this.#overtakenMs }))
      .filter(({ untilMs }) => nowMs <= untilMs);
  }
}
