import { message } from '#shared/language/message.ts';
import type { CredentialKey } from '#shared/ids.ts';
import type { Cancel } from '#shared/clock.ts';
import { canonicalStaffNumber, credentialKey } from '#shared/event/credential.ts';
import { maskName, parseIdNumber } from '#shared/id-number.ts';
import type { CommandReply, Face, KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, isOnRoster, refusal, refusalOf, type Desk } from './desk.ts';
import type { GivenPerson } from './given-person.ts';

/** Nobody enrolling for this long has gone away, and the next card must be counted again. */
const ENROLMENT_IDLE_MS = 60_000;

type Typed = Extract<KioskCommand, { command: 'enrol-person' }>;
interface Pair {
  number: GivenPerson | null;
  person: GivenPerson | null;
}
const NOBODY: Pair = { number: null, person: null };

/**
 * 登记卡号: a card's physical number and its owner, read or typed, in either order, become one `link` event; then the next pair.
 * So do a staff number of the roster and an ID number that is not on it: the roster has its person by the staff number alone.
 * Needs the round's key and no network. Nothing read meanwhile is a swipe. The numbers are kept in memory alone.
 */
export class EnrolmentDesk {
  readonly #desk: Desk;
  #pair: Pair | null = null;
  #cancel: Cancel = () => {};

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get on(): boolean {
    return this.#pair !== null;
  }

  /** The face that stands while it is on. */
  get standing(): Face | null {
    if (this.#pair === null) return null;
    const { number, person } = this.#pair;
    if (person === null)
      return { face: 'enrolment', has: number === null ? 'nothing' : 'number', name: null };
    return { face: 'enrolment', has: this.#halfOf(person) ?? 'person', name: masked(person) };
  }

  begin(): CommandReply {
    if (this.#roundKey() === null) return refusal('cannot-enrol');
    this.#pair = NOBODY;
    this.#desk.faces.clear();
    this.#await();
    return ACCEPTED;
  }

  /** True when it was on. */
  end(): boolean {
    const was = this.on;
    this.#pair = null;
    this.#cancel();
    if (was) this.#desk.faces.clear();
    return was;
  }

  leave(): CommandReply {
    return this.end() ? ACCEPTED : refusal('no-question');
  }

  /** A card, a card's number or a code was read. */
  given(given: GivenPerson): CommandReply {
    if (this.#pair === null) return refusal('no-question');
    const isNumber = given.kind === 'physical';
    const before = this.#pair.person;
    if (before !== null && this.#isPair(before, given)) {
      this.#await();
      const [id, staff] = given.kind === 'id' ? [given, before] : [before, given];
      return this.#link(id, staff);
    }
    this.#pair = { ...this.#pair, [isNumber ? 'number' : 'person']: given };
    this.#await();
    const { number, person } = this.#pair;
    if (number !== null && person !== null) return this.#link(number, person);
    this.#desk.faces.clear();
    this.#desk.faces.play('test');
    return ACCEPTED;
  }

  /** Somebody whose ID card is not at hand: refuses in words what cannot be a number. */
  typed({ kind, number }: Typed): CommandReply {
    const rest = { name: null, entry: 'manual' } as const;
    if (kind === 'id') {
      const parsed = parseIdNumber(number);
      if (!parsed.ok) return refusalOf(parsed.code, message(`id-number.${parsed.code}`));
      return this.given({ kind, number: parsed.number, ...rest });
    }
    const staff = canonicalStaffNumber(number);
    if (staff === null) return refusal('staff-number');
    return this.given({ kind, number: staff, ...rest });
  }

  /** What somebody is one half of besides a card's number: the roster has the staff number and not the ID number. */
  #halfOf({ kind, number }: GivenPerson): 'staff' | 'unlisted' | null {
    if (kind === 'physical') return null;
    const isListed = isOnRoster(this.#desk, { kind, canonical: number });
    if (kind === 'staff') return isListed === true ? 'staff' : null;
    return isListed === false ? 'unlisted' : null;
  }

  #isPair(one: GivenPerson, other: GivenPerson): boolean {
    const halves = [this.#halfOf(one), this.#halfOf(other)];
    return halves.includes('staff') && halves.includes('unlisted');
  }

  #link(number: GivenPerson, person: GivenPerson): CommandReply {
    const desk = this.#desk;
    const roundKey = this.#roundKey();
    if (roundKey === null) {
      this.end();
      return refusal('cannot-enrol');
    }
    this.#pair = NOBODY;
    const [a, b] = [number, person].map(({ kind, number: canonical }) =>
      credentialKey(roundKey, { kind, canonical }),
    ) as [CredentialKey, CredentialKey];
    const { links } = desk.scope;
    const already = links.keysOf(a).includes(b);
    if (!already && links.keysOf(a).length > 1) {
      // Joining would make one person of two; who has the card now is for the site lead to say.
      desk.faces.show(
        { face: 'refused', words: message('refusal.number-of-another') },
        { sound: 'wrong-object', about: null },
      );
      return ACCEPTED;
    }
    if (!already && desk.record([{ event: { type: 'link', credentials: [a, b] }, tube: null }]) === null)
      return refusal('stopped');
    const name = masked(person) ?? masked(number);
    desk.faces.show({ face: 'linked', name, already }, { sound: 'test', about: null });
    return ACCEPTED;
  }

  #roundKey(): Uint8Array | null {
    const { duty, rounds } = this.#desk;
    return duty.round === null ? null : rounds.keyOf(duty.round.round);
  }

  #await(): void {
    this.#cancel();
    this.#cancel = this.#desk.clock.timer(ENROLMENT_IDLE_MS, () => this.end());
  }
}

const masked = (person: GivenPerson | null): string | null =>
  person === null || person.name === null ? null : maskName(person.name);
