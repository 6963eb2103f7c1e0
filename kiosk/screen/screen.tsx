import { useSyncExternalStore, type ReactNode } from 'react';
import type { Language } from '#shared/language/languages.ts';
import { message } from '#shared/language/message.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { Dialog } from './dialog/dialog.tsx';
import { answersFace, type Desk } from './input/draft.ts';
import { FaceStrip, FaceView } from './face-view.tsx';
import { Bands, Header } from './header.tsx';
import { KeyBar } from './dialog/key-bar.tsx';
import type { ScreenStore } from './input/screen-store.ts';
import { LanguageProvider, useSay } from './words/language.tsx';
import type { FaceWords } from './words/line.ts';
import { codeText } from '#shared/language/tube-code.ts';
import { faceWords } from './words/face-words.ts';

const STARTING: FaceWords = {
  tone: 'plain',
  symbol: 'wait',
  main: message('face.starting'),
  below: [],
  alert: null,
};

/** The whole screen: a pure function of what the store holds. `systemLanguage` until one is chosen at this kiosk. */
export function Screen({
  store,
  systemLanguage,
}: {
  store: ScreenStore;
  systemLanguage: Language;
}): ReactNode {
  const { state, desk, soundHeld } = useSyncExternalStore(store.subscribe, store.snapshot);
  if (state === null)
    return (
      <LanguageProvider language={systemLanguage}>
        <FaceView words={STARTING} />
      </LanguageProvider>
    );
  return (
    <LanguageProvider language={state.language ?? systemLanguage}>
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
    </LanguageProvider>
  );
}

function Fault({ desk: { fault } }: { desk: Desk }): ReactNode {
  const say = useSay();
  if (fault === null) return null;
  return (
    <p className="fault" role="alert">
      {say(fault)}
    </p>
  );
}

/** What some faces show besides words: the tube filling up, the digits to compare. */
function FaceExtra({ state }: { state: KioskState }): ReactNode {
  const say = useSay();
  const { face, tube } = state;
  if (face.face === 'compare-fingerprint')
    return <p className="fingerprint">{(face.digits.match(/.{4}/g) ?? []).join(' ')}</p>;
  const showsTube = face.face === 'idle' || face.face === 'counted' || face.face === 'test';
  if (!showsTube || state.stand !== 'before' || tube === null) return null;
  const places = Array.from({ length: tube.capacity }, (_, i) => i + 1);
  const over = tube.count - tube.capacity;
  return (
    <div className="tube-meter">
      <span className="tube-code">
        {tube.code === null ? say('tube.head-this') : say('tube.head-coded', { code: codeText(tube.code) })}
      </span>
      {/* Above twenty places dots are too small to count. */}
      {tube.capacity > 20
        ? null
        : places.map((place) => <i key={place} className={place <= tube.count ? 'place taken' : 'place'} />)}
      <b>
        {tube.count}/{tube.capacity}
      </b>
      {over > 0 ? <span className="tube-over">{say('kiosk.over', { n: over })}</span> : null}
    </div>
  );
}
