import { message } from '#shared/language/message.ts';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import type { Cancel } from '#shared/clock.ts';
import { sealedHash } from '#shared/event/chain.ts';
import { canonicalDocument, canonicalStaffNumber, credentialKey } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';
import { maskName, parseIdNumber } from '#shared/id-number.ts';
import type { EventId } from '#shared/ids.ts';
import type { CommandReply, Face, KioskCommand } from '#shared/contract/kiosk-screen.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import type { CountedEntry } from '#shared/contract/wire.ts';
import { checkIn, tubeState, type CheckIn, type Repeat } from './check-in.ts';
import { ACCEPTED, codeOf, openTube, refusal, refusalOf, usesTubes, type Desk, type Entry } from './desk.ts';
import type { Sound } from './faces.ts';
import type { GivenPerson } from './given-person.ts';
import { sha256 } from '#shared/node/sha256.ts';
import { sealPerson } from '../journal/seal.ts';

/** Nobody answering 又采了一次? within this is a no. */
const QUESTION_MS = 10_000;

type Manual = Extract<KioskCommand, { command: 'manual' }>;
type Question = { swipe: EventId; face: Face; cancel: Cancel };

/** Takes people in: a card or a manual entry becomes a swipe on the disk, and only then a face. */
export class SwipeDesk {
  readonly #desk: Desk;
  #question: Question | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** 又采了一次?, standing until it is answered. */
  get question(): Face | null {
    return this.#question?.face ?? null;
  }

  /** A card was read or a code scanned. Null when it could not be recorded; the screen says why. */
  given({ entry, ...person }: GivenPerson): EventId | null {
    return this.#take({ ...person, phone: null, note: null }, entry);
  }

  /** 手工登记: refuses in words what cannot be a number. The swipe, or the refusal. */
  manual(command: Manual): { reply: CommandReply; swipe: EventId | null } {
    const person = this.#personOf(command);
    if ('ok' in person) return { reply: person, swipe: null };
    const swipe = this.#take(person, 'manual');
    return { reply: swipe === null ? refusal('stopped') : ACCEPTED, swipe };
  }

