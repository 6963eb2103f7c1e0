import type { Cancel, Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';
import { message, type Text } from '#shared/language/message.ts';
import { detailOf, SaidError } from '#shared/language/said-error.ts';
import {
  readerIdOf,
  type ReaderModelId,
  type ReaderRole,
  type ReaderSetting,
} from '#shared/reader-setting.ts';

import type { DeviceLists } from '../finding/device-lists.ts';
import { inTime, SETTLE_MS_MAX } from '../port/guarded-port.ts';
import type { Reader } from '../reader/kept-reader.ts';
import { type Candidate, servicesNotUsedBy, unusedOf } from '../finding/reader-candidates.ts';
import type { ReaderEvent, ReaderGoneReason } from '../reader/reader-event.ts';
import { type FinderTimings, openFinder, type ReaderFinder } from '../finding/reader-finder.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import { serialPathOf } from '../finding/serial-lookup.ts';
import type { SerialDevice } from '../port/serial-device.ts';

export type RigEvent =
  /** `reader` is `readerIdOf` its setting, stable over replugging. */
  | { rig: 'reader'; reader: string; role: ReaderRole; model: ReaderModelId; event: ReaderEvent }
  /** What is there and not in use, whenever that changes. */
  | { rig: 'candidates'; candidates: readonly Candidate[] };

/** The readers of one station, each on its own: one that fails, hangs or throws disturbs no other. */
export interface ReaderRig {
  /** Tells every event from now on; returns what ends it. */
  subscribe(listener: (event: RigEvent) => void): () => void;
  /**
   * Opens, closes and keeps readers so that those listed are open and no others; the first call also begins to look for
   * devices. What is listed must have been confirmed by a person: bytes go to it.
   */
  use(settings: readonly ReaderSetting[]): void;
  /** A person looks: lists the devices anew, and asks the makers' services nobody uses whether they are there. */
  look(): void;
  /** Ends everything in bounded time; no event follows. */
  close(): Promise<void>;
}

export interface RigTimings extends FinderTimings {
  /** A reader that has told neither that it is ready nor that it is gone by then hangs, and is opened anew. */
  firstWordMsMax: number;
  /** A reader that does not close in this time is left behind. */
  closeMsMax: number;
}

export interface ReaderRigParts {
  lists: DeviceLists;
  /** `openConfiguredReader` with its parts, or a test's own; `findPath` says where the serial device is now. */
  open: (setting: ReaderSetting, findPath: () => Promise<string>) => Reader;
  clock: Clock;
  timings: RigTimings;
  /** In words, what is wrong here and is no reader's event: a list that cannot be had, a subscriber that threw. */
  onTrouble: (words: string) => void;
}

/** The rig of a station; it does nothing before the first `use` or `look`. */
export function openReaderRig(parts: ReaderRigParts): ReaderRig {
  return new Rig(parts);
}

/** One configured reader, over as many openings as it takes. */
interface Slot {
  setting: ReaderSetting;
  reader: Reader | null;
  unsubscribe: () => void;
  cancelWatch: Cancel;
  /** It was told that nothing was heard of it; not told again before something is. */
  toldSilent: boolean;
  over: boolean;
}

class Rig implements ReaderRig {
  readonly #parts: ReaderRigParts;
  readonly #listeners = new Set<(event: RigEvent) => void>();
  /** By setting, as JSON: a changed setting is another reader. */
  readonly #slots = new Map<string, Slot>();
  /** Closings under way, by where the device is: two openings of one device would lock each other out. */
  readonly #closings = new Map<string, Promise<void>>();
  #finder: ReaderFinder | null = null;
  #seen: readonly Candidate[] = [];
  /** As JSON, what was told last. */
  #told = '[]';
  #closed = false;
  /** A list of serial ports was asked for and has not been given in time. */
  #listHangs = false;

  constructor(parts: ReaderRigParts) {
    this.#parts = parts;
  }

  subscribe(listener: (event: RigEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  use(settings: readonly ReaderSetting[]): void {
    if (this.#closed) return;
    const wanted = new Map(settings.filter(isOpened).map((setting) => [JSON.stringify(setting), setting]));
    for (const [key, slot] of this.#slots) {
      if (wanted.has(key)) continue;
      this.#slots.delete(key);
      this.#end(slot);
    }
    for (const [key, setting] of wanted) {
      if (this.#slots.has(key)) continue;
      const slot: Slot = {
        setting,
        reader: null,
        unsubscribe: () => {},
        cancelWatch: () => {},
        toldSilent: false,
        over: false,
      };
      this.#slots.set(key, slot);
      this.#begin(slot);
    }
    this.#tellCandidates();
    this.#find();
  }

  look(): void {
    if (this.#closed) return;
    this.#find().look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#finder?.close();
    for (const slot of this.#slots.values()) this.#end(slot);
    this.#slots.clear();
    await Promise.all(this.#closings.values());
  }

  /** Opens as soon as nothing of ours holds the device any more. */
  #begin(slot: Slot): void {
    const closing = this.#closings.get(slot.setting.at);
    if (closing === undefined) this.#open(slot);
    else void closing.then(() => this.#begin(slot));
  }

  #open(slot: Slot): void {
    if (slot.over) return;
    const { clock, timings, open } = this.#parts;
    const unwatch = clock.timer(timings.firstWordMsMax, () => this.#reset(slot));
    slot.cancelWatch = unwatch;
    try {
      slot.reader = open(slot.setting, () => this.#pathOf(slot.setting));
      slot.unsubscribe = slot.reader.subscribe((event) => {
        if (event.event === 'reader-ready' || event.event === 'reader-gone') unwatch();
        slot.toldSilent = false;
        this.#tell(slot, event);
      });
    } catch (error) {
      // Told in a turn of its own like all events, and tried again when the watch ends.
      void Promise.resolve().then(() => this.#failed(slot, 'cannot-open', detailOf(error)));
    }
  }

  /** Closes what hangs, without waiting for it longer than bounded, and opens it anew. */
  #reset(slot: Slot): void {
    if (slot.over) return;
    const { firstWordMsMax } = this.#parts.timings;
    this.#failed(slot, 'hung', `nothing was heard of ${slot.setting.at} in ${firstWordMsMax} ms`);
    this.#release(slot);
    this.#begin(slot);
  }

  #failed(slot: Slot, reason: ReaderGoneReason, detail: Text): void {
    if (slot.toldSilent) return;
    slot.toldSilent = true;
    this.#tell(slot, { event: 'reader-gone', reason, detail });
  }

  #end(slot: Slot): void {
    slot.over = true;
    this.#release(slot);
  }

  /** Lets go of the reader of a slot. */
  #release(slot: Slot): void {
    slot.cancelWatch();
    slot.unsubscribe();
    slot.unsubscribe = () => {};
    const { reader } = slot;
    slot.reader = null;
    if (reader === null) return;
    const { at } = slot.setting;
    const closing = this.#closedInTime(reader, at).finally(() => {
      if (this.#closings.get(at) === closing) this.#closings.delete(at);
    });
    this.#closings.set(at, closing);
  }

  #closedInTime(reader: Reader, at: string): Promise<void> {
    const { clock, timings, onTrouble } = this.#parts;
    return new Promise((resolve) => {
      const cancel = clock.timer(timings.closeMsMax, () => {
        onTrouble(`${at} did not close in ${timings.closeMsMax} ms`);
        resolve();
      });
      const settle = () => {
        cancel();
        resolve();
      };
      // A reader whose own code throws is as closed as it will get.
      Promise.resolve()
        .then(() => reader.close())
        .then(settle, (error: unknown) => {
          onTrouble(`closing ${at}: ${wordsOf(error)}`);
          settle();
        });
    });
  }

  async #pathOf(setting: ReaderSetting): Promise<string> {
    if (setting.at.startsWith('tcp:')) return setting.at;
    const others = [...this.#slots.values()].map((slot) => slot.setting).filter((other) => other !== setting);
    // Without an identity to look for a list that cannot be had is no reason not to open what was confirmed.
    const ports = await this.#serialList().catch((error: unknown) => {
      if (setting.usb !== null) throw error;
      return [];
    });
    const lookup = serialPathOf(setting, ports, others);
    if (lookup.outcome === 'none') throw new SaidError(lookup.detail);
    return lookup.path;
  }

  /** A list that hangs is not asked a second time: each asking may start a program (reader-protocols.md 6). */
  async #serialList(): Promise<readonly SerialDevice[]> {
    const late = message('reader-gone.serial-list-late');
    if (this.#listHangs) throw new SaidError(late);
    const { lists, clock } = this.#parts;
    const listing = lists.serial();
    const isOver = () => {
      this.#listHangs = false;
    };
    listing.then(isOver, isOver);
    const cancel = clock.timer(SETTLE_MS_MAX, () => {
      this.#listHangs = true;
    });
    try {
      return await inTime(clock, { ms: SETTLE_MS_MAX, late }, listing);
    } finally {
      cancel();
    }
  }

  #find(): ReaderFinder {
    const { lists, clock, timings, onTrouble } = this.#parts;
    this.#finder ??= openFinder({
      askable: () => servicesNotUsedBy([...this.#slots.values()].map(({ setting }) => setting)),
      lists,
      clock,
      timings,
      onTrouble,
      onCandidates: (candidates) => {
        this.#seen = candidates;
        this.#tellCandidates();
      },
    });
    return this.#finder;
  }

  #tellCandidates(): void {
    const settings = [...this.#slots.values()].map(({ setting }) => setting);
    const candidates = unusedOf(this.#seen, settings);
    const text = JSON.stringify(candidates);
    if (text === this.#told) return;
    this.#told = text;
    this.#emit({ rig: 'candidates', candidates });
  }

  #tell(slot: Slot, event: ReaderEvent): void {
    if (slot.over) return;
    const { model, role } = slot.setting;
    this.#emit({ rig: 'reader', reader: readerIdOf(slot.setting), role, model, event });
  }

  /** A subscriber that throws must stop neither the reader that told nor the other subscribers. */
  #emit(event: RigEvent): void {
    if (this.#closed) return;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#parts.onTrouble(`a subscriber of the rig: ${wordsOf(error)}`);
      }
    }
  }
}

/** Readers that type into the window have nothing to open. */
const isOpened = ({ model }: ReaderSetting): boolean => READER_MODEL_TABLE[model].carrier !== 'keys';
