/** States of a kiosk's screen with invented people: one or more for every face and band of the contract. */
import type { StationReader } from '#shared/contract/kiosk-readers.ts';
import type { Band } from '#shared/contract/kiosk-bands.ts';
import type { Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { WRONG_OBJECTS } from '#shared/contract/kiosk-screen.ts';
import { eventId, installIdSchema } from '#shared/ids.ts';
import { message } from '#shared/language/message.ts';

const at = (text: string): number => Date.parse(`${text}:00+08:00`);
/** A reader in use as the screen is told of it. */
export const reader = (at: string, change: Partial<StationReader>): StationReader => ({
  reader: at,
  at,
  name: message('reader-model.sdt-serial'),
  role: 'person',
  state: 'ready',
  trouble: null,
  ...change,
});
const SWIPE = installIdSchema.parse('b7d8a2e4-3c1f-4a56-9d0e-8f2a6b4c1d3e');

export const BEFORE: KioskState = {
  serial: 1,
  face: { face: 'idle' },
  bands: [],
  sound: null,
  station: 1,
  stand: 'before',
  round: { name: '第4轮', state: 'open', date: at('2026-01-24T07:00') },
  tubeMode: 'codes',
  tube: { code: '0000017', count: 6, capacity: 10 },
  stationCount: 127,
  lastSequence: 412,
  received: 412,
  looseCount: 0,
  restorable: null,
  reader: 'ready',
  readers: [reader('/dev/ttyUSB0', {})],
  candidates: [],
  wrongObjects: [],
  paired: true,
  token: { state: 'bound' },
  language: null,
};
export const AFTER: KioskState = { ...BEFORE, stand: 'after', tubeMode: 'codes', tube: null };

export interface Shown {
  /** Name of the picture. */
  name: string;
  state: KioskState;
}

const before = (name: string, face: Face, change: Partial<KioskState> = {}): Shown => ({
  name,
  state: { ...BEFORE, ...change, face },
});
const after = (name: string, face: Face, change: Partial<KioskState> = {}): Shown => ({
  name,
  state: { ...AFTER, ...change, face },
});
const undoAsked = (change: Partial<Extract<Face, { face: 'undo-asked' }>>): Face => ({
  face: 'undo-asked',
  swipe: eventId(SWIPE, 7),
  name: '张*三',
  ordinal: 7,
  among: 'tube',
  time: at('2026-01-24T07:41'),
  isRepeat: false,
  ...change,
});
const counted = (change: Partial<Extract<Face, { face: 'counted' }>>): Face => ({
  face: 'counted',
  name: '张*三',
  ordinal: 7,
  walkIn: false,
  tube: 'fits',
  checked: true,
  filed: true,
  numberUnknown: false,
  listed: false,
  ...change,
});
const repeatHere = (place: Pick<Extract<Face, { face: 'repeat-here' }>, 'ordinal' | 'among'>): Face => ({
  face: 'repeat-here',
  time: at('2026-01-24T08:12'),
  ...place,
});
const tube = (count: number): Partial<KioskState> => ({ tube: { code: '0000017', count, capacity: 10 } });
const people = (count: number, names: boolean) =>
  Array.from({ length: count }, (_, i) => ({
    swipe: eventId(SWIPE, i + 400),
    name: names ? `${'张李王赵钱孙周吴郑冯'.charAt(i % 10)}*${'三四五六七'.charAt(i % 5)}` : null,
    ordinal: i + 1,
    time: at('2026-01-24T08:30') + i * 24_000,
  }));

/** Every face has its states here: a new face does not compile until it has. */
export const FACE_STATES: Readonly<Record<Face['face'], readonly Shown[]>> = {
  unpaired: [
    before(
      'unpaired',
      { face: 'unpaired', error: null },
      {
        round: null,
        station: null,
        stand: null,
        tube: null,
        tubeMode: null,
        paired: false,
        lastSequence: 1,
        received: 0,
      },
    ),
    before(
      'unpaired-error',
      { face: 'unpaired', error: message('pairing-fault.refused') },
      {
        round: null,
        station: null,
        stand: null,
        tube: null,
        tubeMode: null,
        paired: false,
        lastSequence: 1,
        received: 0,
      },
    ),
  ],
  'compare-fingerprint': [
    before(
      'compare-fingerprint',
      { face: 'compare-fingerprint', digits: '3fa29c04e1b77d6058aa' },
      { round: null, station: null, paired: false },
    ),
  ],
  idle: [
    before('idle-before', { face: 'idle' }),
    after('idle-after', { face: 'idle' }),
    before(
      'idle-rehearsal',
      { face: 'idle' },
      { round: { name: '第4轮', state: 'draft', date: at('2026-01-24T07:00') } },
    ),
    before('idle-tube-full', { face: 'idle' }, tube(10)),
    before('idle-over', { face: 'idle' }, tube(11)),
    before('idle-no-tube', { face: 'idle' }, { tube: null, looseCount: 3 }),
    before('idle-marks', { face: 'idle' }, { tubeMode: 'marks', tube: null }),
    before(
      'idle-no-round',
      { face: 'idle' },
      { round: null, tube: null, tubeMode: null, bands: [{ band: 'no-round' }] },
    ),
  ],
  reading: [before('reading', { face: 'reading' })],
  test: [
    before(
      'test',
      { face: 'test', name: '张*三', onRoster: true },
      { round: { name: '第4轮', state: 'draft', date: at('2026-01-24T07:00') } },
    ),
    before(
      'test-unlisted',
      { face: 'test', name: null, onRoster: false },
      { round: { name: '第4轮', state: 'draft', date: at('2026-01-24T07:00') } },
    ),
  ],
  counted: [
    before('counted', counted({}), tube(7)),
    after('counted-after', counted({ ordinal: 128, tube: 'not-used' })),
    before('counted-tube-full', counted({ ordinal: 10, tube: 'full' }), tube(10)),
    before('counted-over', counted({ ordinal: 11, tube: 'over' }), tube(11)),
    before('counted-no-tube', counted({ ordinal: 1, tube: 'none' }), { tube: null, looseCount: 1 }),
    before('counted-walk-in', counted({ name: '欧***明', walkIn: true }), tube(7)),
    before('counted-listed', counted({ name: null, listed: true }), tube(7)),
    before('counted-number-unknown', counted({ name: null, walkIn: true, numberUnknown: true }), tube(7)),
    before(
      'counted-walk-in-full',
      counted({ name: 'S*** J***', walkIn: true, ordinal: 10, tube: 'full' }),
      tube(10),
    ),
    before('counted-unchecked', counted({ checked: false }), {
      ...tube(7),
      bands: [{ band: 'needs-opening-code' }],
    }),
    before('counted-unfiled', counted({ checked: false, filed: false, tube: 'not-used', ordinal: 3 }), {
      round: null,
      tube: null,
      tubeMode: null,
      bands: [{ band: 'no-round' }],
    }),
  ],
  'repeat-here': [
    before('repeat-here', repeatHere({ ordinal: 3, among: 'tube' })),
    before('repeat-here-loose', repeatHere({ ordinal: 2, among: 'loose' }), { tube: null, looseCount: 3 }),
    after('repeat-here-after', repeatHere({ ordinal: 128, among: 'station' })),
    after('repeat-here-unnumbered', repeatHere({ ordinal: null, among: 'station' })),
  ],
  'repeat-elsewhere': [
    before('repeat-elsewhere-asks', {
      face: 'repeat-elsewhere',
      time: at('2026-01-24T08:12'),
      station: 2,
      tubeCode: '0000017',
      asks: true,
    }),
    after('repeat-elsewhere', {
      face: 'repeat-elsewhere',
      time: at('2026-01-24T08:12'),
      station: null,
      tubeCode: null,
      asks: false,
    }),
  ],
  unreadable: [before('unreadable', { face: 'unreadable', attempt: 1 })],
  'unreadable-staff': [
    before('unreadable-staff', { face: 'unreadable-staff' }),
    before('unreadable-staff-card', {
      face: 'unreadable-staff',
      why: message('reader-fault.contradicting-number'),
    }),
  ],
  'wrong-object': WRONG_OBJECTS.map((given) => before(`wrong-${given}`, { face: 'wrong-object', given })),
  enrolment: [
    before('enrolment', { face: 'enrolment', has: 'nothing', name: null }),
    before('enrolment-number', { face: 'enrolment', has: 'number', name: null }),
    before('enrolment-person', { face: 'enrolment', has: 'person', name: '张*三' }),
    before('enrolment-staff', { face: 'enrolment', has: 'staff', name: null }),
    before('enrolment-unlisted', { face: 'enrolment', has: 'unlisted', name: '张*三' }),
  ],
  linked: [
    before('linked', { face: 'linked', name: '张*三', already: false }),
    before('linked-already', { face: 'linked', name: null, already: true }),
  ],
  sealing: [before('sealing', { face: 'sealing', code: '0000017', offered: 10 }, tube(10))],
  'who-was-not-sampled': [
    before(
      'who',
      { face: 'who-was-not-sampled', offered: 10, swabbed: 9, waiting: 0, candidates: people(10, true) },
      tube(10),
    ),
    before(
      'who-twenty',
      { face: 'who-was-not-sampled', offered: 20, swabbed: 19, waiting: 2, candidates: people(20, false) },
      tube(10),
    ),
  ],
  sealed: [
    before('sealed', { face: 'sealed', code: '0000017', swabbed: 10 }, { tube: null }),
    before('sealed-not-counted', { face: 'sealed', code: null, swabbed: null }, { tube: null }),
  ],
  'tube-opened': [
    before(
      'tube-opened',
      { face: 'tube-opened', code: '0000018', collected: 3 },
      { tube: { code: '0000018', count: 3, capacity: 10 } },
    ),
  ],
  'continue-tube': [
    before(
      'continue-tube',
      { face: 'continue-tube', code: '0000017', station: 2, time: at('2026-01-24T08:12') },
      { tube: null },
    ),
  ],
  'tube-used': [
    before(
      'tube-used',
      { face: 'tube-used', code: '0000017', station: 2, time: at('2026-01-24T08:12') },
      { tube: null },
    ),
  ],
  'undo-asked': [
    before('undo-asked', undoAsked({})),
    before('undo-asked-repeat', undoAsked({ ordinal: null, isRepeat: true })),
    before('undo-asked-nameless', undoAsked({ name: null })),
  ],
  'unlisted-asked': [
    before('unlisted-asked', { face: 'unlisted-asked', number: '99999' }),
    before('unlisted-asked-long', { face: 'unlisted-asked', number: 'GH-20220124-000123-WORKSHOP-3' }),
  ],
  undone: [
    before(
      'undone',
      { face: 'undone', name: '张*三', ordinal: 7, stillCounted: false },
      { restorable: { name: '张*三', ordinal: 7 } },
    ),
    before('undone-repeat', { face: 'undone', name: '张*三', ordinal: null, stillCounted: true }),
  ],
  restored: [before('restored', { face: 'restored', name: '张*三', ordinal: 7 })],
  'nothing-to-undo': [before('nothing-to-undo', { face: 'nothing-to-undo' })],
  refused: (
    ['refusal.number-of-another', 'refusal.fault', 'face.restarting', 'face.no-program'] as const
  ).map((key) => before(key === 'refusal.fault' ? 'refused' : key, { face: 'refused', words: message(key) })),
  'reader-gone': [
    before('reader-gone', { face: 'reader-gone' }, { reader: 'gone', bands: [{ band: 'reader-gone' }] }),
  ],
  'reader-fault': [
    before(
      'reader-fault',
      {
        face: 'reader-fault',
        words: message('reader-fault.foreign-answer'),
      },
      { reader: 'fault' },
    ),
  ],
  'round-ended': [
    before(
      'round-ended',
      { face: 'round-ended', lastSequence: 412, received: 412, openTube: false },
      { tube: null },
    ),
    before(
      'round-ended-waiting',
      { face: 'round-ended', lastSequence: 412, received: 409, openTube: false },
      {
        tube: null,
        received: 409,
        bands: [{ band: 'offline', pending: 3, lastContact: at('2026-01-24T09:10') }],
      },
    ),
    before('round-ended-open-tube', {
      face: 'round-ended',
      lastSequence: 412,
      received: 412,
      openTube: true,
    }),
  ],
  stopped: [
    before('stopped', { face: 'stopped', reason: 'disk-full', kept: 412 }),
    before('stopped-journal', { face: 'stopped', reason: 'journal-fault', kept: 412 }),
  ],
};

export const BANDS: Readonly<Record<Band['band'], Band>> = {
  offline: { band: 'offline', pending: 12, lastContact: at('2026-01-24T07:55') },
  'old-round': { band: 'old-round', endedAt: at('2026-01-23T10:30') },
  'no-round': { band: 'no-round' },
  'needs-opening-code': { band: 'needs-opening-code' },
  'reader-gone': { band: 'reader-gone' },
  'scanner-gone': { band: 'scanner-gone' },
  forked: { band: 'forked', words: message('band.forked-pairing') },
  'version-refused': { band: 'version-refused', ours: 1, theirs: 2 },
  broken: { band: 'broken' },
  'disk-nearly-full': { band: 'disk-nearly-full' },
  'token-closed': { band: 'token-closed', why: 'lost' },
  'unpaired-edge': { band: 'unpaired-edge' },
  'awaits-consent': { band: 'awaits-consent' },
};
/** Each band alone, then some that come together. */
export const BAND_STATES: readonly Shown[] = [
  ...Object.values(BANDS).map((band) => ({ name: `band-${band.band}`, state: { ...BEFORE, bands: [band] } })),
  { name: 'bands-two', state: { ...BEFORE, bands: [BANDS.offline, BANDS['old-round']], received: 400 } },
  {
    name: 'bands-all',
    state: {
      ...BEFORE,
      face: counted({ ordinal: 10, tube: 'full' }),
      ...tube(10),
      bands: Object.values(BANDS),
    },
  },
];
