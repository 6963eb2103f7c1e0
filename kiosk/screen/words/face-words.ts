/** What fills the screen, in words, colour and symbol: a pure function of the state. */
import type { Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { line, words, type FaceWords, type Line } from './line.ts';
import { countedWords, idleWords, placeWords, tubeAlert, unlistedWords } from './swipe-words.ts';
import { clockText } from '#shared/site-time.ts';
import { restoredWords, undoAskedWords, undoneWords } from './undo-words.ts';
import { WRONG_OBJECT_WORDS } from './wrong-object-words.ts';

type Of<F extends Face['face']> = Extract<Face, { face: F }>;
type Words = { [F in Face['face']]: (face: Of<F>, state: KioskState) => FaceWords };

const stationText = (station: number | null): string => (station === null ? '别的台' : ` ${station} 号台`);
const stationTextEn = (station: number | null): string =>
  station === null ? 'another station' : `station ${station}`;
const tubeText = (code: string | null): string => (code === null ? '本管' : `管 ${code}`);
const tubeTextEn = (code: string | null): string => (code === null ? 'this tube' : `tube ${code}`);

/** The words of the face on show. */
export function faceWords(state: KioskState): FaceWords {
  const { face } = state;
  const build = FACES[face.face] as (face: Face, state: KioskState) => FaceWords;
  return build(face, state);
}

const FACES: Words = {
  unpaired: ({ error }) =>
    words(
      'ask',
      'link',
      line('本机还没有配对', 'This kiosk is not paired yet'),
      ...(error === null ? [] : [line(error, 'Pairing did not work; see above')]),
    ),
  'compare-fingerprint': () =>
    words(
      'ask',
      'link',
      line('和主机屏幕上的一样吗?', 'Does the edge show the same digits?'),
      line('+ 一样   − 不一样', '+ the same   − different'),
    ),
  idle: (_, state) => idleWords(state),
  reading: () => words('plain', 'wait', line('请不要移动', 'Keep the card still')),
  test: ({ name, onRoster }) =>
    words(
      'test',
      'test',
      line('试刷,不计入', 'Test only, not counted'),
      line(`${nameBefore(name)}读卡正常`, 'Card reads well'),
      ...(onRoster === null
        ? []
        : [onRoster ? line('在名单里', 'On the roster') : line('不在名单', 'Not on the roster')]),
    ),
  counted: (face, state) => countedWords(face, state),
  'repeat-here': ({ time, ordinal, among }) => {
    const place = placeWords(ordinal, among);
    return words(
      'repeat',
      'repeat',
      line('已刷过', 'Already counted'),
      line(
        `${clockText(time)} ${place === null ? '' : `${place.zh},`}不重复计数`,
        `At ${clockText(time)}${place === null ? '' : `, ${place.en.toLowerCase()}`}; counts once`,
      ),
    );
  },
  'repeat-elsewhere': ({ time, station, tubeCode, asks }) => {
    const tube = tubeCode === null ? '' : `管 ${tubeCode}`;
    const where = line(
      `已在${stationText(station)}刷过 ${clockText(time)}`,
      `Already counted at ${stationTextEn(station)}, ${clockText(time)}`,
    );
    const tubeLine = tube === '' ? [] : [line(tube, `Tube ${tubeCode}`)];
    const ending = asks
      ? line('又采了一次?  + 是   − 不是', 'Sampled again?  + yes   − no')
      : line('不重复计数', 'Counts once');
    return words('repeat', 'repeat', where, ending, ...tubeLine);
  },
  unreadable: ({ attempt }) =>
    words(
      'again',
      'retry',
      line('没读出,请重放', 'Not read, put it down again'),
      line('平放、取出卡套、只放一张', 'Flat, out of its sleeve, one card only'),
      line(`第 ${attempt} 次`, `Attempt ${attempt}`),
    ),
  'unreadable-staff': ({ why }) =>
    words(
      'again',
      'staff',
      line('请工作人员手工登记', 'Staff: please enter by hand'),
      line('按 0', 'Press 0'),
      ...(why === undefined ? [] : [line(why.zh, why.en)]),
    ),
  'wrong-object': ({ given }) => WRONG_OBJECT_WORDS[given],
  enrolment: ({ has, name }) =>
    words(
      'ask',
      'link',
      ENROLMENT[has],
      line(
        name === null ? '登记卡号,不计入' : `${name} · 登记卡号,不计入`,
        'Linking numbers: nobody is counted now',
      ),
    ),
  linked: ({ name, already }) =>
    words(
      'plain',
      'check',
      already ? line('早已关联', 'Was linked already') : line('已关联', 'Linked'),
      line(`${nameBefore(name)}下次刷卡就认得`, 'This card number is known from now on'),
      line('这次没有计入', 'Not counted by this'),
    ),
  sealing: ({ code, offered }) =>
    words(
      'ask',
      'tube',
      line(`封${tubeText(code)}:刷 ${offered} 人`, `Sealing ${tubeTextEn(code)}: ${offered} swiped`),
      line('采样员数了几人?', 'How many did the sampler count?'),
    ),
  'who-was-not-sampled': ({ offered, swabbed, waiting }) =>
    words(
      'ask',
      'ask',
      line('谁没采?', 'Who was not sampled?'),
      line(`刷 ${offered} 人,采样员数 ${swabbed} 人`, `${offered} swiped, the sampler counted ${swabbed}`),
      ...waitingWords(waiting),
    ),
  sealed: ({ code, swabbed }, state) => ({
    ...words(
      'plain',
      'check',
      line(
        `${code === null ? '本管' : `管 ${code} `}已封`,
        `${code === null ? 'Tube' : `Tube ${code}`} sealed`,
      ),
      line(
        swabbed === null ? '采样员没有数' : `采样员数 ${swabbed} 人`,
        swabbed === null ? 'Not counted by the sampler' : `The sampler counted ${swabbed}`,
      ),
    ),
    alert: tubeAlert(state),
  }),
  'tube-opened': ({ code, collected }) =>
    words(
      'plain',
      'tube',
      line(
        code === null ? '已开新管' : `新管 ${code}`,
        code === null ? 'New tube opened' : `New tube ${code}`,
      ),
      ...(collected === 0
        ? []
        : [
            line(
              `收入未归管 ${collected} 人`,
              `Takes in ${collected} ${collected === 1 ? 'person' : 'people'} without a tube`,
            ),
          ]),
    ),
  'continue-tube': ({ code, station, time }) =>
    words(
      'ask',
      'ask',
      line(
        `管 ${code} 正在${stationText(station)}使用,接着用吗?`,
        `Tube ${code} is open at ${stationTextEn(station)}. Continue it here?`,
      ),
      line('+ 接着用   − 不是', '+ continue   − no'),
      line(`${clockText(time)} 开管`, `Opened at ${clockText(time)}`),
    ),
  'tube-used': ({ code, station, time }) =>
    words(
      'again',
      'tube',
      line(
        `此管 ${clockText(time)} 已在${stationText(station)}用过`,
        `Used at ${clockText(time)} at ${stationTextEn(station)}`,
      ),
      line(`管号 ${code}:请换一支管`, `Tube ${code}: take another one`),
    ),
  'undo-asked': (face) => undoAskedWords(face),
  'unlisted-asked': (face) => unlistedWords(face),
  undone: (face) => undoneWords(face),
  restored: (face) => restoredWords(face),
  'nothing-to-undo': () => words('plain', 'undo', line('没有可以撤销的', 'Nothing to undo')),
  refused: ({ zh, en }) => words('again', 'cross', line(zh, en)),
  'reader-gone': () =>
    words(
      'again',
      'plug',
      line('读卡器断开', 'Card reader unplugged'),
      line('请插好 USB 线;可按 0 手工登记', 'Plug the USB cable in; press 0 to enter by hand'),
    ),
  'reader-fault': ({ zh, en }) =>
    words('again', 'plug', line(zh, en), line('可按 0 手工登记', 'Press 0 to enter by hand')),
  'round-ended': (face) => roundEndedWords(face),
  stopped: ({ reason, kept }) =>
    words(
      'stop',
      'cross',
      line('本机停用,请到别的台', 'Out of use: go to another station'),
      line(`已存的 ${kept} 条没有丢`, `The ${kept} records kept here are safe`),
      reason === 'disk-full'
        ? line('磁盘已满,请通知 IT', 'The disk is full: call IT')
        : line('记录程序出错,请通知 IT', 'The journal failed: call IT'),
    ),
};

const ENROLMENT: Readonly<Record<Of<'enrolment'>['has'], Line>> = {
  nothing: line('请刷卡号,再放身份证', "Tap the card's number, then read the ID card"),
  number: line('卡号有了,请放身份证', 'Number taken: now the ID card'),
  person: line('人有了,请刷卡号', "Person taken: now tap the card's number"),
  staff: line('工号有了,请刷卡号或放身份证', "Staff number taken: now the card's number or the ID card"),
  unlisted: line('人有了,请刷卡号或输入工号', "Person taken: now the card's number or the staff number"),
};

/** 谁没采? holds up whoever has laid a card down meanwhile. */
export function waitingWords(waiting: number): Line[] {
  return waiting === 0
    ? []
    : [
        line(
          `${waiting} 人的卡已读,答完即登记`,
          `${waiting} read and waiting: recorded once this is answered`,
        ),
      ];
}

function nameBefore(name: string | null): string {
  return name === null ? '' : `${name} · `;
}

function roundEndedWords({ lastSequence, received, openTube }: Of<'round-ended'>): FaceWords {
  const numbers = line(
    `本机末号 ${lastSequence} · 已收 ${received}`,
    `Last number ${lastSequence} · received ${received}`,
  );
  if (openTube)
    return words(
      'again',
      'tube',
      line('还有没封的管', 'A tube is still open'),
      line('请按 + 封管', 'Press + to seal it'),
      numbers,
    );
  if (received < lastSequence)
    return words(
      'again',
      'link',
      line('还不能撤台', 'Do not close yet'),
      line(`还有 ${lastSequence - received} 条没有传完`, `${lastSequence - received} records still to send`),
      numbers,
    );
  return words('good', 'check', line('可以撤台', 'The station may close'), numbers);
}
