import { useSyncExternalStore, type ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { Dialog } from './dialog/dialog.tsx';
import { answersFace, type Desk } from './input/draft.ts';
import { FaceStrip, FaceView } from './face-view.tsx';
import { Bands, Header } from './header.tsx';
import { KeyBar } from './dialog/key-bar.tsx';
import type { ScreenStore } from './input/screen-store.ts';
import type { FaceWords } from './words/line.ts';
import { faceWords } from './words/face-words.ts';

const STARTING: FaceWords = {
  tone: 'plain',
  symbol: 'wait',
  main: { zh: '正在启动,请先不要刷卡', en: 'Starting, do not swipe yet' },
  below: [],
  alert: null,
};

/** The whole screen: a pure function of what the store holds. */
export function Screen({ store }: { store: ScreenStore }): ReactNode {
  const { state, desk, soundHeld } = useSyncExternalStore(store.subscribe, store.snapshot);
  if (state === null) return <FaceView words={STARTING} />;
  return (
    <div className="screen" data-face={state.face.face} data-draft={desk.draft.draft}>
      <Header state={state} />
      <Bands bands={state.bands} soundHeld={soundHeld} />
      {desk.draft.draft === 'none' ? (
        <>
          <FaceView words={faceWords(state)}>
            <FaceExtra state={state} />
            <Fault desk={desk} />
          </FaceView>
          <KeyBar state={state} pressAll={store.pressAll} />
        </>
      ) : (
        <>
          {answersFace(desk.draft) || state.face.face === 'idle' ? null : (
            <FaceStrip words={faceWords(state)} />
          )}
          <Dialog state={state} desk={desk} store={store} />
        </>
      )}
    </div>
  );
}

function Fault({ desk: { fault } }: { desk: Desk }): ReactNode {
  if (fault === null) return null;
  return (
    <p className="fault" role="alert">
      {fault.zh} <em>{fault.en}</em>
    </p>
  );
}

/** What some faces show besides words: the tube filling up, the digits to compare. */
function FaceExtra({ state }: { state: KioskState }): ReactNode {
  const { face, tube } = state;
  if (face.face === 'compare-fingerprint')
    return <p className="fingerprint">{(face.digits.match(/.{4}/g) ?? []).join(' ')}</p>;
  const showsTube = face.face === 'idle' || face.face === 'counted' || face.face === 'test';
  if (!showsTube || state.stand !== 'before' || tube === null) return null;
  const places = Array.from({ length: tube.capacity }, (_, i) => i + 1);
  const over = tube.count - tube.capacity;
  return (
    <div className="tube-meter">
      <span className="tube-code">{tube.code === null ? '本管' : `管 ${tube.code}`}</span>
      {/* Above twenty places dots are too small to count. */}
      {tube.capacity > 20
        ? null
        : places.map((place) => <i key={place} className={place <= tube.count ? 'place taken' : 'place'} />)}
      <b>
        {tube.count}/{tube.capacity}
      </b>
      {over > 0 ? <span className="tube-over">超 {over} 人</span> : null}
    </div>
  );
}
