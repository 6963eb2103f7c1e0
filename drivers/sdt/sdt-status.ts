import type { Words } from '#shared/words.ts';

/**
 * What the module's SW3 means (reader-protocols.md 1.4; five independent tables agree) and what follows from it.
 *
 * done, absent: an answer, no error · empty: no card, or one already read lies there · resend: our bytes were
 * damaged on the way · note: told, and the work goes on · lift: the card must be lifted and placed again · enter: this card
 * will never be a reading, its holder is entered by hand · service: the module accepts nothing until somebody repairs it
 */
export type StatusHandling = 'done' | 'absent' | 'empty' | 'resend' | 'note' | 'lift' | 'enter' | 'service';

export interface StatusMeaning extends Words {
  sw3: number;
  handling: StatusHandling;
}

/** Every SW3 a module sends. 01, 02, 03, 05 and 09 are host-library codes and never stand on the wire. */
export const SDT_STATUSES = {
  ok: { sw3: 0x90, handling: 'done', zh: '成功', en: 'done' },
  'card-found': { sw3: 0x9f, handling: 'done', zh: '找到卡', en: 'card found' },
  absent: { sw3: 0x91, handling: 'absent', zh: '卡内无此项', en: 'not on this card' },
  'host-checksum': {
    sw3: 0x10,
    handling: 'resend',
    zh: '读卡器收到的校验和有误',
    en: 'our checksum was wrong',
  },
  'host-length': { sw3: 0x11, handling: 'resend', zh: '读卡器收到的长度有误', en: 'our length was wrong' },
  'bad-command': { sw3: 0x21, handling: 'note', zh: '读卡器不认识此命令', en: 'command not known' },
  'not-allowed': { sw3: 0x23, handling: 'lift', zh: '当前状态不允许此操作', en: 'not permitted now' },
  unknown: { sw3: 0x24, handling: 'note', zh: '读卡器报告未知错误', en: 'unknown error' },
  'card-rejects-sam': {
    sw3: 0x31,
    handling: 'lift',
    zh: '卡未通过读卡器认证',
    en: 'card rejects the module',
  },
  'sam-rejects-card': { sw3: 0x32, handling: 'lift', zh: '读卡器未认可此卡', en: 'module rejects the card' },
  'info-verify': { sw3: 0x33, handling: 'lift', zh: '卡内信息验证失败', en: 'content verification failed' },
  'fp-verify': { sw3: 0x37, handling: 'lift', zh: '卡内指纹验证失败', en: 'fingerprint verification failed' },
  'info-length': { sw3: 0x3f, handling: 'lift', zh: '卡内信息长度错误', en: 'content length wrong' },
  'wrong-card': { sw3: 0x40, handling: 'lift', zh: '不是身份证', en: 'not an ID card' },
  'read-failed': { sw3: 0x41, handling: 'lift', zh: '读卡失败', en: 'reading failed' },
  'random-failed': { sw3: 0x47, handling: 'lift', zh: '取随机数失败', en: 'no random number from the card' },
  'sam-selftest': { sw3: 0x60, handling: 'service', zh: '读卡器自检失败', en: 'module self-test failed' },
  'sam-unauthorised': { sw3: 0x66, handling: 'service', zh: '读卡器未经授权', en: 'module not authorised' },
  'no-card': { sw3: 0x80, handling: 'empty', zh: '未找到卡', en: 'no card' },
  'select-failed': { sw3: 0x81, handling: 'lift', zh: '选卡失败', en: 'select failed' },
} as const satisfies Record<string, StatusMeaning>;

/** 'unlisted': a code no table knows, handled like a failed read. */
export type SdtStatus = keyof typeof SDT_STATUSES | 'unlisted';

const UNLISTED: Omit<StatusMeaning, 'sw3'> = {
  handling: 'lift',
  zh: '读卡器返回未知代码',
  en: 'a code no table knows',
};

const BY_SW3 = new Map<number, SdtStatus>(
  Object.entries(SDT_STATUSES).map(([status, meaning]) => [meaning.sw3, status as SdtStatus]),
);

export function statusOf(sw3: number): SdtStatus {
  return BY_SW3.get(sw3) ?? 'unlisted';
}

export function meaningOf(status: SdtStatus): Omit<StatusMeaning, 'sw3'> {
  return status === 'unlisted' ? UNLISTED : SDT_STATUSES[status];
}

export interface SdtReply {
  status: SdtStatus;
  sw3: number;
  /** The card's own status word, SW1 SW2; may be anything, and decides nothing. */
  cardStatusWord: number;
  data: Uint8Array;
}

/** A reply from a frame's body: SW1 SW2 SW3 DATA. The frame decoder has made sure of the three. */
export function decodeReply(body: Uint8Array): SdtReply {
  const [sw1, sw2, sw3] = body;
  if (sw1 === undefined || sw2 === undefined || sw3 === undefined) throw new Error('reply without status');
  return { status: statusOf(sw3), sw3, cardStatusWord: (sw1 << 8) | sw2, data: body.subarray(3) };
}
