import type { ReactNode } from 'react';
import type { Band } from '#shared/contract/kiosk-bands.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { bandWords, SOUND_HELD, type BandWords } from './words/bands.ts';
import { useSay } from './words/language.tsx';
import { SymbolView } from './words/symbols.tsx';

const READER_SIGNS = { ready: 'check', gone: 'plug', none: 'plug', fault: 'cross' } as const satisfies Record<
  KioskState['reader'],
  string
>;

/** Always there: which round and station this is, the last number here and how many are received, the reader. */
export function Header({ state }: { state: KioskState }): ReactNode {
  const say = useSay();
  const { round, station, lastSequence, received, reader } = state;
  return (
    <header className="header">
      <div className="header-station">
        {station === null ? say('kiosk.no-station') : say('station.numbered', { n: station })}
      </div>
      <div className="header-round">
        <strong>{round === null ? say('kiosk.no-round') : round.name}</strong>
        {round === null ? null : (
          <span>
            {say('kiosk.round-day', { at: round.date, state: message(`short-round-state.${round.state}`) })}
          </span>
        )}
      </div>
      <dl className="header-numbers">
        <div>
          <dt>{say('kiosk.last-number')}</dt>
          <dd data-number="last">{lastSequence}</dd>
        </div>
        <div>
          <dt>{say('kiosk.received')}</dt>
          <dd data-number="received">{received}</dd>
        </div>
      </dl>
      <div className={`header-reader reader-${reader}`}>
        <SymbolView name={READER_SIGNS[reader]} />
        <span>{say(readersWords(state))}</span>
      </div>
    </header>
  );
}

/** With several readers, how many of them work; one that was chosen and never heard of is not said to be missing. */
function readersWords({ reader, readers }: KioskState): Message {
  if (reader === 'none' && readers.some(({ role }) => role === 'person'))
    return message('kiosk.reader-unheard');
  if (readers.length < 2 || reader !== 'ready') return message(`kiosk.reader-${reader}`);
  const ready = readers.filter(({ state }) => state === 'ready').length;
  return message('kiosk.readers-ready', { ready, all: readers.length });
}

/** More would push the face off the screen; the rest is counted, not hidden. */
const BANDS_MAX = 4;
const WEIGHTS: readonly BandWords['weight'][] = ['stop', 'warn', 'note'];

/** What the engine says of the station, and of the page that nobody hears it. */
export function Bands(props: { bands: readonly Band[]; soundHeld: boolean }): ReactNode {
  const say = useSay();
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
            <strong>{say(band.main)}</strong>
            {band.more === null ? null : <span> ({say(band.more)})</span>}
          </p>
        </div>
      ))}
      {left === 0 ? null : <div className="band band-note">{say('band.others', { n: left })}</div>}
    </div>
  );
}
