import type { EventId } from '#shared/ids.ts';
import type { Desk } from './draft.ts';
import type { Key } from './keys.ts';
import { leaves, send, stay, type Press } from './press-result.ts';

/** 撤销 …?: Enter is yes; − and Escape are no; no other key acts. */
export function pressUndo(swipe: EventId, desk: Desk, key: Key): Press {
  if (key.name === 'enter') return send(desk, { command: 'undo', swipe });
  return leaves(key) ? send(desk, { command: 'dismiss' }) : stay(desk);
}
