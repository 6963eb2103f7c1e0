import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';
import { message } from '#shared/language/message.ts';
import {
  readerIdOf,
  type ReaderModelId,
  type ReaderRole,
  type ReaderSetting,
} from '#shared/reader-setting.ts';
import type { StationReader } from '#shared/contract/kiosk-readers.ts';
import type { CommandReply, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal, refusalOf } from '../desks/desk.ts';
import type { Candidate } from '#drivers/finding/reader-candidates.ts';
import type { ReaderRig } from '#drivers/rig/reader-rig.ts';
import { READERS_MAX, type SettingsStore } from '../disk/settings.ts';

export interface ReaderListParts {
  rig: ReaderRig;
  settings: SettingsStore;
  /** Named at the start: these, and none of the settings that a rig would open. Null: those of the settings. */
  fixed: readonly ReaderSetting[] | null;
  changed: () => void;
}

type Known = Pick<StationReader, 'state' | 'trouble'>;
type Choice = Extract<KioskCommand, { command: 'choose-reader' }>;

/** Readers that type like a keyboard: no device of theirs can be opened, their keys come through the kiosk's window. */
const isWedge = (model: ReaderModelId): boolean => READER_MODEL_TABLE[model].match.by === 'keys';

/** Always offered: whether such a reader is there cannot be seen. */
const WEDGE_CANDIDATE: Candidate = {
  id: 'wedge',
  at: 'wedge',
  name: message('reader.types'),
  usb: null,
  models: ['number-wedge', 'scanner-wedge'],
  install: null,
};

/** The readers of this station: which a person confirmed, how they are, and what else is there. */
export class ReaderList {
  readonly #parts: ReaderListParts;
  readonly #known = new Map<string, Known>();
  #candidates: readonly Candidate[] = [];

  constructor(parts: ReaderListParts) {
    this.#parts = parts;
  }

  /** Opens what is in the settings; whoever wants to hear of it has subscribed to the rig. */
  begin(): void {
    const { fixed, rig } = this.#parts;
    if (fixed === null) rig.use(this.#devices);
  }

  get readers(): StationReader[] {
    return this.#settings.map((setting) => {
      const reader = readerIdOf(setting);
      const { model, at, role } = setting;
      const { state, trouble } = this.#known.get(reader) ?? { state: 'waiting', trouble: null };
      return { reader, name: READER_MODEL_TABLE[model].name, at, role, state, trouble };
    });
  }

  get candidates(): KioskState['candidates'] {
    return [...this.#candidates, WEDGE_CANDIDATE].map(({ id, at, name, models, install }) => ({
      candidate: id,
      at,
      name,
      models: models.map((model) => {
        const { name: words, gives } = READER_MODEL_TABLE[model];
        return { model, name: words, gives };
      }),
      install,
    }));
  }

  /** Readers that type like a keyboard: what a burst of keys may come from. */
  get wedges(): readonly ReaderSetting[] {
    return this.#settings.filter(({ model }) => isWedge(model));
  }

  /** Keyboards that are read directly now; they type into the window besides. */
  get keyboards(): readonly ReaderSetting[] {
    return this.#devices.filter(
      (setting) =>
        READER_MODEL_TABLE[setting.model].wrapper === 'boot-keyboard' &&
        this.#known.get(readerIdOf(setting))?.state === 'ready',
    );
  }

  /** How well the best reader of a role is. */
  stateOf(role: ReaderRole): KioskState['reader'] {
    const states = new Set(this.readers.filter((one) => one.role === role).map(({ state }) => state));
    return (['ready', 'fault', 'gone'] as const).find((state) => states.has(state)) ?? 'none';
  }

  /** A reader has told how it is. Events of one that has just been forgotten change nothing. */
  become(reader: string, known: Known): void {
    if (!this.#settings.some((setting) => readerIdOf(setting) === reader)) return;
    this.#known.set(reader, known);
    this.#parts.changed();
  }

  found(candidates: readonly Candidate[]): void {
    this.#candidates = candidates;
    this.#parts.changed();
  }

  look(): CommandReply {
    this.#parts.rig.look();
    return ACCEPTED;
  }

  /** A person confirms what a device is and what it is for; from then on it is opened whenever it is there. */
  choose(choice: Choice): CommandReply {
    const candidate = [...this.#candidates, WEDGE_CANDIDATE].find(({ id }) => id === choice.candidate);
    if (candidate === undefined) return refusal('no-such-reader');
    const { model } = choice;
    if (!candidate.models.includes(model))
      return candidate.install === null
        ? refusal('cannot-drive')
        : refusalOf('cannot-drive', candidate.install);
    const { gives } = READER_MODEL_TABLE[model];
    const givesNumbers = gives === 'physical-number';
    if (givesNumbers && choice.numberFormat === null) return refusal('number-format-missing');
    // Tube codes come from scanners alone: a card reader in that role would turn everybody away.
    const role = gives === 'scan' ? choice.role : 'person';
    const setting: ReaderSetting = {
      model,
      at: isWedge(model) ? `wedge:${model}:${role}` : candidate.at,
      role,
      usb: candidate.usb,
      numberFormat: givesNumbers ? choice.numberFormat : null,
    };
    const replaced = this.#replacedBy(setting);
    const others = this.#remembered.filter((one) => one !== replaced);
    if (others.length >= READERS_MAX) return refusal('too-many-readers');
    for (const one of [replaced, setting]) if (one !== undefined) this.#known.delete(readerIdOf(one));
    this.#keep([...others, setting]);
    return ACCEPTED;
  }

  /**
   * The setting a new one stands instead of: that of the same place, or else that of a device of the same identity and use
   * which is gone. One of the same identity that works is another device, because cheap cables all tell one serial number.
   */
  #replacedBy(setting: ReaderSetting): ReaderSetting | undefined {
    const { usb, model, role } = setting;
    const isGone = (one: ReaderSetting) => this.#known.get(readerIdOf(one))?.state === 'gone';
    return (
      this.#remembered.find((one) => readerIdOf(one) === readerIdOf(setting)) ??
      this.#remembered.find(
        (one) =>
          usb !== null &&
          JSON.stringify(one.usb) === JSON.stringify(usb) &&
          one.model === model &&
          one.role === role &&
          isGone(one),
      )
    );
  }

  forget(reader: string): CommandReply {
    const { fixed } = this.#parts;
    if (fixed?.some((setting) => readerIdOf(setting) === reader)) return refusal('reader-fixed');
    const others = this.#remembered.filter((one) => readerIdOf(one) !== reader);
    if (others.length === this.#remembered.length) return refusal('no-such-reader');
    this.#known.delete(reader);
    this.#keep(others);
    return ACCEPTED;
  }

  #keep(readers: ReaderSetting[]): void {
    const { settings, changed } = this.#parts;
    settings.change({ readers });
    this.begin();
    changed();
  }

  get #remembered(): readonly ReaderSetting[] {
    return this.#parts.settings.get().readers;
  }

  /** What the rig opens. */
  get #devices(): readonly ReaderSetting[] {
    return this.#remembered.filter(({ model }) => !isWedge(model));
  }

  get #settings(): readonly ReaderSetting[] {
    const typing = this.#remembered.filter(({ model }) => isWedge(model));
    return [...(this.#parts.fixed ?? this.#devices), ...typing];
  }
}
