import type { CommandReply } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal, type Desk } from './desk.ts';
import { moveLast } from './move-last.ts';
import type { EnrolmentDesk } from './enrolment-desk.ts';
import type { SwipeDesk } from './swipe-desk.ts';
import type { TubeDesk } from './tube-desk.ts';
import type { UndoDesk } from './undo-desk.ts';
import type { UnlistedDesk } from './unlisted-desk.ts';
import type { UnreadableDesk } from './unreadable-desk.ts';
import type { StationCommand } from './station-parts.ts';

/** A station by its desks. */
interface Desks extends Desk {
  readonly swipes: SwipeDesk;
  readonly tubes: TubeDesk;
  readonly undoing: UndoDesk;
  readonly unlisted: UnlistedDesk;
  readonly unreadables: UnreadableDesk;
  readonly enrolment: EnrolmentDesk;
  dismiss(): void;
  endRound(): CommandReply;
}

/** Which desk of the station does what a command asks for. */
export async function obey(station: Desks, command: StationCommand): Promise<CommandReply> {
  switch (command.command) {
    case 'change-tube':
      return station.tubes.change();
    case 'seal':
      return station.tubes.seal(command.swabbed);
    case 'not-sampled':
      return station.tubes.notSampled(command.swipe);
    case 'tube-code':
      return await station.tubes.code(command.code);
    case 'tube-scan':
      return await station.tubes.scanned(command.text);
    case 'enrol':
      return command.on ? station.enrolment.begin() : station.enrolment.leave();
    case 'enrol-person':
      return station.enrolment.typed(command);
    case 'continue-tube':
      return station.tubes.continueTube(command.yes);
    case 'move-last':
      return moveLast(station, command.count, command.to);
    case 'sampled-again':
      return station.swipes.answer(command.yes) ? ACCEPTED : refusal('no-question');
    case 'ask-undo':
      return station.undoing.ask();
    case 'undo':
      station.swipes.stop();
      return station.undoing.undo(command.swipe ?? null);
    case 'restore':
      return station.undoing.restore();
    case 'manual':
      return station.unlisted.asks(command) ? ACCEPTED : entered(station, command);
    case 'take-unlisted': {
      const asked = station.unlisted.answered();
      if (asked === null) return refusal('no-question');
      return command.yes ? entered(station, asked) : ACCEPTED;
    }
    case 'settle-unreadable':
      return station.unreadables.settle(command.sampled);
    case 'dismiss':
      station.dismiss();
      return ACCEPTED;
    case 'end-round':
      return station.endRound();
  }
}

function entered(
  { swipes, unreadables }: Desks,
  command: Extract<StationCommand, { command: 'manual' }>,
): CommandReply {
  const { reply, swipe } = swipes.manual(command);
  if (swipe !== null) unreadables.entered(swipe);
  return reply;
}
