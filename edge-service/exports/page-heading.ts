import { message } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import type { PageHeading } from '../workbook/written-sheet.ts';

/**
 * What stands over every printed page of a file: the site and what the file is of (a round, a title), up to when its figures
 * are final, and when it was made. `finalUpTo` null: unknown; undefined: the file has no such figures, or several.
 */
export function pageHeading(
  say: Say,
  {
    site,
    of,
    finalUpTo,
    now,
  }: { site: string; of: string; finalUpTo: number | null | undefined; now: number },
): PageHeading {
  const exported = message('paper.exported', { at: now });
  const right =
    finalUpTo === undefined
      ? exported
      : finalUpTo === null
        ? message('paper.final-unknown', { exported })
        : message('paper.final-up-to', { until: finalUpTo, exported });
  return { left: say('paper.of-site', { site, of }), right: say(right) };
}
