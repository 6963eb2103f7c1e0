import type { RoundId } from '#shared/ids.ts';
import { DEFAULT_LANGUAGE } from '#shared/language/languages.ts';
import { voiceOf } from '#shared/language/say.ts';
import { plannedStationSchema, type RoundDefinition } from '#shared/round.ts';
import { inputTime, timeOfInput } from '#shared/site-time.ts';
import { straysOf } from './unfiled-runs.ts';
import type { Store } from '../store/database.ts';

/** Of the round's own definition nothing is left: the tubes of a site hold ten unless its own say otherwise. */
const CAPACITY = 10;
/** A clock is believed this far back from when its events were received; a kiosk may have been without network for long. */
const BELIEVED_BACK_MS = 60 * 24 * 3_600_000;
const MINUTE_MS = 60_000;
/** Names are data from here on, as if a person had typed them: they stand in one language. */
const sayAtFirst = voiceOf(DEFAULT_LANGUAGE);

/**
 * What a round that this edge has forgotten must have been, as far as its own events tell: where it stood, what its tubes
 * held, from when to when. Its session ends with the day of the last swipe: earlier nobody may be called missing. Null: there
 * is no event of such a round.
 */
export function recreatedDefinition(
  db: Store,
  of: { round: RoundId; name: string | null },
): { definition: RoundDefinition; from: number } | null {
  const strays = straysOf(db).filter((s) => s.round === of.round);
  if (strays.length === 0) return null;
  const times = strays.map((s) => Math.min(s.receivedAt, Math.max(s.time, s.receivedAt - BELIEVED_BACK_MS)));
  const [from, last] = times.reduce(
    ([least, most], time) => [Math.min(least, time), Math.max(most, time)],
    [Infinity, -Infinity],
  );
  const stations = new Map<number, RoundDefinition['stations'][number]>();
  for (const { body } of strays) {
    const parsed = plannedStationSchema.safeParse({ station: body.station, stand: body.stand ?? 'before' });
    if (parsed.success && !stations.has(parsed.data.station)) stations.set(parsed.data.station, parsed.data);
  }
  const tubes = strays.flatMap(({ body }) => (body.type === 'tube-opened' ? [body] : []));
  return {
    from,
    definition: {
      name: of.name ?? sayAtFirst('swipes.found-round', { at: from }),
      capacity: tubes.reduce((most, t) => Math.max(most, t.capacity), 0) || CAPACITY,
      tubeMode: tubes.some((t) => t.code !== null) ? 'codes' : tubes.length > 0 ? 'marks' : 'none',
      expectedBasis: 'roster-minus-excused',
      stations:
        stations.size > 0
          ? [...stations.values()].toSorted((a, b) => a.station - b.station)
          : [{ station: 1, stand: 'before' }],
      sessions: [{ name: sayAtFirst('swipes.found-session'), from, to: endOfDay(last), shift: null }],
    },
  };
}

/** 23:59 of the day, by the site's time, or the minute after where that has begun already. */
function endOfDay(time: number): number {
  const end = timeOfInput(`${inputTime(time).slice(0, 10)}T23:59`) ?? time;
  return Math.max(end, time + MINUTE_MS);
}
