import { z } from 'zod';
import { installIdSchema, roundIdSchema, type InstallId } from '#shared/ids.ts';
import { WRONG_OBJECTS } from '#shared/contract/kiosk-screen.ts';
import { headSchema, tubePatternsMessageSchema } from '#shared/contract/wire.ts';
import { writeIfPossible, type Database, type Statement } from './database.ts';
import type { Log } from './log.ts';

const factsSchema = z.strictObject({
  /** The highest sequence the edge acknowledged, of the install named. */
  acknowledged: z.strictObject({ install: installIdSchema, sequence: z.int().min(0) }),
  /** The edge's own journal as last told: how a restored edge learns what it lost. */
  edgeHead: z.strictObject({ install: installIdSchema, head: headSchema }),
  epoch: z.string().min(1).max(64),
  /** The epoch in which the edge held all that this install shares with its parents. */
  parentsHeldIn: z.string().min(1).max(64),
  lastContact: z.int(),
  /** How the tube codes of the rounds told look. */
  tubePatterns: tubePatternsMessageSchema.shape.patterns,
  /** What was given instead of a card or a tube code in the latest round: the kiosk's own, told by nobody else. */
  wrongObjects: z.strictObject({
    round: roundIdSchema.nullable(),
    counts: z.array(z.strictObject({ given: z.enum(WRONG_OBJECTS), count: z.int().min(1) })),
  }),
});
type Facts = z.infer<typeof factsSchema>;

/** What the edge last told this kiosk about itself. It could be told again; losing it loses nothing but time. */
export class KnownFacts {
  readonly #facts: Partial<Facts> = {};
  readonly #put: Statement<[string, string], unknown>;

  readonly #log: Log;

  constructor(db: Database, log: Log) {
    this.#log = log;
    this.#put = db.prepare(
      'INSERT INTO known (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    for (const row of db
      .prepare<[], { name: string; value: string }>('SELECT name, value FROM known')
      .all()) {
      const shape = factsSchema.shape[row.name as keyof Facts];
      const parsed = shape?.safeParse(jsonOrNull(row.value));
      if (parsed?.success) Object.assign(this.#facts, { [row.name]: parsed.data });
    }
  }

  get<K extends keyof Facts>(name: K): Facts[K] | null {
    return this.#facts[name] ?? null;
  }

  /** Remembers, and writes it down where there is room. */
  put<K extends keyof Facts>(name: K, value: Facts[K]): void {
    this.#facts[name] = value;
    writeIfPossible(this.#log, () => this.#put.run(name, JSON.stringify(value)));
  }

  /** The acknowledged sequence of an install; 0 when another one was last acknowledged. */
  acknowledged(install: InstallId): number {
    const acknowledged = this.#facts.acknowledged;
    return acknowledged?.install === install ? acknowledged.sequence : 0;
  }
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null; // a damaged fact is forgotten: the edge tells it again at the next hello
  }
}
