import type {
  CommandReply,
  Face,
  KioskBridge,
  KioskCommand,
  KioskState,
} from '#shared/contract/kiosk-screen.ts';
import type { Key } from '../../../kiosk/screen/input/keys.ts';
import { ScreenStore } from '../../../kiosk/screen/input/screen-store.ts';
import type { SoundPlan } from '../../../kiosk/screen/sound/sounds.ts';
import { HandClock } from '../hand-clock.ts';
import { FACE_STATES } from './kiosk-states.ts';
import { zhOf } from '../said.ts';

const KEYS: Readonly<Record<string, Key>> = {
  '+': { name: 'plus', char: '+' },
  '-': { name: 'minus', char: '-' },
  '*': { name: 'times', char: '*' },
  '⏎': { name: 'enter', char: '' },
  '⌫': { name: 'erase', char: '' },
  '␛': { name: 'escape', char: '' },
};

/** A screen without a page, and an engine that records what it is asked. */
export function screenDesk() {
  const clock = new HandClock(0);
  const commands: KioskCommand[] = [];
  const played: SoundPlan[] = [];
  let listener: (state: KioskState) => void = () => {};
  let reply: CommandReply | Promise<CommandReply> = { ok: true };
  let serial = 0;
  const bridge: KioskBridge = {
    onState(next) {
      listener = next;
      return () => {};
    },
    send(command) {
      commands.push(command);
      return Promise.resolve(reply);
    },
  };
  const store = new ScreenStore({ bridge, clock, play: (plan) => played.push(plan) });
  store.start();
  return {
    store,
    clock,
    commands,
    played,
    show(state: KioskState) {
      serial += 1;
      listener({ ...state, serial });
    },
    raw: (state: KioskState) => listener(state),
    answerWith(next: CommandReply | Promise<CommandReply>) {
      reply = next;
    },
    /** Keys as a person presses them. */
    async type(text: string) {
      for (const c of text) {
        store.key(KEYS[c] ?? { name: 'char', char: c }, clock.monotonic());
        await clock.advance(120);
      }
    },
    /** Keys as a scanner sends them. */
    async scan(text: string) {
      for (const c of text) {
        store.key({ name: 'char', char: c }, clock.monotonic());
        await clock.advance(5);
      }
      store.key(KEYS['⏎']!, clock.monotonic());
      await clock.advance(5);
    },
    draft: () => store.snapshot().desk.draft.draft,
    fault: () => {
      const { fault } = store.snapshot().desk;
      return fault && zhOf(fault);
    },
  };
}
/** The first example of a face. */
export const first = (face: Face['face']): KioskState => FACE_STATES[face][0]!.state;
