/** What comes of a key: the desk afterwards, and a command where there is one to send. */
import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { CLEAR_DESK, type Desk, type Draft } from './draft.ts';
import type { Key } from './keys.ts';
import type { Message } from '#shared/language/message.ts';

export interface Press {
  desk: Desk;
  /** Sent by the caller; when it is accepted the desk becomes `after`, when refused the words stand on it. */
  command: KioskCommand | null;
  after: Desk;
}

/** Nothing changes. */
export const stay = (desk: Desk): Press => ({ desk, command: null, after: CLEAR_DESK });
/** Another dialog, or the same with other contents. */
export const to = (draft: Draft): Press => stay({ draft, fault: null });
export const send = (desk: Desk, command: KioskCommand): Press => ({
  ...stay({ ...desk, fault: null }),
  command,
});
/** A command after which another dialog stands. */
export const sendThen = (desk: Desk, command: KioskCommand, draft: Draft): Press => ({
  ...send(desk, command),
  after: { draft, fault: null },
});
export const fault = (desk: Desk, words: Message): Press => stay({ ...desk, fault: words });
export const leave: Press = stay(CLEAR_DESK);

/** − and Escape leave a dialog; any other key that means nothing in it changes nothing. */
export function leaveOn(key: Key, desk: Desk): Press {
  return leaves(key) ? leave : stay(desk);
}
export const leaves = (key: Key): boolean =>
  key.name === 'escape' || key.name === 'minus' || key.name === 'erase';
