import path from 'node:path';
import { holdDirectory } from './database.ts';

/** Name of the database file inside `--data`. */
export const DATABASE_FILE = 'muster.sqlite';

/** Holds nothing but the lock of the process that writes there. */
const LOCK_FILE = 'in-use.lock';

/** The directory for this process alone until the returned function is called. Throws a `CommandTrouble` when it is taken. */
export function takeDirectory(data: string): () => void {
  const release = holdDirectory(path.join(data, LOCK_FILE));
  if (release !== null) return release;
  throw new CommandTrouble(
    `另一个主机正在使用 ${data},请先停止它 / another edge uses ${data}: stop that one first`,
  );
}

/** A command that cannot be done as asked, in words for the person who asked, Chinese first. */
export class CommandTrouble extends Error {}
