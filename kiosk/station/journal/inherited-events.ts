import type { EventBytes } from '#shared/event/event.ts';
import { checkJournal } from './journal-check.ts';
import type { Journal } from './journal.ts';

/** What of the current install comes after `base` and verifies: the events a child appends anew. */
export function inheritedAfter(journal: Journal, base: number): EventBytes[] {
  const current = journal.current;
  if (current === null) return [];
  const check = checkJournal(current.install, journal.read(current, 1));
  const good: EventBytes[] = [];
  for (const event of journal.read(current, base + 1))
    if (event.sequence <= check.good.sequence) good.push(event);
  return [...good, ...check.keptAfter.filter((event) => event.sequence > base)];
}
