import type { OwnFields } from '#shared/event/event.ts';
import type { EventId, InstallId, RoundId } from '#shared/ids.ts';
import type { Changes } from '../projection/commit-changes.ts';
import type { Installs } from './installs.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { Projection } from '../projection/projection.ts';
import type { Store } from '../store/database.ts';

/** What the edge decides: an event's own fields, the round it belongs to and who decided (null: the edge itself). */
export type Decision = OwnFields & { round: RoundId | null; by: string | null };

/** What a named write gets. It runs inside the writer's transaction; throwing rolls back this write alone. */
export interface WriteContext {
  db: Store;
  keys: KeyStore;
  /** Edge wall clock, ms. */
  wall(): number;
  /** Appends to the edge's own journal and projects it, in the same transaction. */
  decide(decision: Decision): EventId;
  installs: Installs;
  projection: Projection;
  /** What this transaction changed; told to everybody after the commit. */
  changes: Changes;
  epoch(): string;
  edgeInstall(): InstallId;
  /** A restored edge is another edge: new epoch, new journal naming its parent. Returns the new epoch. */
  beginEpoch(): string;
}

/** What a named report gets: a connection that cannot write. */
export interface ReportContext {
  db: Store;
  keys: KeyStore;
  wall(): number;
}
