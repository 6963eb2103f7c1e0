import type { ReactNode } from 'react';
import type { Band, KioskState } from '#shared/contract/kiosk-screen.ts';
import { bandWords, SOUND_HELD, type BandWords } from './words/bands.ts';
import { SymbolView } from './words/symbols.tsx';
import { dayText } from '#shared/site-time.ts';

const READERS: Readonly<Record<KioskState['reader'], { zh: string; sign: 'check' | 'plug' | 'cross' }>> = {
  ready: { zh: '读卡器正常', sign: 'check' },
  gone: { zh: '读卡器断开', sign: 'plug' },
  none: { zh: '没有读卡器', sign: 'plug' },
  fault: { zh: '读卡器故障', sign: 'cross' },
};

/** Always there: which round and station this is, the last number here and how many are received, the reader. */
export function Header({ state }: { state: KioskState }): ReactNode {
  const { round, station, lastSequence, received } = state;
  const reader = READERS[state.reader];
  return (
    <header className="header">
      <div className="header-station">{station === null ? '未定台' : `${station}号台`}</div>
      <div className="header-round">
        <strong>{round === null ? '没有轮次' : round.name}</strong>
        <span>{round === null ? 'No round' : `${dayText(round.date)} ${ROUND_STATES[round.state]}`}</span>
      </div>
      <dl className="header-numbers">
        <div>
          <dt>本机末号</dt>
          <dd data-number="last">{lastSequence}</dd>
        </div>
        <div>
          <dt>已收</dt>
          <dd data-number="received">{received}</dd>
        </div>
      </dl>
      <div className={`header-reader reader-${state.reader}`}>
        <SymbolView name={reader.sign} />
        <span>{readersText(state)}</span>
      </div>
    </header>
  );
}

/** With several readers, how many of them work; one that was chosen and never heard of is not said to be missing. */
function readersText({ reader, readers }: KioskState): string {
  const ready = readers.filter(({ state }) => state === 'ready').length;
  if (reader === 'none' && readers.some(({ role }) => role === 'person')) return '读卡器请试刷';
  const { zh } = READERS[reader];
  return readers.length < 2 || reader !== 'ready' ? zh : `${zh} ${ready}/${readers.length}`;
}

const ROUND_STATES: Readonly<Record<NonNullable<KioskState['round']>['state'], string>> = {
  draft: '还没开始',
  open: '进行中',
  settling: '收尾',
  closed: '已归档',
};

/** More would push the face off the screen; the rest is counted, not hidden. */
const BANDS_MAX = 4;
const WEIGHTS: readonly BandWords['weight'][] = ['stop', 'warn', 'note'];

/** What the engine says of the station, and of the page that nobody hears it. */
export function Bands(props: { bands: readonly Band[]; soundHeld: boolean }): ReactNode {
  const told = props.bands.map((band) => ({ name: band.band as string, ...bandWords(band) }));
  const all = props.soundHeld ? [...told, { name: 'sound-held', ...SOUND_HELD }] : told;
  if (all.length === 0) return null;
  const sorted = WEIGHTS.flatMap((weight) => all.filter((band) => band.weight === weight));
  const shown = sorted.length <= BANDS_MAX ? sorted : sorted.slice(0, BANDS_MAX - 1);
  const left = sorted.length - shown.length;
  return (
    <div className={`bands ${all.length > 1 ? 'bands-many' : ''}`}>
      {shown.map((band) => (
        <div className={`band band-${band.weight}`} key={band.name} data-band={band.name}>
          <span className="band-sign" aria-hidden="true">
            {band.weight === 'note' ? 'i' : '!'}
          </span>
          <p>
            <strong>{band.main.zh}</strong>
            {band.more === null ? null : <span> ({band.more})</span>}
          </p>
          <em>{band.main.en}</em>
        </div>
      ))}
      {left === 0 ? null : <div className="band band-note">另有 {left} 条提示</div>}
    </div>
  );
}
