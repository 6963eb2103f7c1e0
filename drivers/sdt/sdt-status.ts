/**
 * What the module's SW3 means (reader-protocols.md 1.4; five independent tables agree) and what follows from it.
 *
 * done, absent: an answer, no error · empty: no card, or one already read lies there · resend: our bytes were
 * damaged on the way · note: told, and the work goes on · lift: the card must be lifted and placed again · enter: this card
 * will never be a reading, its holder is entered by hand · service: the module accepts nothing until somebody repairs it
 */
export type StatusHandling = 'done' | 'absent' | 'empty' | 'resend' | 'note' | 'lift' | 'enter' | 'service';

export interface StatusMeaning {
  sw3: number;
  handling: StatusHandling;
}

/** Every SW3 a module sends. 01, 02, 03, 05 and 09 are host-library codes and never stand on the wire. */
export const SDT_STATUSES = {
  ok: { sw3: 0x90, handling: 'done' },
  'card-found': { sw3: 0x9f, handling: 'done' },
  absent: { sw3: 0x91, handling: 'absent' },
  'host-checksum': {
    sw3: 0x10,
    handling: 'resend',
  },
  'host-length': { sw3: 0x11, handling: 'resend' },
  'bad-command': { sw3: 0x21, handling: 'note' },
  'not-allowed': { sw3: 0x23, handling: 'lift' },
  unknown: { sw3: 0x24, handling: 'note' },
  'card-rejects-sam': {
    sw3: 0x31,
    handling: 'lift',
  },
  'sam-rejects-card': { sw3: 0x32, handling: 'lift' },
  'info-verify': { sw3: 0x33, handling: 'lift' },
  'fp-verify': { sw3: 0x37, handling: 'lift' },
  'info-length': { sw3: 0x3f, handling: 'lift' },
  'wrong-card': { sw3: 0x40, handling: 'lift' },
  'read-failed': { sw3: 0x41, handling: 'lift' },
  'random-failed': { sw3: 0x47, handling: 'lift' },
  'sam-selftest': { sw3: 0x60, handling: 'service' },
  'sam-unauthorised': { sw3: 0x66, handling: 'service' },
  'no-card': { sw3: 0x80, handling: 'empty' },
  'select-failed': { sw3: 0x81, handling: 'lift' },
} as const satisfies Record<string, StatusMeaning>;

/** 'unlisted': a code no table knows, handled like a failed read. */
export type SdtStatus = keyof typeof SDT_STATUSES | 'unlisted';

const UNLISTED: Omit<StatusMeaning, 'sw3'> = { handling: 'lift' };

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
