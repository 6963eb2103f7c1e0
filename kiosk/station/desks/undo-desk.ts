import type { Cancel } from '#shared/clock.ts';
import { type EventOf, parseBody } from '#shared/event/event.ts';
import type { EventId } from '#shared/ids.ts';
import type { CommandReply, KioskState } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal, usesTubes, type Desk } from './desk.ts';
import type { OwnSwipe } from './station-memory.ts';

/** An undo is brought back by the same key within this; later the person swipes again. */
export const RESTORE_MS = 60_000;

interface Offer {
  swipe: OwnSwipe;
  cancel: Cancel;
}

/**
 * 撤销: asks by name before anything is undone, and offers to bring the person back. A void is final, so bringing back is a
 * swipe of its own: the same credential and sealed part, read from the journal, in the place the undone one had.
 */
export class UndoDesk {
  readonly #desk: Desk;
  #offer: Offer | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Whom 恢复 brings back now; null where there is nobody. */
  get restorable(): KioskState['restorable'] {
    if (this.#offer === null) return null;
    const { id, ordinal } = this.#offer.swipe;
    return { name: this.#desk.names.find(id), ordinal };
  }

  /** −: names the last own swipe still live and asks whether it is undone. Any other face is a no. */
  ask(): CommandReply {
    const desk = this.#desk;
    const last = this.#last();
    if (last === null) return this.#nothing();
    const { id: swipe, ordinal, time, shown, tube } = last;
    const isRepeat = shown === 'repeat-here' || shown === 'repeat-elsewhere';
    const among = tube !== null ? 'tube' : usesTubes(desk.duty) ? 'loose' : 'station';
    const name = desk.names.find(swipe);
    desk.faces.show(
      { face: 'undo-asked', swipe, name, ordinal, among, time, isRepeat },
      { sound: null, about: swipe },
    );
    return ACCEPTED;
  }

  /** Voids the swipe that was named, or the last one still live where none is. */
  undo(named: EventId | null): CommandReply {
    const desk = this.#desk;
    const swipe =
      named === null
        ? this.#last()
        : (desk.scope.swipes.find((own) => own.id === named && !own.voided) ?? null);
    if (swipe === null) return named === null ? this.#nothing() : refusal('undone');
    const { ordinal, id } = swipe;
    const name = desk.names.find(id);
    const took = swipe.ordinal !== null || swipe.again === true;
    if (desk.record([{ event: { type: 'void', swipe: id, reason: 'undo' } }]) === null)
      return refusal('stopped');
    if (took) {
      const cancel = desk.clock.timer(RESTORE_MS, () => this.forget());
      this.#offer = { swipe, cancel };
    }
    const stillCounted = this.#stillCounts(swipe);
    desk.faces.show({ face: 'undone', name, ordinal, stillCounted }, { sound: null, about: id });
    return ACCEPTED;
  }

  /** 恢复: the person undone last swipes anew, without the card. */
  restore(): CommandReply {
    const desk = this.#desk;
    const offer = this.#offer;
    const event = offer === null ? null : desk.eventOf(offer.swipe.id);
    const parsed = event === null ? null : parseBody(event.body);
    if (offer === null || event === null || parsed?.ok !== true || parsed.body.type !== 'swipe')
      return refusal('nothing-to-restore');
    const [id] = desk.record([this.#again(parsed.body, event.sealed, offer.swipe)]) ?? [];
    if (id === undefined) return refusal('stopped');
    const { again, ordinal } = offer.swipe;
    if (again === true) desk.record([{ event: { type: 'sampled-again', swipe: id, sampled: true } }]);
    desk.names.same(offer.swipe.id, id);
    desk.faces.show(
      { face: 'restored', name: desk.names.find(id), ordinal },
      { sound: 'counted', about: id },
    );
    return ACCEPTED;
  }

  /** Something else has happened, or a minute has passed: nobody is brought back by a key any more. */
  forget(): void {
    if (this.#offer === null) return;
    this.#offer.cancel();
    this.#offer = null;
    this.#desk.changed();
  }

  #again(
    body: EventOf<'swipe'>,
    sealed: Uint8Array | null,
    { tube }: OwnSwipe,
  ): Parameters<Desk['record']>[0][number] {
    const { round, phase, stand, credential, sealed: hash, entry, shown, ordinal } = body;
    const event = { type: 'swipe', credential, sealed: hash, entry, shown, ordinal } as const;
    return { event, tube, place: { round, phase, stand }, ...(sealed === null ? {} : { sealed }) };
  }

  #last(): OwnSwipe | null {
    return this.#desk.scope.swipes.findLast((swipe) => !swipe.voided) ?? null;
  }

  #nothing(): CommandReply {
    this.#desk.faces.show({ face: 'nothing-to-undo' }, { sound: null, about: null });
    return ACCEPTED;
  }

  /** Whether the person of an undone swipe counts by another one, as far as it is known here. */
  #stillCounts({ key }: OwnSwipe): boolean {
    const { duty, scope, counted } = this.#desk;
    if (key === null || duty.round === null || duty.phase !== 'open') return false;
    const own = scope.ownOf(key);
    if (own.some((swipe) => !swipe.voided)) return true;
    // The edge may still count what was just undone here: of this station only what was counted before any swipe here.
    const wereAllRepeats = own.every(({ shown }) => shown === 'repeat-here' || shown === 'repeat-elsewhere');
    const round = duty.round.round;
    return scope.links.keysOf(key).some((one) => {
      const known = counted.find(round, one);
      return known !== null && (known.station !== duty.station || wereAllRepeats);
    });
  }
}
