import type { EventId } from '#shared/ids.ts';
import { writeIfPossible, type Database } from '../disk/database.ts';
import type { Log } from '../disk/log.ts';

export interface JoinedTube {
  opened: EventId;
  code: string;
  station: number | null;
  time: number;
  /** Places taken elsewhere when it was joined. */
  people: number;
}

/** What the edge said of tubes opened elsewhere and joined here: their `joined` event names them by id alone. */
export class JoinedTubes {
  readonly #tubes = new Map<EventId, JoinedTube>();
  readonly #put: (tube: JoinedTube) => void;

  constructor(db: Database, log: Log) {
    for (const tube of db
      .prepare<[], JoinedTube>('SELECT opened, code, station, time, people FROM joined_tube')
      .all())
      this.#tubes.set(tube.opened, tube);
    const insert = db.prepare(
      'INSERT OR REPLACE INTO joined_tube (opened, code, station, time, people) VALUES (?, ?, ?, ?, ?)',
    );
    this.#put = (tube) =>
      writeIfPossible(log, () => insert.run(tube.opened, tube.code, tube.station, tube.time, tube.people));
  }

  find(opened: EventId): JoinedTube | null {
    return this.#tubes.get(opened) ?? null;
  }

  remember(tube: JoinedTube): void {
    this.#tubes.set(tube.opened, tube);
    this.#put(tube);
  }
}

export interface UsedTube {
  opened: EventId;
  station: number | null;
  time: number;
  sealed: boolean;
  people: number;
}
