/** What fills the screen, in words, colour and symbol: a pure function of the state. */
import type { Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { line, lineAfter, lineOf, words, type FaceWords } from './line.ts';
import { countedWords, idleWords, tubeAlert, unlistedWords } from './swipe-words.ts';
import { codeText } from '#shared/language/tube-code.ts';
import { tubeText } from './tube-words.ts';
import { restoredWords, undoAskedWords, undoneWords } from './undo-words.ts';
import { WRONG_OBJECT_WORDS } from './wrong-object-words.ts';

type Of<F extends Face['face']> = Extract<Face, { face: F }>;
type Words = { [F in Face['face']]: (face: Of<F>, state: KioskState) => FaceWords };

const stationText = (station: number | null): Message =>
  station === null ? message('station.other') : message('station.at', { n: station });

/** The words of the face on show. */
export function faceWords(state: KioskState): FaceWords {
  const { face } = state;
  const build = FACES[face.face] as (face: Face, state: KioskState) => FaceWords;
  return build(face, state);
}

const FACES: Words = {
  unpaired: ({ error }) =>
    words('ask', 'link', message('face.unpaired'), ...(error === null ? [] : [lineOf(error)])),
  'compare-fingerprint': () => words('ask', 'link', message('face.same-digits'), line('face.same-or-not')),
  idle: (_, state) => idleWords(state),
  reading: () => words('plain', 'wait', message('face.keep-still')),
  test: ({ name, onRoster }) =>
    words(
      'test',
      'test',
      message('face.test'),
      lineAfter([name], message('face.reads-well')),
      ...(onRoster === null ? [] : [line(onRoster ? 'face.on-roster' : 'face.not-on-roster')]),
    ),
  counted: (face, state) => countedWords(face, state),
  'repeat-here': ({ time, ordinal, among }) =>
    words(
      'repeat',
      'repeat',
      message('face.repeat'),
      ordinal === null
        ? line('face.repeat-unplaced', { at: time })
        : line('face.repeat-placed', { at: time, among, n: ordinal }),
    ),
  'repeat-elsewhere': ({ time, station, tubeCode, asks }) =>
    words(
      'repeat',
      'repeat',
      message('face.repeat-elsewhere', { station: stationText(station), at: time }),
      line(asks ? 'face.sampled-again' : 'face.counts-once'),
      ...(tubeCode === null ? [] : [line('tube.head-coded', { code: codeText(tubeCode) })]),
    ),
  unreadable: ({ attempt }) =>
    words(
      'again',
      'retry',
      message('face.unreadable'),
      line('face.lay-flat'),
      line('face.attempt', { n: attempt }),
    ),
  'unreadable-staff': ({ why }) =>
    words(
      'again',
      'staff',
      message('face.by-hand'),
      line('face.press-zero'),
      ...(why === undefined ? [] : [lineOf(why)]),
    ),
  'wrong-object': ({ given }) => WRONG_OBJECT_WORDS[given],
  enrolment: ({ has, name }) =>
    words('ask', 'link', message(`face.enrol-${has}`), lineAfter([name], message('face.enrolling'))),
  linked: ({ name, already }) =>
    words(
      'plain',
      'check',
      message(already ? 'face.linked-before' : 'face.linked'),
      lineAfter([name], message('face.known-from-now')),
      line('face.not-counted'),
    ),
  sealing: ({ code, offered }) =>
    words(
      'ask',
      'tube',
      message('face.sealing', { tube: tubeText(code), n: offered }),
      line('face.how-many-swabbed'),
    ),
  'who-was-not-sampled': ({ offered, swabbed, waiting }) =>
    words(
      'ask',
      'ask',
      message('face.who-not-sampled'),
      line('face.swiped-and-swabbed', { swiped: offered, swabbed }),
      ...(waiting === 0 ? [] : [line('face.waiting', { n: waiting })]),
    ),
  sealed: ({ code, swabbed }, state) => ({
    ...words(
      'plain',
      'check',
      code === null
        ? message('face.this-tube-sealed')
        : message('face.tube-sealed', { code: codeText(code) }),
      swabbed === null ? line('face.not-swabbed') : line('face.swabbed', { n: swabbed }),
    ),
    alert: tubeAlert(state),
  }),
  'tube-opened': ({ code, collected }) =>
    words(
      'plain',
      'tube',
      code === null ? message('face.new-tube-opened') : message('face.tube-opened', { code: codeText(code) }),
      ...(collected === 0 ? [] : [line('face.takes-in', { n: collected })]),
    ),
  'continue-tube': ({ code, station, time }) =>
    words(
      'ask',
      'ask',
      message('face.continue-tube', { code: codeText(code), station: stationText(station) }),
      line('face.continue-or-not'),
      line('face.opened-at', { at: time }),
    ),
  'tube-used': ({ code, station, time }) =>
    words(
      'again',
      'tube',
      message('face.tube-used', { at: time, station: stationText(station) }),
      line('face.take-another', { code: codeText(code) }),
    ),
  'undo-asked': (face) => undoAskedWords(face),
  'unlisted-asked': (face) => unlistedWords(face),
  undone: (face) => undoneWords(face),
  restored: (face) => restoredWords(face),
  'nothing-to-undo': () => words('plain', 'undo', message('face.nothing-to-undo')),
  refused: (face) => words('again', 'cross', face.words),
  'reader-gone': () => words('again', 'plug', message('face.reader-gone'), line('face.plug-in')),
  'reader-fault': (face) => words('again', 'plug', face.words, line('face.or-by-hand')),
  'round-ended': (face) => roundEndedWords(face),
  stopped: ({ reason, kept }) =>
    words(
      'stop',
      'cross',
      message('face.out-of-use'),
      line('face.kept-safe', { n: kept }),
      line(reason === 'disk-full' ? 'face.disk-full' : 'face.journal-failed'),
    ),
};

function roundEndedWords({ lastSequence, received, openTube }: Of<'round-ended'>): FaceWords {
  const numbers = line('face.numbers', { last: lastSequence, received });
  if (openTube) return words('again', 'tube', message('face.tube-still-open'), line('face.seal-it'), numbers);
  if (received < lastSequence)
    return words(
      'again',
      'link',
      message('face.not-yet'),
      line('face.still-to-send', { n: lastSequence - received }),
      numbers,
    );
  return words('good', 'check', message('face.may-close'), numbers);
}