  /** The answer to 又采了一次?; false when none is asked. */
  answer(sampled: boolean): boolean {
    const question = this.#question;
    if (question === null) return false;
    this.#closeQuestion();
    const { desk, swipe } = { desk: this.#desk, swipe: question.swipe };
    const answered = { event: { type: 'sampled-again', swipe, sampled } } as const;
    if (desk.record(sampled ? [answered, ...this.#intoOpenTube(swipe)] : [answered]) === null) return true;
    if (!sampled) {
      desk.faces.clear();
      return true;
    }
    this.#showCounted(
      swipe,
      { shown: 'counted', ...this.#placeOf(swipe), repeat: null, kind: null, listed: false },
      desk.names.find(swipe),
    );
    return true;
  }

  /** The edge knows an earlier swipe of this person elsewhere: told if the screen still shows that swipe. */
  verdict(swipe: EventId, earlier: { station: number | null; tubeCode: string | null; time: number }): void {
    const { faces } = this.#desk;
    if (faces.about !== swipe || faces.face?.face !== 'counted') return;
    faces.show({ face: 'repeat-elsewhere', ...earlier, asks: false }, { sound: 'repeat', about: swipe });
  }

  /** Events got new names in a fork. */
  renamed(names: ReadonlyMap<EventId, EventId>): void {
    if (this.#question !== null)
      this.#question = { ...this.#question, swipe: names.get(this.#question.swipe) ?? this.#question.swipe };
  }

  stop(): void {
    this.#question?.cancel();
    this.#question = null;
  }

  #personOf(command: Manual): SealedPerson | (CommandReply & { ok: false }) {
    const name = command.name?.trim() || null;
    const phone = command.phone?.trim() || null;
    if (phone !== null && !/^[0-9+ -]{5,20}$/.test(phone)) return refusal('phone');
    const person = { name, phone, note: null };
    switch (command.kind) {
      case 'id': {
        const parsed = parseIdNumber(command.number);
        if (!parsed.ok) return refusalOf(parsed.code, message(`id-number.${parsed.code}`));
        return { kind: 'id', number: parsed.number, ...person };
      }
      case 'staff': {
        const number = canonicalStaffNumber(command.number);
        if (number === null) return refusal('staff-number');
        return { kind: 'staff', number, ...person };
      }
      case 'document': {
        const number = canonicalDocument({ type: command.documentType ?? '', number: command.number });
        if (number === null) return refusal('document');
        return { kind: 'document', number, ...person };
      }
      case 'none':
        // A number pad writes no name: it may follow once the person is called.
        if (phone === null) return refusal('name-and-phone');
        // A random number makes a person of its own: nobody is merged on the strength of a name.
        return { kind: 'none', number: bytesToHex(this.#desk.random.bytes(16)), ...person };
    }
  }

  #take(person: SealedPerson, entry: EventOf<'swipe'>['entry']): EventId | null {
    const desk = this.#desk;
    // The next person has come: nobody answered the question about the one before.
    if (this.#question !== null) this.answer(false);
    const { duty, scope } = desk;
    const publicKey = duty.round?.publicKey ?? desk.settings.get().pairing?.intakeKey ?? null;
    if (publicKey === null) {
      desk.faces.show(
        { face: 'unpaired', error: message('refusal.unpaired') },
        { sound: 'alarm', about: null },
      );
      return null;
    }
    const tube = desk.sealing ? null : openTube(desk);
    const roundKey = duty.round === null ? null : desk.rounds.keyOf(duty.round.round);
    const key =
      roundKey === null ? null : credentialKey(roundKey, { kind: person.kind, canonical: person.number });
    const keys = key === null ? [] : scope.links.keysOf(key);
    const roster = duty.round === null ? null : desk.counted.roster(duty.round.rosterKeys);
    const onRoster = key === null || roster === null ? null : keys.some((one) => roster.has(one));
    const result = checkIn({
      key,
      linked: keys.slice(1),
      phase: duty.phase,
      station: duty.station,
      stand: duty.stand,
      usesTubes: usesTubes(duty),
      openTube: tube,
      loosePlaces: usesTubes(duty) && tube === null ? scope.places(null) : 0,
      stationCount: scope.stationCount,
      own: key === null ? [] : scope.ownOf(key),
      codeOf: (opened) => codeOf(desk, opened),
      elsewhere: this.#elsewhere(keys),
      roster,
    });
    const sealed = sealPerson(person, hexToBytes(publicKey));
    const ids = desk.record([
      {
        event: {
          type: 'swipe',
          credential: { kind: person.kind, key },
          sealed: sealedHash(sha256, sealed),
          entry,
          shown: result.shown,
          ordinal: result.ordinal,
        },
        sealed,
        tube: tube?.id ?? null,
      },
    ]);
    const [id] = ids ?? [];
    if (id === undefined) return null;
    if (person.name !== null) desk.names.remember(id, person.name);
    const masked = person.name === null ? null : maskName(person.name);
    if (result.shown === 'test')
      desk.faces.show({ face: 'test', name: masked, onRoster }, { sound: 'test', about: id });
    else if (result.repeat !== null) this.#showRepeat(id, result.repeat);
    else this.#showCounted(id, { ...result, kind: person.kind, listed: onRoster === true }, masked);
    const isNameless = result.shown === 'counted' && person.kind === 'staff' && person.name === null;
    if (key !== null && isNameless && onRoster === true) desk.questions.tellName(id, key);
    return id;
  }

  /** Asked with no tube open, or while one was being sealed, and sampled into the one that has been opened meanwhile. */
  #intoOpenTube(swipe: EventId): Entry[] {
    const desk = this.#desk;
    const open = desk.sealing ? null : openTube(desk);
    if (open === null || desk.memory.swipe(swipe)?.tube !== null) return [];
    return [{ event: { type: 'swipes-moved', swipes: [swipe], to: open.id } }];
  }

  /** The place of a swipe taken before: in the open tube, among the loose ones, else at the station. */
  #placeOf(swipe: EventId): Pick<CheckIn, 'ordinal' | 'tube'> {
    const { duty, memory, scope } = this.#desk;
    const at = memory.swipe(swipe)?.tube ?? null;
    const open = openTube(this.#desk);
    if (open !== null && at === open.id)
      return { ordinal: open.places, tube: tubeState({ usesTubes: true, openTube: open }, open.places) };
    if (at === null && usesTubes(duty)) return { ordinal: scope.places(null), tube: 'none' };
    return { ordinal: scope.stationCount, tube: 'not-used' };
  }

  #elsewhere(keys: readonly string[]): CountedEntry | null {
    const { duty, counted } = this.#desk;
    if (duty.round === null) return null;
    for (const key of keys) {
      const entry = counted.find(duty.round.round, key);
      if (entry !== null) return entry;
    }
    return null;
  }

  #showRepeat(id: EventId, repeat: Repeat): void {
    const { faces, clock } = this.#desk;
    const { where, ...told } = repeat;
    if (where === 'here') {
      const { time, ordinal, among } = repeat;
      faces.show({ face: 'repeat-here', time, ordinal, among }, { sound: 'repeat', about: id });
      return;
    }
    const face = { face: 'repeat-elsewhere', ...told } as Extract<Face, { face: 'repeat-elsewhere' }>;
    if (!repeat.asks) {
      faces.show(face, { sound: 'repeat', about: id });
      return;
    }
    const cancel = clock.timer(QUESTION_MS, () => this.answer(false));
    this.#question = { swipe: id, face, cancel };
    faces.clear();
    faces.play('repeat');
  }

  #showCounted(
    id: EventId,
    result: CheckIn & { kind: SealedPerson['kind'] | null; listed: boolean },
    name: string | null,
  ): void {
    const { duty, faces } = this.#desk;
    const walkIn = result.shown === 'walk-in';
    const face: Face = {
      face: 'counted',
      name,
      ordinal: result.ordinal,
      walkIn,
      tube: result.tube,
      checked: result.shown !== 'unchecked',
      filed: duty.round !== null,
      numberUnknown: walkIn && result.kind === 'physical',
      listed: result.listed && result.kind === 'staff' && name === null,
    };
    faces.show(face, { sound: soundOf(result.tube, walkIn), about: id });
  }

  #closeQuestion(): void {
    this.#question?.cancel();
    this.#question = null;
  }
}

/** One sound a swipe: what staff must do comes before what the person is. */
function soundOf(tube: CheckIn['tube'], walkIn: boolean): Sound {
  if (tube === 'over') return 'over';
  if (tube === 'full') return 'change-tube';
  if (tube === 'none') return 'no-tube';
  return walkIn ? 'walk-in' : 'counted';
}
