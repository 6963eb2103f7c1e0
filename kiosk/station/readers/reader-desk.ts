import { NumberDigits } from '#drivers/line/number-digits.ts';
import { NumberHold } from '#drivers/line/number-hold.ts';
import { faultMeaning, type ReaderEvent } from '#drivers/reader/reader-event.ts';
import type { EventId } from '#shared/ids.ts';
import { labelText } from '#shared/label.ts';
import { readerIdOf, type ReaderRole, type ReaderSetting } from '#shared/reader-setting.ts';
import type { Reading } from '#shared/reading.ts';
import type { CommandReply, Face, KioskState, WrongObject } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal } from '../desks/desk.ts';
import type { Faces } from '../desks/faces.ts';
import type { RigEvent } from '#drivers/rig/reader-rig.ts';
import type { Message } from '#shared/language/message.ts';
import type { GivenPerson } from '../desks/given-person.ts';
import type { ReaderList } from './reader-list.ts';
import { isPairingText } from '../desks/scan.ts';
import type { UnreadableDesk } from '../desks/unreadable-desk.ts';
import { meaningOfBurst, meaningOfPersonScan, type Expected } from './wedge-text.ts';
import { readerGoneWords } from '../desks/words.ts';

/**
 * The same card number again within this is the same card lying there: number readers repeat it as long as it lies, 500 ms
 * and more apart (reader-protocols.md 4).
 */
const SAME_NUMBER_MS = 1_000;

export interface ReaderDeskParts {
  list: ReaderList;
  faces: Faces;
  unreadables: UnreadableDesk;
  wall: () => number;
  monotonic: () => number;
  paired: () => boolean;
  /** 登记卡号 is on: nothing read now is counted. */
  enrolling: () => boolean;
  /** 谁没采? stands: whoever comes now waits, and nothing may cover the question. */
  waits: () => boolean;
  /** Takes the person of a card or a code, counted or enrolled; null when nothing became a swipe. */
  take: (person: GivenPerson) => EventId | null;
  wrong: (given: WrongObject) => void;
  /** A code of a tube, or one to pair with, as the scanner gave it. */
  scanned: (text: string) => Promise<CommandReply>;
  /** A badge where a staff number was asked for. */
  badge: (text: string) => Promise<CommandReply>;
  /** Whether a staff number is on the roster this kiosk holds. */
  isOnRoster: (staffNumber: string) => boolean;
  /** Tube codes of this round and whether one is being waited for. */
  tubes: () => { codes: readonly string[]; wanted: boolean };
}

type TellsReader = Extract<RigEvent, { rig: 'reader' }>;
type Fault = Extract<ReaderEvent, { event: 'fault' }>;

/** What the readers tell, in the station's terms. */
export class ReaderDesk {
  readonly #parts: ReaderDeskParts;
  #since: number | null = null;
  readonly #hold = new NumberHold(SAME_NUMBER_MS);
  /** Of each reader that types numbers. */
  readonly #digits = new Map<string, NumberDigits>();

  constructor(parts: ReaderDeskParts) {
    this.#parts = parts;
  }

  /** The best of the readers for people. */
  get state(): KioskState['reader'] {
    return this.#parts.list.stateOf('person');
  }

  /** When `state` last changed, wall time. */
  get since(): number | null {
    return this.#since;
  }

