/** Whether the pairing's token is bound to this machine, in words. */
import type { Band } from '#shared/contract/kiosk-screen.ts';
import type { TokenState } from '#shared/contract/machine-keys.ts';
import type { Line } from './line.ts';

type Closed = Extract<Band, { band: 'token-closed' }>['why'];
const PAIR_AGAIN = '按 Enter、5 重新配对';

/** The band while this machine cannot use its token. */
export const CLOSED_TOKEN: Readonly<Record<Closed, { main: Line; more: string }>> = {
  lost: {
    main: {
      zh: '配对令牌打不开:不是原来的电脑、用户或钥匙串,照常打卡',
      en: 'Pairing token of another machine, user or keyring: keep swiping',
    },
    more: PAIR_AGAIN,
  },
  locked: {
    main: { zh: '系统钥匙串锁着,配对令牌打不开,照常打卡', en: 'Keyring locked: keep swiping, sent later' },
    more: `请解锁钥匙串;不行就${PAIR_AGAIN}`,
  },
  absent: {
    main: {
      zh: '找不到系统钥匙串,配对令牌打不开,照常打卡',
      en: 'No keyring answers: keep swiping, sent later',
    },
    more: `请重新登录;不行就${PAIR_AGAIN}`,
  },
};

const UNBOUND: Readonly<Record<Extract<TokenState, { state: 'unbound' }>['why'], Line>> = {
  absent: { zh: '没有系统钥匙串', en: 'no keyring here' },
  locked: { zh: '系统钥匙串锁着', en: 'the keyring is locked' },
  open: { zh: '系统钥匙串没有密码', en: 'the keyring has no password' },
};

/** What the set-up dialog says; null where there is nothing to say yet, or a band says it. */
export function tokenWords(token: TokenState | null): Line | null {
  if (token?.state === 'bound') return { zh: '令牌已绑定本机', en: 'token sealed by this machine’s keyring' };
  if (token?.state !== 'unbound') return null;
  const { zh, en } = UNBOUND[token.why];
  return {
    zh: `令牌未绑定本机(${zh}):拿走硬盘就能冒充本机`,
    en: `token not bound to this machine (${en}): the disk alone can speak as this kiosk`,
  };
}
