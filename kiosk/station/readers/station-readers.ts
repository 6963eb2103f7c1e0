import { message } from '#shared/language/message.ts';
import { wordsOf } from '#shared/error-words.ts';
import { readerIdOf, type ReaderSetting } from '#shared/reader-setting.ts';
import type { Clock } from '#shared/clock.ts';
import type { CommandReply, KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal, staffOnRoster } from '../desks/desk.ts';
import type { ReaderRig, RigEvent } from '#drivers/rig/reader-rig.ts';
import type { Log } from '../disk/log.ts';
import { ReaderDesk } from './reader-desk.ts';
import { ReaderList } from './reader-list.ts';
import { isPairingText } from '../desks/scan.ts';
import type { SettingsStore } from '../disk/settings.ts';
import type { Station } from '../desks/station.ts';
import { TypedTwice } from './typed-twice.ts';

export interface StationReadersParts {
  rig: ReaderRig;
  /** Readers named at the start; null: those of the settings. */
  fixed: readonly ReaderSetting[] | null;
  settings: SettingsStore;
  station: Station;
  clock: Clock;
  log: Log;
  /** A pairing code was scanned. */
  pair: (code: string) => Promise<CommandReply>;
  changed: () => void;
}

export type ReaderCommand = Extract<
  KioskCommand,
  { command: 'choose-reader' | 'forget-reader' | 'look-for-readers' | 'scan' | 'tube-scan' | 'staff-scan' }
>;

type TypedCommand = Extract<ReaderCommand, { command: 'scan' | 'tube-scan' | 'staff-scan' }>;

const BADGE = {
  command: 'manual',
  kind: 'staff',
  documentType: null,
  name: null,
  phone: null,
} as const;

/** The readers of a running engine: the rig's events to the desk, the screen's commands to the list. */
export class StationReaders {
  readonly list: ReaderList;
  readonly desk: ReaderDesk;
  readonly #parts: StationReadersParts;
  readonly #typedTwice: TypedTwice;
  #unsubscribe: () => void = () => {};

  constructor(parts: StationReadersParts) {
    const { rig, fixed, settings, station, clock, changed } = parts;
    this.#parts = parts;
    this.#typedTwice = new TypedTwice(clock);
    this.list = new ReaderList({ rig, settings, fixed, changed });
    this.desk = new ReaderDesk({
      list: this.list,
      faces: station.faces,
      unreadables: station.unreadables,
      wall: () => clock.wall(),
      monotonic: () => clock.monotonic(),
      paired: () => settings.get().pairing !== null,
      waits: () => station.tubes.asksWho,
      enrolling: () => station.enrolment.on,
      take: (person) => station.take(person),
      wrong: (given) => station.wrong(given),
      scanned: async (text) => await this.#scanned(text),
      badge: async (text) => await station.command({ ...BADGE, number: text }),
      isOnRoster: (staffNumber) => staffOnRoster(station, staffNumber) === true,
      tubes: () => station.tubes.known,
    });
  }

  /** Listens first, then opens: no reader's first event is missed. */
  begin(): void {
    this.#unsubscribe = this.#parts.rig.subscribe((event) => this.#hear(event));
    this.list.begin();
  }

  async obey(command: ReaderCommand): Promise<CommandReply> {
    switch (command.command) {
      case 'choose-reader':
        return this.list.choose(command);
      case 'forget-reader':
        return this.list.forget(command.reader);
      case 'look-for-readers':
        return this.list.look();
      default:
        return await this.#typed(command);
    }
  }

  /** A burst of keys in the window, unless the keyboard it came from has told it itself. */
  async #typed(command: TypedCommand): Promise<CommandReply> {
    const by = this.list.keyboards.length === 0 ? null : await this.#typedTwice.by(command.text);
    if (by !== null)
      return command.command === 'tube-scan' && by.role === 'person' ? refusal('not-a-tube-code') : ACCEPTED;
    switch (command.command) {
      case 'scan':
        if (isPairingText(command.text)) return await this.#parts.pair(command.text);
        return onceTold(await this.desk.burst(command.text, 'anything'));
      case 'tube-scan':
        return await this.desk.burst(command.text, 'tube');
      case 'staff-scan':
        return await this.desk.burst(command.text, 'staff');
    }
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    await this.#parts.rig.close();
  }

  #hear(event: RigEvent): void {
    try {
      if (event.rig === 'candidates') return this.list.found(event.candidates);
      const keyboard = this.list.keyboards.find((one) => readerIdOf(one) === event.reader);
      if (keyboard !== undefined) this.#typedTwice.hear(keyboard, event.event);
      this.desk.handle(event);
    } catch (error) {
      this.#failed(event.rig === 'reader' ? event.event.event : event.rig, error);
    } finally {
      this.#parts.changed();
    }
  }

  /** What a scanner has read; told on the screen whatever becomes of it, for nobody waits for the answer. */
  async #scanned(text: string): Promise<CommandReply> {
    const { station, pair, changed } = this.#parts;
    try {
      if (isPairingText(text)) return await pair(text);
      return await station.command({ command: 'tube-scan', text });
    } catch (error) {
      return this.#failed('scan', error);
    } finally {
      changed();
    }
  }

  /** One card must not cost the next: the fault is told, the person is not shown as counted, and the reader goes on. */
  #failed(event: string, error: unknown): CommandReply {
    this.#parts.log({ code: 'fault', detail: `reader event ${event}: ${wordsOf(error)}` });
    this.#parts.station.faces.show(
      { face: 'refused', words: message('refusal.fault') },
      { sound: 'alarm', about: null },
    );
    return refusal('fault');
  }
}

const TOLD: ReadonlySet<string> = new Set([
  'not-a-tube-code',
  'tubes-not-used',
  'like-person-number',
  'unlike-pattern',
]);

/** A wrong object has its face: with no dialog to keep open the reply has nothing to add. */
function onceTold(reply: CommandReply): CommandReply {
  return !reply.ok && TOLD.has(reply.code) ? ACCEPTED : reply;
}
