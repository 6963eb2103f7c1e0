/** Sounds by meaning: tones unlike a reader's own single beep, and words only where hands must do something. */
import type { KioskState } from '#shared/contract/kiosk-screen.ts';

export type Sound = NonNullable<KioskState['sound']>['sound'];

interface Tone {
  /** After the beginning of the sound. */
  atMs: number;
  durationMs: number;
  fromHz: number;
  toHz: number;
}

export interface SoundPlan {
  tones: readonly Tone[];
  /** Spoken in Chinese after the tones, or null. */
  speech: string | null;
}

const tone = (atMs: number, durationMs: number, fromHz: number, toHz = fromHz): Tone => ({
  atMs,
  durationMs,
  fromHz,
  toHz,
});
const highDouble = [tone(0, 110, 1047), tone(120, 200, 1568)];
const midTriple = [tone(0, 110, 523), tone(150, 110, 523), tone(300, 160, 523)];
const falling = [tone(0, 420, 700, 260)];

export const SOUNDS: Readonly<Record<Sound, SoundPlan>> = {
  test: { tones: [tone(0, 120, 220)], speech: null },
  counted: { tones: highDouble, speech: null },
  'walk-in': { tones: highDouble, speech: '名单外' },
  repeat: { tones: midTriple, speech: '重复' },
  unreadable: { tones: falling, speech: '未读出' },
  staff: { tones: falling, speech: '请手工登记' },
  'change-tube': { tones: highDouble, speech: '换管' },
  over: { tones: [...highDouble, tone(380, 160, 392)], speech: '请换管' },
  'no-tube': { tones: [...highDouble, tone(380, 160, 392)], speech: '请扫管号' },
  'wrong-object': { tones: falling, speech: null },
  alarm: {
    tones: [tone(0, 220, 740), tone(240, 220, 494), tone(480, 220, 740), tone(720, 320, 494)],
    speech: null,
  },
};

/** Which sound is due: each serial once, and none that was there before the screen was. */
export class SoundGate {
  #played: number | null = null;

  due(state: KioskState): SoundPlan | null {
    const serial = state.sound?.serial ?? -1;
    const first = this.#played === null;
    const fresh = !first && serial > (this.#played ?? -1);
    this.#played = Math.max(this.#played ?? -1, serial);
    return fresh && state.sound !== null ? SOUNDS[state.sound.sound] : null;
  }
}
