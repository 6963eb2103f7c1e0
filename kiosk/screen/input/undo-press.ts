import type { EventId } from '#shared/ids.ts';
import type { KioskCommand } from '#shared/contract/kiosk-screen.ts';
import type { Desk } from './draft.ts';
import type { Key } from './keys.ts';
import { leaves, send, stay, type Press } from './press-result.ts';

/** 撤销 …?: Enter is yes; − and Escape are no; no other key acts. */
export function pressUndo(swipe: EventId, desk: Desk, key: Key): Press {
  return pressAsked(desk, key, { yes: { command: 'undo', swipe }, no: { command: 'dismiss' } });
}

/** 花名册没有 …,仍登记?, by the same keys. */
export function pressUnlisted(desk: Desk, key: Key): Press {
  const answer = (yes: boolean): KioskCommand => ({ command: 'take-unlisted', yes });
  return pressAsked(desk, key, { yes: answer(true), no: answer(false) });
}

function pressAsked(desk: Desk, key: Key, { yes, no }: Record<'yes' | 'no', KioskCommand>): Press {
  if (key.name === 'enter') return send(desk, yes);
  return leaves(key) ? send(desk, no) : stay(desk);
}
