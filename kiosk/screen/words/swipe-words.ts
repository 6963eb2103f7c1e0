/** Words of the two faces people see all day: idle and counted. */
import type { Among, Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { line, lineAfter, words, type FaceWords, type Line } from './line.ts';

type Counted = Extract<Face, { face: 'counted' }>;

/** The face between two people: what to do, and where this kiosk stands. */
export function idleWords(state: KioskState): FaceWords {
  const { round, station, stand, tube, tubeMode, stationCount } = state;
  const withTube = stand === 'before' && tubeMode !== 'none' && tube !== null;
  const second = lineAfter(
    [
      round === null ? null : message('face.round-on-day', { round: round.name, at: round.date }),
      station === null ? null : message('station.numbered', { n: station }),
    ],
    withTube
      ? message('face.in-tube', { n: tube.count, capacity: tube.capacity })
      : message('face.swiped-here', { n: stationCount }),
  );
  if (state.reader === 'none' && !state.readers.some((reader) => reader.role === 'person'))
    return {
      ...words('again', 'plug', message('face.no-reader'), noReaderLine(state), second),
      alert: tubeAlert(state),
    };
  const main = stand === 'after' ? message('face.put-card-after') : message('face.put-card');
  if (round?.state === 'draft') return words('test', 'card', main, line('face.test-round'), second);
  return { ...words('plain', 'card', main, second), alert: tubeAlert(state) };
}

/** No reader for people was ever confirmed here: what to do about it, and how to go on meanwhile. */
function noReaderLine({ candidates }: KioskState): Line {
  const seen = candidates.filter((one) => one.at !== 'wedge');
  const outOfReach = seen.some((one) => one.models.length === 0 && one.install !== null);
  const usable = seen.some((one) => one.models.length > 0);
  if (!usable && outOfReach) return line('face.needs-service');
  return seen.length > 0 ? line('face.choose-reader') : line('face.plug-reader-in');
}

/** Which place somebody has, and among whom; a place nobody numbered is not told. */
const placeWords = (ordinal: number | null, among: Among): Message | null =>
  ordinal === null ? null : message('face.place', { among, n: ordinal });

const COUNTED_AMONG: Readonly<Record<Counted['tube'], Among>> = {
  fits: 'tube',
  full: 'tube',
  over: 'tube',
  none: 'loose',
  'not-used': 'station',
};

/** The face of a swipe that counts, whatever else must be said about it. */
export function countedWords(face: Counted, state: KioskState): FaceWords {
  const place = placeWords(face.ordinal, COUNTED_AMONG[face.tube]);
  const below = face.name === null && place === null ? [] : [lineAfter([face.name], place)];
  if (face.numberUnknown) below.push(line('face.number-unknown'));
  else if (face.listed) below.push(line('face.on-roster'));
  else if (face.walkIn) below.push(line('face.give-firm'));
  if (!face.filed) below.push(line('face.unfiled'));
  else if (!face.checked) below.push(line('face.unchecked'));
  const { main, alert } = COUNTED[face.tube](face, state);
  return {
    tone: face.walkIn ? 'walk-in' : 'good',
    symbol: 'check',
    main: face.walkIn ? message('face.counted-walk-in') : main,
    below,
    alert,
  };
}

const COUNTED: Readonly<
  Record<Counted['tube'], (face: Counted, state: KioskState) => Pick<FaceWords, 'main' | 'alert'>>
> = {
  fits: () => ({ main: message('face.counted'), alert: null }),
  'not-used': () => ({ main: message('face.counted'), alert: null }),
  full: ({ ordinal }, { tube }) => {
    const people = tube?.capacity ?? ordinal;
    return {
      main: message('face.counted'),
      alert: people === null ? message('tube.change-uncounted') : message('tube.change-full', { n: people }),
    };
  },
  over: ({ ordinal }) => ({
    main:
      ordinal === null ? message('face.counted-over') : message('face.counted-over-numbered', { n: ordinal }),
    alert: message('tube.change-and-scan'),
  }),
  none: (_, { tubeMode }) => ({
    main: message('face.counted-no-tube'),
    alert: message(tubeMode === 'marks' ? 'tube.open-new' : 'tube.scan-code'),
  }),
};

/** What the staff must do about tubes before the next person: shown on the idle face. */
export function tubeAlert(state: KioskState): Message | null {
  const { tube, tubeMode, stand, looseCount } = state;
  if (stand !== 'before' || tubeMode === null || tubeMode === 'none') return null;
  if (tube === null) {
    const key = tubeMode === 'codes' ? 'scan-code' : 'open-new';
    return looseCount > 0 ? message(`tube.loose-${key}`, { n: looseCount }) : message(`tube.${key}`);
  }
  if (tube.count < tube.capacity) return null;
  return message('tube.change', { n: tube.count });
}

/** 花名册没有 …,仍登记? */
export function unlistedWords({ number }: Extract<Face, { face: 'unlisted-asked' }>): FaceWords {
  return words(
    'ask',
    'ask',
    message('face.not-listed', { number }),
    line('face.enter-or-not'),
    line('face.check-staff-number'),
  );
}
