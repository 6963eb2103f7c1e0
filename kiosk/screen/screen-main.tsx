/** Entry of the page: picks the bridge, the clock and the loudspeaker, and puts the screen on the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import type { Clock } from '#shared/clock.ts';
import { firstLanguage } from '#shared/language/languages.ts';
import { chooseBridge } from './bridge.ts';
import { FaceView } from './face-view.tsx';
import { KeyReader, type ReadPress } from './input/key-reader.ts';
import { isEditable } from './input/keys.ts';
import { Screen } from './screen.tsx';
import { LanguageProvider } from './words/language.tsx';
import { ScreenStore } from './input/screen-store.ts';
import { SoundPlayer } from './sound/sound-player.ts';
import './screen.css';
import './dialog/dialog.css';
import './dialog/reader.css';

z.config({ jitless: true }); // zod would try `new Function`, which the page's policy forbids

const clock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    const id = setTimeout(run, delayMs);
    return () => clearTimeout(id);
  },
};

/** Where sound is allowed it runs by then: nobody is told that it is held back only because the page has just begun. */
const SOUND_STARTS_MS = 1000;

const element = document.getElementById('screen');
if (element === null) throw new Error('index.html has no #screen');
const root = createRoot(element);
const systemLanguage = firstLanguage(navigator.languages);
const choice = chooseBridge(window);
if (choice.ok) {
  const player = new SoundPlayer();
  const store = new ScreenStore({ bridge: choice.bridge, clock, play: (plan) => player.play(plan) });
  const tellSound = (): void => store.holdSound(player.held);
  player.subscribe(tellSound);
  clock.timer(SOUND_STARTS_MS, tellSound);
  const wake = (): void => {
    player.wake().catch((error: unknown) => console.warn('no sound', error));
  };
  addEventListener('pointerdown', wake);
  const reader = new KeyReader();
  const take = (event: KeyboardEvent, { keys, taken }: ReadPress): void => {
    if (!taken) return;
    if (keys.length === 0) store.stroke(event.timeStamp);
    // Fields of the browser's own keep their keys (names need the input method); Escape always leaves.
    if (isEditable(event.target) && !keys.some(({ name }) => name === 'escape')) {
      for (const key of keys) if (store.fieldKey(key, event.timeStamp)) event.preventDefault();
      return;
    }
    event.preventDefault(); // or Enter would also click a focused button
    for (const key of keys) if (!event.repeat || key.name === 'erase') store.key(key, event.timeStamp);
  };
  addEventListener('keydown', (event) => {
    wake();
    take(event, reader.down(event));
  });
  addEventListener('keyup', (event) => take(event, reader.up(event)));
  store.start();
  root.render(
    <StrictMode>
      <Screen store={store} systemLanguage={systemLanguage} />
    </StrictMode>,
  );
} else {
  const words = {
    tone: 'again',
    symbol: 'link',
    main: choice.words,
    below: [],
    alert: null,
  } as const;
  root.render(
    <LanguageProvider language={systemLanguage}>
      <FaceView words={words} />
    </LanguageProvider>,
  );
}
