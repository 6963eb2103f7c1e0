import { reasonOf, stationThatAsked } from '../opening-reason.ts';
import { numberOfMark } from '../tube-mark.ts';
import { reasonText } from './reason-text.ts';
import { message, type Message, type Text } from './message.ts';

/** Why personal data was opened: in words for a reason of Muster's own or one that is offered, as it was typed for any other. */
export function openingReasonText(written: string): Text {
  const reason = reasonOf(written);
  return reason === null ? reasonText(written) : message(reason);
}

/** Who opened personal data: an account by its name, a kiosk by its station. */
export function openerText(by: string): Text {
  const station = stationThatAsked(by);
  return station === null ? by : message('station.numbered', { n: station });
}

/** The tube whose people were shown; one without a label by its number. */
export function openedTubeMessage(code: string): Message {
  const n = numberOfMark(code);
  return n === null ? message('opening.tube', { tube: code }) : message('finding.numbered-tube', { n });
}
