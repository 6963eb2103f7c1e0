import type { TubeRow } from '#shared/contract/board.ts';

/** Which of a tube's other two numbers is not what was swiped (its places). Not counted, or 未回, is no difference. */
export function differs(tube: TubeRow): { swabbed: boolean; booked: boolean } {
  return {
    swabbed: tube.swabbed !== null && tube.swabbed !== tube.places,
    booked: tube.booked !== null && tube.booked !== tube.places,
  };
}
