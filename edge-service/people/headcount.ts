import { reasonText } from '#shared/language/reason-text.ts';
import type { Language } from '#shared/language/languages.ts';
import { message, type PlainKey } from '#shared/language/message.ts';
import { type Say, sayText, voiceOf } from '#shared/language/say.ts';
import { maskNumber } from '#shared/id-number.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { sessionsOver } from '../counting/sessions-over.ts';
import { identityQuestions } from '../identity/identity-questions.ts';
import { openSwipe } from '../identity/opened-swipe.ts';
import { describedWalkIns, type DescribedWalkIn } from '../identity/described-walk-ins.ts';
import { type FirstSwipe, firstSwipes, liveExcuses, rosterPeople } from './person-facts.ts';
import type { RosterPerson } from '../roster/roster-store.ts';
import { NO_LATER_THAN, stampText } from '#shared/site-time.ts';
import { roundMoment, type StoredRound } from '../ledger/stored-round.ts';

type HeadcountStatus = 'tested' | 'excused' | 'missing' | 'not-yet';

/** One person as HR sees them, in the language of the file: the whole roster in its own order, then walk-ins by time. */
export interface HeadcountRow {
  /** Where the roster's file has them; null for a walk-in and for who was added from another file. */
  place: { sheet: string | null; row: number } | null;
  workshop: string;
  team: string;
  shift: string | null;
  leader: boolean;
  staffNumber: string | null;
  name: string;
  onRoster: boolean;
  /** `名单内`, `名单外`, `名单外·劳务派遣`, as the file's language says it. */
  listWords: string;
  status: HeadcountStatus;
  statusWords: string;
  time: string | null;
  station: string | null;
  tube: string | null;
  entry: string | null;
  reason: string | null;
  /** A number of theirs in the roster is to be corrected. */
  toCorrect: boolean;
  /** In full, or masked as 110***********0010; the phone likewise. */
  number(how: 'full' | 'masked'): string | null;
  phone(how: 'full' | 'masked'): string | null;
}

/** Of somebody without a swipe who may stand among the walk-ins. */
const TO_IDENTIFY_WORDS = {
  missing: 'cell.no-to-identify',
  'not-yet': 'cell.not-yet-to-identify',
} as const;
const STATUS_WORDS: Readonly<Record<HeadcountStatus, PlainKey>> = {
  tested: 'cell.yes',
  excused: 'cell.no-excused',
  missing: 'cell.no-missing',
  'not-yet': 'term.not-yet',
};
const ENTRY_WORDS = { card: 'cell.by-card', scan: 'cell.by-scan', manual: 'cell.by-hand' } as const;

/** Everybody of a round with what became of them. A roster person on two rows appears twice, as in the roster. */
export function headcountRows(
  { db, keys }: Pick<ReportContext, 'db' | 'keys'>,
  round: { stored: StoredRound; now: number; language: Language },
): HeadcountRow[] {
  const { stored, language } = round;
  const say = voiceOf(language);
  const now = roundMoment(stored, round.now);
  const seen = firstSwipes(db, stored.round);
  const excuses = liveExcuses(db, stored.round);
  const roster = rosterPeople(db, keys, stored.round);
  const { uncertain } = identityQuestions({ db, keys }, stored.round);
  const known = new Set<string>(roster.map((r) => r.id));
  const rows = roster.map((r): HeadcountRow => {
    const swipe = seen.get(r.id) ?? null;
    const excuse = excuses.get(r.id) ?? null;
    const over = sessionsOver(stored.definition, { shift: r.shift, now });
    const status: HeadcountStatus = swipe ? 'tested' : excuse ? 'excused' : over ? 'missing' : 'not-yet';
    return {
      place: placeOf(r.person),
      workshop: r.workshop,
      team: r.team,
      shift: r.shift,
      leader: r.leader,
      staffNumber: r.person?.staffNumber ?? null,
      name: r.person?.name ?? '',
      onRoster: true,
      toCorrect: r.toCorrect,
      listWords: say('column.on-roster'),
      status,
      statusWords: say<PlainKey>(
        uncertain.has(r.id) && (status === 'missing' || status === 'not-yet')
          ? TO_IDENTIFY_WORDS[status]
          : STATUS_WORDS[status],
      ),
      ...swipeCells(swipe, say),
      reason: status === 'excused' && excuse ? sayText(say, reasonText(excuse.reason)) : null,
      ...secrets({ number: r.person?.number ?? null, phone: r.person?.phone ?? null }),
    };
  });
  const described = describedWalkIns(db, stored.round);
  const walkIns = [...seen.values()]
    .filter((s) => !known.has(s.person))
    .map((s) =>
      walkInRow(s, { sealed: openSwipe(db, keys, s), described: described.get(s.person), language }),
    );
  return [...rows, ...walkIns];
}

function placeOf(person: RosterPerson | null): HeadcountRow['place'] {
  return person === null || person.row === null ? null : { sheet: person.sheet, row: person.row };
}

function walkInRow(
  swipe: FirstSwipe,
  {
    sealed,
    described,
    language,
  }: { sealed: SealedPerson | null; described: DescribedWalkIn | undefined; language: Language },
): HeadcountRow {
  const say = voiceOf(language);
  const category = described?.category ?? null;
  const staff = sealed?.kind === 'staff';
  return {
    place: null,
    workshop: described?.unit ?? '',
    team: '',
    shift: null,
    leader: false,
    staffNumber: staff ? sealed.number : null,
    name: sealed?.name ?? (sealed?.kind === 'none' ? say('cell.name-to-follow') : ''),
    onRoster: false,
    toCorrect: false,
    listWords:
      category === null
        ? say('cell.walk-in')
        : say('cell.walk-in-of', { category: message(`affiliation.${category}`) }),
    status: 'tested',
    statusWords: say<PlainKey>(STATUS_WORDS.tested),
    ...swipeCells(swipe, say),
    reason: null,
    ...secrets({
      number: sealed === null || staff || sealed.kind === 'none' ? null : sealed.number,
      phone: sealed?.phone ?? null,
    }),
  };
}

function swipeCells(
  swipe: FirstSwipe | null,
  say: Say,
): Pick<HeadcountRow, 'time' | 'station' | 'tube' | 'entry'> {
  if (swipe === null) return { time: null, station: null, tube: null, entry: null };
  return {
    time: `${swipe.timeDoubtful === 1 ? NO_LATER_THAN : ''}${stampText(swipe.time)}`,
    station: swipe.station === null ? null : say('station.within', { n: swipe.station }),
    tube: swipe.tubeCode,
    entry: say(ENTRY_WORDS[swipe.entry]),
  };
}

function secrets(person: {
  number: string | null;
  phone: string | null;
}): Pick<HeadcountRow, 'number' | 'phone'> {
  const masked =
    (text: string | null, mask: (text: string) => string): ((how: 'full' | 'masked') => string | null) =>
    (how) =>
      text === null ? null : how === 'full' ? text : mask(text);
  return { number: masked(person.number, maskNumber), phone: masked(person.phone, maskPhone) };
}

function maskPhone(phone: string): string {
  return phone.length < 8 ? '*'.repeat(phone.length) : `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}
