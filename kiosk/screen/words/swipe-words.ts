/** Words of the two faces people see all day: idle and counted. */
import type { Among, Face, KioskState } from '#shared/contract/kiosk-screen.ts';
import { line, words, type FaceWords, type Line } from './line.ts';
import { dayText } from '#shared/site-time.ts';

type Counted = Extract<Face, { face: 'counted' }>;

/** The face between two people: what to do, and where this kiosk stands. */
export function idleWords(state: KioskState): FaceWords {
  const { round, station, stand, tube, tubeMode } = state;
  const head = [
    round === null ? null : `${round.name} ${dayText(round.date)}`,
    station === null ? null : `${station}号台`,
  ];
  const withTube = stand === 'before' && tubeMode !== 'none' && tube !== null;
  const place = withTube ? `本管 ${tube.count}/${tube.capacity}` : `已刷 ${state.stationCount}`;
  const placeEn = withTube
    ? `${tube.count} of ${tube.capacity} in this tube`
    : `${state.stationCount} swiped here`;
  const second = line([...head, place].filter((part) => part !== null).join(' · '), placeEn);
  const after = stand === 'after';
  const main = after
    ? line('采样后请刷身份证', 'After sampling, put your ID card here')
    : line('请放身份证', 'Put your ID card here');
  if (state.reader === 'none' && !state.readers.some((reader) => reader.role === 'person'))
    return { ...words('again', 'plug', ...noReaderWords(state), second), alert: tubeAlert(state) };
  if (round?.state === 'draft') {
    const notYet = line('试刷,不计入', 'Test only: the round is not open yet');
    return { ...words('test', 'card', main, notYet, second), alert: null };
  }
  return { ...words('plain', 'card', main, second), alert: tubeAlert(state) };
}

/** No reader for people was ever confirmed here: what to do about it, and how to go on meanwhile. */
function noReaderWords({ candidates }: KioskState): [Line, Line] {
  const seen = candidates.filter((one) => one.at !== 'wedge');
  const outOfReach = seen.some((one) => one.models.length === 0 && one.install !== null);
  const usable = seen.some((one) => one.models.length > 0);
  const main = line('没有读卡器', 'No card reader');
  const byHand = line('可按 0 手工登记', 'press 0 to enter by hand');
  if (!usable && outOfReach)
    return [main, line('这台需要厂家服务:按 Enter、6', "This reader needs its maker's service: Enter, 6")];
  return seen.length > 0
    ? [main, line(`按 Enter、6 选读卡器;${byHand.zh}`, `Press Enter, 6 to choose one; ${byHand.en}`)]
    : [main, line(`请插上读卡器;${byHand.zh}`, `Plug one in; ${byHand.en}`)];
}

/** Which place somebody has, and among whom; a place nobody numbered is not told. */
export function placeWords(ordinal: number | null, among: Among): Line | null {
  if (ordinal === null) return null;
  const [zh, en] = AMONG[among];
  return line(`${zh}第 ${ordinal} 人`, `Number ${ordinal} ${en}`);
}

const AMONG: Readonly<Record<Among, readonly [string, string]>> = {
  tube: ['本管', 'in this tube'],
  station: ['本台', 'at this station'],
  loose: ['未归管', 'without a tube'],
};
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
  const who = [face.name, place?.zh ?? null].filter((part) => part !== null);
  const below = [line(who.join(' · '), place?.en ?? '')];
  if (face.numberUnknown)
    below.push(line('卡号没有登记,请到服务台', 'This card number is not known: please go to the help desk'));
  else if (face.listed) below.push(line('在名单里', 'On the roster'));
  else if (face.walkIn) below.push(line('请到服务台登记单位', 'Please give your firm at the help desk'));
  if (!face.filed) below.push(line('没有轮次,未归轮', 'No round known: filed later'));
  else if (!face.checked) below.push(line('重复核对待联网', 'Repeats are checked once connected'));
  const text = COUNTED[face.tube](face, state);
  const main = face.walkIn ? line('已计入(名单外)', 'Counted, not on the roster') : text.main;
  return {
    tone: face.walkIn ? 'walk-in' : 'good',
    symbol: 'check',
    main,
    below: below.filter((one) => one.zh !== ''),
    alert: text.alert,
  };
}

const COUNTED: Readonly<
  Record<Counted['tube'], (face: Counted, state: KioskState) => Pick<FaceWords, 'main' | 'alert'>>
> = {
  fits: () => ({ main: line('已计入', 'Counted'), alert: null }),
  'not-used': () => ({ main: line('已计入', 'Counted'), alert: null }),
  full: ({ ordinal }, { tube }) => {
    const people = tube?.capacity ?? ordinal;
    return {
      main: line('已计入', 'Counted'),
      alert: line(
        `换管${people === null ? '' : `:本管 ${people} 人`},请采样员封管 (按 +)`,
        `Change tube: this one is full, press +`,
      ),
    };
  },
  over: ({ ordinal }) => ({
    main: line(
      `本管已满,仍已计入${ordinal === null ? '' : ` (第${ordinal}人)`}`,
      'Counted, but this tube is over-full',
    ),
    alert: line('请换管并扫新管号', 'Change tube and scan the new code'),
  }),
  none: (_, { tubeMode }) => ({
    main: line('已计入,未归管', 'Counted, no tube yet'),
    alert:
      tubeMode === 'marks'
        ? line('请按 + 开新管', 'Press + for a new tube')
        : line('请扫管号,或按 + 输入', 'Scan the tube code, or press + to type it'),
  }),
};

/** What the staff must do about tubes before the next person: shown on the idle face. */
export function tubeAlert(state: KioskState): Line | null {
  const { tube, tubeMode, stand } = state;
  if (stand !== 'before' || tubeMode === null || tubeMode === 'none') return null;
  if (tube === null) {
    const loose = state.looseCount > 0 ? `未归管 ${state.looseCount} 人,` : '';
    const looseEn = state.looseCount > 0 ? `${state.looseCount} without a tube: ` : '';
    return tubeMode === 'codes'
      ? line(`${loose}请扫管号,或按 + 输入`, `${looseEn}scan the tube code, or press + to type it`)
      : line(`${loose}请按 + 开新管`, `${looseEn}press + for a new tube`);
  }
  if (tube.count < tube.capacity) return null;
  return line(`换管:本管 ${tube.count} 人,请采样员封管 (按 +)`, `Change tube: ${tube.count} here, press +`);
}

/** 花名册没有 …,仍登记? */
export function unlistedWords({ number }: Extract<Face, { face: 'unlisted-asked' }>): FaceWords {
  return words(
    'ask',
    'ask',
    line(`花名册没有 ${number},仍登记?`, `${number} is not on the roster. Count it anyway?`),
    line('Enter 是   − 不', 'Enter yes   − no'),
    line('请核对工号;是则计入名单外', 'Check the staff number; yes counts a walk-in'),
  );
}
