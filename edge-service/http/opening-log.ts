import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { RoundId } from '#shared/ids.ts';
import { HEAD_ALONE } from '#shared/opening.ts';
import { writtenReason } from '#shared/opening-reason.ts';
import { asker, type EdgeParts } from './http-server.ts';

/** What a request opens of the people of a round; `people`: how many it shows. */
export interface Opened {
  round: RoundId;
  what: string;
  reason: string;
  people: number;
}

/** Who joins, leaves and changes in a roster, by name. */
export const ROSTER_CHANGES = { what: 'roster-changes', reason: writtenReason('opening.roster-changes') };

/** Who is missing, by name. */
export const MISSING_LIST = { what: 'missing', reason: writtenReason('term.missing-list') };

/** A list that stands open on a screen is asked for again and again: that is one opening, not a hundred. */
const OPENING_MS = 10 * 60_000;

/** Writes openings of personal data into the edge's journal. Await it before the answer: nobody sees a person unlogged. */
export class OpeningLog {
  readonly #parts: Pick<EdgeParts, 'ledger' | 'clock'>;
  readonly #before = new Map<string, number>();

  constructor(parts: Pick<EdgeParts, 'ledger' | 'clock'>) {
    this.#parts = parts;
  }

  /** Each time: a file, or what somebody gives a reason for. */
  async note(request: FastifyRequest, { round, what, reason, people }: Opened): Promise<void> {
    // HEAD runs the handler and gets its headers alone; the log does not say that names were seen
    const asked = request.method === 'HEAD' ? `${HEAD_ALONE}${what}` : what;
    await this.#parts.ledger.write('people.opened', {
      by: asker(request).name,
      reason,
      opened: [{ round, what: asked, people }],
    });
  }

  /** A list: once in ten minutes for each person who looks, however many answers they get. Nothing where it shows nobody. */
  noteList(request: FastifyRequest, opened: Opened): Promise<void> {
    return this.notePage(request, opened, '');
  }

  /** One page of a list, as `noteList`; `page` tells it from the others and is kept as a digest, in memory alone. */
  async notePage(request: FastifyRequest, opened: Opened, page: string): Promise<void> {
    if (opened.people === 0) return;
    const { round, what } = opened;
    const digest = createHash('sha256').update(page).digest('base64');
    const key = JSON.stringify([round, asker(request).name, request.method, what, digest]);
    const now = this.#parts.clock.wall();
    const before = this.#before.get(key);
    if (before !== undefined && now - before < OPENING_MS && now >= before) return;
    await this.note(request, opened);
    this.#forget(now);
    this.#before.set(key, now);
  }

  /** Openings that would be noted again anyway. */
  #forget(now: number): void {
    for (const [key, at] of this.#before) if (now - at >= OPENING_MS || now < at) this.#before.delete(key);
  }
}
