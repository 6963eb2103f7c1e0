/** Pictures of the kiosk in each of its states, for the documentation. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { BAND_STATES, BEFORE, FACE_STATES, type Shown } from '../support/screen/kiosk-states.ts';
import { READER_DIALOGS, READER_STATES } from '../support/screen/reader-states.ts';
import { buildScreen, launchChromium, openScreen, type ScreenPage } from '../support/screen/screen-page.ts';

const SIZE = { width: 1366, height: 768 };

/** Dialogs the staff opens, by the keys that lead there. */
const DIALOGS: readonly { name: string; keys: readonly string[]; state?: Shown }[] = [
  { name: 'menu', keys: ['NumpadEnter'] },
  { name: 'manual', keys: ['Numpad0'], state: FACE_STATES['unreadable-staff'][0]! },
  { name: 'manual-id', keys: ['Numpad0', 'Numpad1', ...Array.from('110199199003074', keyCode)] },
  { name: 'manual-id-wrong', keys: ['Numpad0', 'Numpad1', ...Array.from('110199199003074518', keyCode)] },
  { name: 'manual-none', keys: ['Numpad0', 'Numpad4'] },
  { name: 'tube-code', keys: ['NumpadEnter', 'Numpad1', ...Array.from('0000018', keyCode)] },
  { name: 'move-last', keys: ['NumpadEnter', 'Numpad2', 'Numpad3'] },
  {
    name: 'pack-up',
    keys: ['NumpadEnter', 'Numpad3'],
    state: { name: 'pack-up', state: { ...BEFORE, tube: null } },
  },
  { name: 'pairing', keys: ['NumpadEnter', 'Numpad5'] },
  { name: 'language', keys: ['NumpadEnter', 'Numpad9'] },
  ...READER_DIALOGS.map(({ name, state, keys }) => ({ name, keys, state: { name, state } })),
];
const STATIONS: readonly Shown[] = Object.entries(READER_STATES).map(([name, state]) => ({
  name: `station-${name}`,
  state,
}));

function keyCode(key: string): string {
  return /^[0-9]$/.test(key) ? `Numpad${key}` : key;
}

/** Writes `kiosk-*.png` into `folder`; returns the names written. Builds the screen first. */
export async function kioskScreenshots(
  folder: string,
  { size = SIZE, language = null }: { size?: typeof SIZE; language?: KioskState['language'] } = {},
): Promise<string[]> {
  await buildScreen();
  await mkdir(folder, { recursive: true });
  const browser = await launchChromium();
  const written: string[] = [];
  const shoot = async (screen: ScreenPage, name: string): Promise<void> => {
    const file = path.join(folder, `kiosk-${name}.png`);
    await screen.page.screenshot({ path: file });
    written.push(file);
  };
  try {
    const screen = await openScreen(browser, size);
    for (const { name, state } of [...Object.values(FACE_STATES).flat(), ...BAND_STATES, ...STATIONS]) {
      await screen.show({ ...state, language });
      await shoot(screen, name);
    }
    for (const { name, keys, state } of DIALOGS) {
      await screen.show({ ...BEFORE, language });
      await screen.show({ ...(state?.state ?? BEFORE), language });
      for (const key of keys) await screen.press(key);
      await shoot(screen, `dialog-${name}`);
      for (let i = 0; i < 5; i++) await screen.press('Escape');
    }
  } finally {
    await browser.close();
  }
  return written;
}