  /** The face that stands while no reader for people works. */
  get standing(): Face | null {
    if (this.state === 'gone') return { face: 'reader-gone' };
    if (this.state !== 'fault') return null;
    const trouble = this.#parts.list.readers.find(
      (one) => one.role === 'person' && one.trouble !== null,
    )?.trouble;
    return trouble === undefined || trouble === null ? null : { face: 'reader-fault', words: trouble };
  }

  handle(told: TellsReader): void {
    const { event, reader, role } = told;
    const { faces } = this.#parts;
    switch (event.event) {
      case 'reader-ready':
        this.#become(reader, 'ready', null);
        return;
      case 'reader-gone':
        this.#become(reader, 'gone', readerGoneWords(event.reason, event.detail));
        return;
      case 'card-present':
        if (this.#parts.paired() && role === 'person' && !this.#parts.waits())
          faces.show({ face: 'reading' }, { sound: null, about: null });
        return;
      case 'reading':
        faces.clearIf('reading');
        this.#recovered(reader);
        if (role === 'tube') this.#wrong('card');
        else this.#card(event.reading);
        return;
      case 'physical-number':
        this.#number(event.number, told);
        return;
      case 'scan':
        void this.#scan(labelText(event.text), role);
        return;
      case 'fault':
        faces.clearIf('reading');
        this.#failed(event.code, reader);
        return;
      case 'removed':
      case 'discarded':
        return; // a card lifted, or rubbish on the line: nothing a person at the station must see
    }
  }

  /**
   * A burst of keys in the kiosk's window: which reader typed it and what it means, by the readers' settings. Where a tube
   * code is asked for a person's card is not meant to be counted.
   */
  async burst(typed: string, asked: Exclude<Expected, 'person'>): Promise<CommandReply> {
    const text = labelText(typed);
    const { list, tubes, paired, enrolling, badge, isOnRoster } = this.#parts;
    const expects = enrolling() ? 'person' : asked;
    if (!paired()) return refusal('unpaired');
    const known = { wedges: list.wedges, onRoster: isOnRoster(text), ...tubes() };
    const meaning = meaningOfBurst(text, { ...known, expects });
    const reader = meaning.by === null ? null : readerIdOf(meaning.by);
    if (reader !== null) this.#become(reader, 'ready', null);
    if (meaning.is === 'number') {
      if (!this.#isWhole(text, meaning.by)) {
        this.#failed('number-format', readerIdOf(meaning.by));
        return ACCEPTED;
      }
      const role = expects === 'tube' ? 'tube' : 'person';
      this.#number(meaning.number, { reader: reader ?? 'wedge', role });
      return role === 'tube' ? refusal('not-a-tube-code') : ACCEPTED;
    }
    if (expects === 'staff') return await badge(text);
    return await this.#scan(text, expects === 'tube' ? 'tube' : meaning.is);
  }

  /** False for half of a number that a pause has cut in two. */
  #isWhole(text: string, by: ReaderSetting): boolean {
    if (by.numberFormat === null) return true;
    const known = this.#digits.get(readerIdOf(by)) ?? new NumberDigits(by.numberFormat);
    this.#digits.set(readerIdOf(by), known);
    return known.fits(text);
  }

  #card(reading: Reading): void {
    const { number, name } = reading;
    const swipe = this.#parts.take({ kind: 'id', number, name, entry: 'card' });
    if (swipe !== null) this.#parts.unreadables.read(swipe);
  }

  #number(number: string, { reader, role }: Pick<TellsReader, 'reader' | 'role'>): void {
    const { monotonic, faces, unreadables } = this.#parts;
    faces.clearIf('reading');
    if (!this.#hold.isNew(`${reader}/${number}`, monotonic())) return;
    if (role === 'tube') return this.#wrong('card');
    const swipe = this.#parts.take({ kind: 'physical', number, name: null, entry: 'card' });
    if (swipe !== null) unreadables.read(swipe);
  }

  async #scan(text: string, role: ReaderRole): Promise<CommandReply> {
    const { isOnRoster, take, unreadables, scanned, enrolling, paired } = this.#parts;
    const isForPeople = enrolling() || role === 'person';
    if (!isForPeople || isPairingText(text)) return await scanned(text);
    if (!paired()) return refusal('unpaired');
    const meaning = meaningOfPersonScan(text, isOnRoster);
    if (meaning.is === 'wrong') {
      this.#wrong(meaning.given);
      return ACCEPTED;
    }
    const swipe = take({ ...meaning.person, name: null, entry: 'scan' });
    if (swipe !== null) unreadables.read(swipe);
    return ACCEPTED;
  }

  #wrong(given: WrongObject): void {
    if (this.#parts.paired()) this.#parts.wrong(given);
  }

  #failed(code: Fault['code'], reader: string): void {
    const { faces, unreadables, paired, enrolling } = this.#parts;
    const { handling, words } = faultMeaning(code);
    if (handling === 'service') return this.#become(reader, 'fault', words);
    // Nothing is wrong with the card that lies there: for the page of the readers, not for the queue.
    if (code === 'card-remembered')
      return this.#parts.list.become(reader, { state: 'ready', trouble: words });
    if (!paired()) return;
    if (code === 'wrong-card' || code === 'unknown-card-type') return this.#parts.wrong('unknown-card');
    // Nobody is counted by 登记卡号, so nobody is missed by it either.
    if (enrolling()) faces.show({ face: 'unreadable', attempt: 1 }, { sound: 'unreadable', about: null });
    else if (handling === 'enter') unreadables.hopeless(words);
    else unreadables.failed(code === 'number-format' ? { face: 'refused', words } : null);
  }

  /** Who reads a card needs no service any more. */
  #recovered(reader: string): void {
    const known = this.#parts.list.readers.find((one) => one.reader === reader);
    if (known?.state === 'fault') this.#become(reader, 'ready', null);
  }

  #become(reader: string, state: 'ready' | 'gone' | 'fault', trouble: Message | null): void {
    const { list, faces, wall } = this.#parts;
    const looked = () => ({ person: list.stateOf('person'), tube: list.stateOf('tube') });
    const before = looked();
    list.become(reader, { state, trouble });
    const after = looked();
    if (before.person !== after.person) this.#since = wall();
    // Told once: the alarm must not sound again at every try to open it.
    const worse = (['person', 'tube'] as const).some(
      (role) => before[role] !== after[role] && (after[role] === 'gone' || after[role] === 'fault'),
    );
    if (worse) faces.play('alarm');
  }
}
