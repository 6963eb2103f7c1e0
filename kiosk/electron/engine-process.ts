import { utilityProcess, type UtilityProcess } from 'electron';
import type { Cancel, Clock } from '#shared/clock.ts';
import type {
  CommandReply,
  Face,
  KioskBridge,
  KioskCommand,
  KioskState,
} from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { StateOrder } from '#shared/contract/state-order.ts';
import type { MachineKeys } from '#shared/contract/machine-keys.ts';
import { fromEngineSchema, type EngineStart, type FromEngine, type ToEngine } from './channels.ts';
import { afterCrash } from './restart-policy.ts';

const NO_ENGINE: CommandReply = {
  ok: false,
  code: 'engine-restarting',
  words: message('program.restarting'),
};
const RESTARTING: Face = { face: 'refused', words: message('face.restarting') };
/** The engine closes its journal in well under a second; after this it is ended. */
const STOP_MS_MAX = 5000;

/** The station's engine in a utility process, started again when it dies, with words on the screen meanwhile. */
export class EngineProcess implements KioskBridge {
  readonly #file: string;
  readonly #start: EngineStart;
  readonly #clock: Clock;
  readonly #keys: MachineKeys;
  readonly #log: (text: string) => void;
  readonly #order = new StateOrder();
  readonly #listeners = new Set<(state: KioskState) => void>();
  readonly #waiting = new Map<number, (reply: CommandReply) => void>();
  #child: UtilityProcess | null = null;
  #state: KioskState | null = null;
  #number = 0;
  #restarts = { crashes: 0, startedAt: 0 };
  #cancelRestart: Cancel = () => {};
  #stopping: (() => void) | null = null;

  constructor(parts: {
    file: string;
    start: EngineStart;
    keys: MachineKeys;
    clock: Clock;
    log: (text: string) => void;
  }) {
    this.#file = parts.file;
    this.#start = parts.start;
    this.#keys = parts.keys;
    this.#clock = parts.clock;
    this.#log = parts.log;
    this.#run();
  }

  /** Process id of the running engine, null between two. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  onState(listener: (state: KioskState) => void): () => void {
    this.#listeners.add(listener);
    if (this.#state !== null) listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  send(command: KioskCommand): Promise<CommandReply> {
    if (this.#child === null) return Promise.resolve(NO_ENGINE);
    this.#number += 1;
    const number = this.#number;
    this.#post({ to: 'command', number, command });
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  /** Lets the engine close its journal; resolves when it has ended. */
  stop(): Promise<void> {
    this.#cancelRestart();
    const child = this.#child;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.timer(STOP_MS_MAX, () => child.kill());
      this.#stopping = () => {
        cancel();
        resolve();
      };
      this.#post({ to: 'stop' });
    });
  }

  #run(): void {
    const child = utilityProcess.fork(this.#file, [], { serviceName: 'muster-engine', stdio: 'inherit' });
    this.#child = child;
    this.#restarts.startedAt = this.#clock.monotonic();
    this.#order.newSource();
    child.on('message', (sent: unknown) => this.#receive(sent));
    child.on('exit', (code) => this.#ended(code));
    this.#post({ to: 'start', start: this.#start });
  }

  #post(sent: ToEngine): void {
    this.#child?.postMessage(sent);
  }

  #receive(raw: unknown): void {
    const told = fromEngineSchema.safeParse(raw);
    if (!told.success)
      return this.#log(`engine: message not understood at ${told.error.issues[0]?.path.join('.') ?? ''}`);
    if (told.data.from === 'state') return this.#show(this.#order.next(told.data.state));
    if (told.data.from !== 'reply') return void this.#answerKey(told.data);
    const { number, reply } = told.data;
    this.#waiting.get(number)?.(reply);
    this.#waiting.delete(number);
  }

  /** An engine that was started again meanwhile asks anew, and is not answered what another one asked. */
  async #answerKey(asked: FromEngine & { from: 'make-key' | 'open-key' }): Promise<void> {
    const child = this.#child;
    const { number } = asked;
    const answer: ToEngine =
      asked.from === 'make-key'
        ? { to: 'key-made', number, made: await this.#keys.make() }
        : { to: 'key-opened', number, opened: await this.#keys.open(asked.handle) };
    if (this.#child === child) this.#post(answer);
  }

  #ended(code: number): void {
    this.#child = null;
    for (const answer of this.#waiting.values()) answer(NO_ENGINE);
    this.#waiting.clear();
    if (this.#stopping !== null) return this.#stopping();
    const { crashes, delayMs, stopped } = afterCrash(this.#restarts, this.#clock.monotonic());
    this.#restarts.crashes = crashes;
    this.#log(`engine: ended with ${code}, crash ${crashes} in a row, starts again in ${delayMs} ms`);
    this.#sayDown(stopped);
    this.#cancelRestart = this.#clock.timer(delayMs, () => this.#run());
  }

  /** While nothing can be recorded no green face may stand. */
  #sayDown(stopped: boolean): void {
    const last = this.#state ?? NOTHING_KNOWN;
    const face: Face = stopped
      ? { face: 'stopped', reason: 'journal-fault', kept: last.lastSequence }
      : RESTARTING;
    this.#order.newSource();
    this.#show(
      this.#order.next({ ...last, serial: 0, face, sound: stopped ? { serial: 0, sound: 'alarm' } : null }),
    );
  }

  #show(state: KioskState | null): void {
    if (state === null) return;
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

const NOTHING_KNOWN: KioskState = {
  serial: 0,
  face: RESTARTING,
  bands: [],
  sound: null,
  station: null,
  stand: null,
  round: null,
  tubeMode: null,
  tube: null,
  stationCount: 0,
  lastSequence: 0,
  received: 0,
  looseCount: 0,
  restorable: null,
  reader: 'none',
  readers: [],
  candidates: [],
  wrongObjects: [],
  paired: false,
  token: null,
  language: null,
};
