/** Whether the pairing's token is bound to this machine, in words. */
import type { Band } from '#shared/contract/kiosk-bands.ts';
import type { TokenState } from '#shared/contract/machine-keys.ts';
import { message, type Message } from '#shared/language/message.ts';

type Closed = Extract<Band, { band: 'token-closed' }>['why'];

/** The band while this machine cannot use its token. */
export const CLOSED_TOKEN: Readonly<Record<Closed, { main: Message; more: Message }>> = {
  lost: { main: message('band.token-lost'), more: message('band.pair-again') },
  locked: { main: message('band.token-locked'), more: message('band.unlock-keyring') },
  absent: { main: message('band.token-absent'), more: message('band.log-in-again') },
};

/** What the set-up dialog says; null where there is nothing to say yet, or a band says it. */
export function tokenWords(token: TokenState | null): Message | null {
  if (token?.state === 'bound') return message('kiosk.token-bound');
  if (token?.state !== 'unbound') return null;
  return message('kiosk.token-unbound', { why: message(`kiosk.keyring-${token.why}`) });
}
