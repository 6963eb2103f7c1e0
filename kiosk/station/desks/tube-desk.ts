import { NAMED_EVENTS_MAX } from '#shared/event/event.ts';
import type { EventId } from '#shared/ids.ts';
import type { CommandReply, Face } from '#shared/contract/kiosk-screen.ts';
import { tubeMark } from '#shared/tube-mark.ts';
import { ACCEPTED, codeOf, type Desk, openTube, refusal, UNFILED_CAPACITY, usesTubes } from './desk.ts';
import { takesPlace, type OwnSwipe } from './station-memory.ts';
import { TubeCodes } from './tube-codes.ts';
import type { UsedTube } from '../books/joined-tubes.ts';

/** 换管 under way: what was offered, what the sampler said, and the code that was scanned meanwhile. */
interface Sealing {
  offered: number;
  swabbed: number | null;
  nextCode: string | null;
}

/** Tubes of one station: opened, joined, sealed with the sampler's count, and swipes moved between them. */
export class TubeDesk {
  readonly #desk: Desk;
  #sealing: Sealing | null = null;
  #continue: { code: string; used: UsedTube } | null = null;
  /** The code scanned during 换管 is opening its tube. */
  #opensNext = false;
  /** A code whose use is being asked about. */
  #asking: string | null = null;
  readonly #codes: TubeCodes;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#codes = new TubeCodes(desk);
  }

  /** While a tube is being sealed the next swipes are loose: they belong to the next one. */
  get sealing(): boolean {
    return this.#sealing !== null;
  }

  /** 谁没采? stands, or the code scanned meanwhile is about to open its tube: whoever comes now waits for that. */
  get asksWho(): boolean {
    return (this.#sealing?.swabbed ?? null) !== null || this.#opensNext;
  }

  /** The face that stands until it is answered. */
  get standing(): Face | null {
    const sealing = this.#sealing;
    const tube = openTube(this.#desk);
    if (sealing !== null && tube !== null) {
      if (sealing.swabbed === null) return { face: 'sealing', code: tube.code, offered: tube.places };
      return {
        face: 'who-was-not-sampled',
        offered: tube.places,
        swabbed: sealing.swabbed,
        waiting: this.#desk.waiting,
        candidates: this.#candidates(tube.id).map(({ id, ordinal, time }) => ({
          swipe: id,
          name: this.#desk.names.find(id),
          ordinal,
          time,
        })),
      };
    }
    if (this.#continue === null) return null;
    const { code, used } = this.#continue;
    return { face: 'continue-tube', code, station: used.station, time: used.time };
  }

  /** 换管. */
  change(): CommandReply {
    const desk = this.#desk;
    const tube = openTube(desk);
    if (tube !== null) return this.#beginSealing(tube.places, null);
    if (!usesTubes(desk.duty)) return refusal('tubes-not-used');
    if (desk.duty.round?.definition.tubeMode !== 'marks') return refusal('no-tube-open');
    const number = 1 + [...desk.scope.tubes.values()].filter((own) => !own.joined).length;
    return this.#open(tubeMark(number));
  }

  /** The sampler's count; null when nobody was asked. */
  seal(swabbed: number | null): CommandReply {
    const tube = openTube(this.#desk);
    if (this.#sealing === null || tube === null) return refusal('not-sealing');
    if (swabbed !== null && swabbed < tube.places && this.#candidates(tube.id).length > 0) {
      this.#sealing = { ...this.#sealing, swabbed };
      this.#desk.faces.clear();
      return ACCEPTED;
    }
    return this.#seal(tube, swabbed);
  }

  /** The answer to 谁没采?: that swipe is voided and the question asked again until the numbers agree; null: 不清楚. */
  notSampled(swipe: EventId | null): CommandReply {
    const desk = this.#desk;
    const tube = openTube(desk);
    const swabbed = this.#sealing?.swabbed ?? null;
    if (tube === null || swabbed === null) return refusal('no-question');
    if (swipe === null) return this.#seal(tube, swabbed);
    const named = this.#candidates(tube.id).find(({ id }) => id === swipe);
    if (named === undefined) return refusal('not-candidate');
    const person = desk.scope
      .liveIn(tube.id)
      .filter((own) => desk.scope.personOf(own) === desk.scope.personOf(named));
    const voids = person.map((own) => ({
      event: { type: 'void', swipe: own.id, reason: 'not-sampled' } as const,
    }));
    if (desk.record(voids) === null) return refusal('stopped');
    const left = openTube(desk)?.places ?? 0;
    return left > swabbed ? ACCEPTED : this.#seal(tube, swabbed);
  }

  /** Codes of the tubes of this round here, and whether the next one is being waited for. */
  get known(): { codes: readonly string[]; wanted: boolean } {
    const { duty, scope } = this.#desk;
    const codes = [...scope.tubes.keys()].flatMap((tube) => codeOf(this.#desk, tube) ?? []);
    const byCode = usesTubes(duty) && duty.round?.definition.tubeMode === 'codes';
    return { codes, wanted: byCode && scope.openTube === null };
  }

  /** A code as a scanner gave it: unlike one typed by hand it may be cut off, or two in one. */
  async scanned(text: string): Promise<CommandReply> {
    const taken = this.#codes.scanned(text, () => this.known.codes);
    return taken.ok ? await this.#use(taken.code) : taken;
  }

  /** A tube code, typed. */
  async code(text: string): Promise<CommandReply> {
    const taken = this.#codes.typed(text);
    return taken.ok ? await this.#use(taken.code) : taken;
  }

  async #use(code: string): Promise<CommandReply> {
    const desk = this.#desk;
    const { duty, faces } = desk;
    const withoutRound = duty.round === null;
    if (!withoutRound && !usesTubes(duty)) {
      desk.wrong('tube-code');
      return refusal('tubes-not-used');
    }
    const open = openTube(desk);
    if (open?.code === code) return refusal('tube-open-already');
    const own = [...desk.scope.tubes.values()].find((tube) => tube.code === code);
    if (own !== undefined) return this.#toldUsed(code, { station: duty.station, time: own.time });
    // 换管 forgotten: the sampler is asked all the same, and the new tube opens afterwards.
    if (open !== null) return this.#beginSealing(open.places, code);
    if (this.#asking !== null) return refusal('busy');
    this.#asking = code;
    const used = withoutRound ? null : await desk.questions.tubeUsed(code);
    this.#asking = null;
    if (used === null || used === 'unused') return this.#open(code);
    if (used.sealed) return this.#toldUsed(code, used);
    this.#continue = { code, used };
    faces.clear();
    return ACCEPTED;
  }

  /** 继续这一管? */
  continueTube(yes: boolean): CommandReply {
    const desk = this.#desk;
    const asked = this.#continue;
    if (asked === null) return refusal('no-question');
    this.#continue = null;
    if (!yes) {
      desk.faces.clear();
      return ACCEPTED;
    }
    const { code, used } = asked;
    const { opened, station, time, people } = used;
    desk.joined.remember({ opened, code, station, time, people });
    const { events, people: collected } = this.#loose();
    const moved =
      events.length === 0 ? [] : [{ event: { type: 'swipes-moved', swipes: events, to: opened } as const }];
    if (desk.record([{ event: { type: 'tube-joined', opened }, tube: opened }, ...moved]) === null)
      return refusal('stopped');
    desk.faces.show({ face: 'tube-opened', code, collected }, { sound: null, about: null });
    return ACCEPTED;
  }

  /** One step back: from 谁没采? to the sampler's count, and from there to the open tube. Nobody named is taken back. */
  back(): void {
    const tube = openTube(this.#desk);
    if (tube !== null && this.#sealing !== null && this.#sealing.swabbed !== null)
      this.#beginSealing(tube.places, null);
    else this.dismiss();
  }

  /** Leaves what is being asked: the tube stays open. */
  dismiss(): void {
    this.#sealing = null;
    this.#continue = null;
  }

  renamed(names: ReadonlyMap<EventId, EventId>): void {
    const asked = this.#continue;
    if (asked !== null)
      this.#continue = {
        ...asked,
        used: { ...asked.used, opened: names.get(asked.used.opened) ?? asked.used.opened },
      };
  }

  #beginSealing(offered: number, nextCode: string | null): CommandReply {
    this.#sealing = { offered, swabbed: null, nextCode: nextCode ?? this.#sealing?.nextCode ?? null };
    this.#desk.faces.clear();
    return ACCEPTED;
  }

  #seal(tube: { id: EventId; code: string | null }, swabbed: number | null): CommandReply {
    const desk = this.#desk;
    const sealing = this.#sealing;
    if (sealing === null) throw new Error('a tube is sealed only after change-tube');
    const event = { type: 'tube-sealed', opened: tube.id, offered: sealing.offered, swabbed } as const;
    if (desk.record([{ event, tube: tube.id }]) === null) return refusal('stopped');
    this.#sealing = null;
    desk.faces.show({ face: 'sealed', code: tube.code, swabbed }, { sound: null, about: null });
    if (sealing.nextCode !== null) void this.#openNext(sealing.nextCode);
    return ACCEPTED;
  }

  async #openNext(code: string): Promise<void> {
    this.#opensNext = true;
    try {
      await this.#use(code);
    } finally {
      this.#opensNext = false;
      this.#desk.takeWaiting();
    }
  }

  #open(code: string): CommandReply {
    const desk = this.#desk;
    const { duty } = desk;
    const capacity = duty.round?.definition.capacity ?? UNFILED_CAPACITY;
    const { events: collects, people: collected } = this.#loose();
    const recorded = desk.record([
      { event: { type: 'tube-opened', code, batch: null, capacity, collects }, tube: null },
    ]);
    if (recorded === null) return refusal('stopped');
    const places = openTube(desk)?.places ?? 0;
    const sound = places >= capacity ? (places > capacity ? 'over' : 'change-tube') : null;
    desk.faces.show({ face: 'tube-opened', code, collected }, { sound, about: null });
    return ACCEPTED;
  }

  /** Loose events; beyond the bound the oldest stay loose, visible as people without a tube. */
  #loose(): { events: EventId[]; people: number } {
    const loose = this.#desk.scope.loose().slice(-NAMED_EVENTS_MAX);
    return { events: loose.map(({ id }) => id), people: new Set(loose.map(({ person }) => person)).size };
  }

  #candidates(tube: EventId): OwnSwipe[] {
    const people = new Map<string, OwnSwipe>();
    const { scope } = this.#desk;
    for (const swipe of scope.liveIn(tube))
      if (takesPlace(swipe) && !people.has(scope.personOf(swipe))) people.set(scope.personOf(swipe), swipe);
    return [...people.values()];
  }

  #toldUsed(code: string, used: { station: number | null; time: number }): CommandReply {
    const { station, time } = used;
    this.#desk.faces.show({ face: 'tube-used', code, station, time }, { sound: 'wrong-object', about: null });
    return ACCEPTED;
  }
}
