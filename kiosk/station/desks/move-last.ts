import type { CommandReply } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, type Desk, openTube, refusal, usesTubes } from './desk.ts';
import { type OwnSwipe, takesPlace } from './station-memory.ts';

/** The last n people here move to the open tube, or out of it into none. */
export function moveLast(desk: Desk, count: number, to: 'open-tube' | 'no-tube'): CommandReply {
  const { scope } = desk;
  const tube = openTube(desk);
  if (!usesTubes(desk.duty)) return refusal('tubes-not-used');
  if (tube === null) return refusal('no-tube-open');
  const target = to === 'open-tube' ? tube.id : null;
  const movable = (swipe: OwnSwipe): boolean =>
    !swipe.voided &&
    takesPlace(swipe) &&
    (to === 'open-tube' ? swipe.tube !== tube.id : swipe.tube === tube.id);
  const people: OwnSwipe[] = [];
  for (const swipe of scope.swipes.toReversed()) {
    if (people.length === count) break;
    const seen = people.some((p) => scope.personOf(p) === scope.personOf(swipe) && p.tube === swipe.tube);
    if (movable(swipe) && !seen) people.push(swipe);
  }
  if (people.length === 0) return refusal('nothing-to-move');
  // A person tapped twice moves whole: one tap left behind would keep a place in the other tube.
  const isTheirs = (own: OwnSwipe): boolean =>
    people.some(
      (p) =>
        own.id === p.id || (!own.voided && own.tube === p.tube && scope.personOf(own) === scope.personOf(p)),
    );
  const swipes = scope.swipes.filter(isTheirs).map(({ id }) => id);
  if (desk.record([{ event: { type: 'swipes-moved', swipes, to: target } }]) === null)
    return refusal('stopped');
  desk.faces.clear();
  return ACCEPTED;
}
