import { NOTHING_TYPED, type Desk } from './draft.ts';
import type { Key } from './keys.ts';
import { leaveOn, send, to, type Press } from './press-result.ts';

/** 手工登记:有什么? `unreadable`: an outcome without a number can be given as well. */
export function pressKind(desk: Desk, unreadable: boolean, key: Key): Press {
  const kinds: Record<string, Press> = {
    '1': to({ draft: 'manual-id', typed: NOTHING_TYPED }),
    '2': to({ draft: 'manual-staff', typed: NOTHING_TYPED }),
    '3': to({ draft: 'manual-document-type' }),
    '4': to({ draft: 'manual-none' }),
    ...(unreadable
      ? {
          '5': send(desk, { command: 'settle-unreadable', sampled: true }),
          '6': send(desk, { command: 'settle-unreadable', sampled: false }),
        }
      : {}),
  };
  return (key.name === 'char' ? kinds[key.char] : undefined) ?? leaveOn(key, desk);
}
