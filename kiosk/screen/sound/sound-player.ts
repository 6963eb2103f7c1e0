import type { SoundPlan } from './sounds.ts';

/** Loud enough beside three other tables, below what the small speakers of old laptops distort. */
const GAIN = 0.5;
const ATTACK_S = 0.01;

/** Plays a plan through WebAudio and the system's Chinese voice, if it has one. */
export class SoundPlayer {
  readonly #audio = new AudioContext();

  /** True while the browser holds the sound back. */
  get held(): boolean {
    return this.#audio.state !== 'running';
  }

  /** Calls back when sound is held back or set free; only a touch of the page frees it, and a page loaded anew waits again. */
  subscribe(listener: () => void): void {
    this.#audio.addEventListener('statechange', listener);
  }

  /** Browsers keep sound back until somebody has touched the page. Call it on every key and click. */
  async wake(): Promise<void> {
    if (this.#audio.state === 'suspended') await this.#audio.resume();
  }

  play(plan: SoundPlan): void {
    for (const tone of plan.tones) {
      const start = this.#audio.currentTime + tone.atMs / 1000;
      const end = start + tone.durationMs / 1000;
      const source = new OscillatorNode(this.#audio, { type: 'triangle', frequency: tone.fromHz });
      const gain = new GainNode(this.#audio, { gain: 0 });
      source.frequency.setValueAtTime(tone.fromHz, start);
      source.frequency.linearRampToValueAtTime(tone.toHz, end);
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(GAIN, start + ATTACK_S);
      gain.gain.setValueAtTime(GAIN, end - ATTACK_S);
      gain.gain.linearRampToValueAtTime(0, end);
      source.connect(gain).connect(this.#audio.destination);
      source.start(start);
      source.stop(end);
    }
    if (plan.speech !== null) this.#speak(plan.speech);
  }

  #speak(text: string): void {
    if (!('speechSynthesis' in globalThis)) return;
    speechSynthesis.cancel(); // the newest word matters; a queue of old ones talks past the people standing there
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = 'zh-CN';
    speechSynthesis.speak(utterance);
  }
}
