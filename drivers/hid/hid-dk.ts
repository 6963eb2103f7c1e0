import { type HidCodec, type HidOutput, REPORT_BYTES, reportOf } from './hid-codec.ts';
import { SDT_COMMANDS } from '../sdt/sdt-commands.ts';
import { encodeFrame, PREAMBLE } from '../sdt/sdt-frame.ts';
import { SDT_STATUSES } from '../sdt/sdt-status.ts';

/** Passes a frame on to the ID-card module in the reader. */
const COMMAND_SDT = 0x34;
/** Both bytes of the status behind the command of a reply. */
const STATUS_DONE = [0x90, 0x00] as const;

/** Byte 0 of a report is how many of the others are used … */
export const USED_MAX = REPORT_BYTES - 1;
/** … or a sign that more may be sent, which requests of one report do not wait for. */
const ACKNOWLEDGED = 0xff;

/** The top bits of a part's first byte tell its kind; the low six are a count or a number. */
const KIND_BITS = 0xc0;
const START = 0x00;
const FOLLOW = 0xc0;
const NUMBER_BITS = 0x3f;
/** Count and command of a request's first part; its reply has two bytes of status behind them. */
const REQUEST_HEAD = 2;
const REPLY_HEAD = 4;

const CMD_AT = PREAMBLE.length + 2;

interface Reply {
  partsToCome: number;
  lastPart: number;
  status: readonly [number, number];
  bytes: number[];
}

/**
 * Profile DK (德科 0483:572B; reader-protocols.md 1.2, M: one maker's program), two layers:
 *
 *     report   used length ≤ 63 · a part · zeros
 *     part     00 | how many follow · 34 · [90 00 in replies] · bytes        then        C0 | n (from 1) · bytes
 *
 * The reader may refuse a command without an SDT reply; silence would be taken for a reader that hangs, so the refusal
 * is put into SDT's words: nothing found to a search, a failed read to everything else (own reading of that program,
 * which tries again on a refusal; not seen on hardware).
 */
export class DkCodec implements HidCodec {
  #reply: Reply | null = null;
  /** CMD and PARA of the last request. */
  #asked: readonly [number, number] | null = null;

  encode(frame: Uint8Array): Uint8Array[] {
    this.#asked = [frame[CMD_AT] ?? 0, frame[CMD_AT + 1] ?? 0];
    const first = frame.subarray(0, USED_MAX - REQUEST_HEAD);
    const rest: Uint8Array[] = [];
    for (let at = first.length; at < frame.length; at += USED_MAX - 1) {
      rest.push(frame.subarray(at, at + USED_MAX - 1));
    }
    if (rest.length > NUMBER_BITS) throw new Error(`no parts hold a frame of ${frame.length} bytes`);
    return [
      reportOf([REQUEST_HEAD + first.length, START | rest.length, COMMAND_SDT], first),
      ...rest.map((bytes, i) => reportOf([1 + bytes.length, FOLLOW | (i + 1)], bytes)),
    ];
  }

  decode(report: Uint8Array): HidOutput[] {
    const used = report[0] ?? 0;
    if (used === ACKNOWLEDGED || used === 0) return [];
    if (used > USED_MAX || used >= report.length) return [discarded('length', report.length)];
    const part = report.subarray(1, 1 + used);
    const kind = part[0]! & KIND_BITS;
    if (kind === START) return this.#start(part);
    if (kind === FOLLOW) return this.#follow(part);
    return [discarded('noise', report.length)];
  }

  #start(part: Uint8Array): HidOutput[] {
    const [count = 0, command, ...status] = part.subarray(0, REPLY_HEAD);
    if (part.length < REPLY_HEAD) return [discarded('length', part.length)];
    // It also tells of keys pressed on it and cards of other kinds, perhaps between the parts of a reply.
    if (command !== COMMAND_SDT) return [discarded('unexpected', part.length)];
    const out = this.#giveUp();
    this.#reply = {
      partsToCome: count & NUMBER_BITS,
      lastPart: 0,
      status: [status[0]!, status[1]!],
      bytes: [...part.subarray(REPLY_HEAD)],
    };
    return [...out, ...this.#ifWhole(this.#reply)];
  }

  #follow(part: Uint8Array): HidOutput[] {
    const reply = this.#reply;
    if (reply === null) return [discarded('unexpected', part.length)];
    if ((part[0]! & NUMBER_BITS) !== reply.lastPart + 1)
      return [...this.#giveUp(), discarded('unexpected', part.length)];
    reply.lastPart += 1;
    reply.bytes.push(...part.subarray(1));
    return this.#ifWhole(reply);
  }

  #ifWhole(reply: Reply): HidOutput[] {
    if (reply.lastPart < reply.partsToCome) return [];
    this.#reply = null;
    const done = STATUS_DONE.every((byte, i) => reply.status[i] === byte);
    const bytes = done ? Uint8Array.from(reply.bytes) : this.#refusal();
    return bytes.length === 0 ? [] : [{ type: 'bytes', bytes }];
  }

  #refusal(): Uint8Array {
    const [cmd, para] = SDT_COMMANDS['find-card'];
    const isSearch = this.#asked?.[0] === cmd && this.#asked[1] === para;
    const { sw3 } = SDT_STATUSES[isSearch ? 'no-card' : 'read-failed'];
    return encodeFrame(Uint8Array.of(0, 0, sw3));
  }

  #giveUp(): HidOutput[] {
    const reply = this.#reply;
    this.#reply = null;
    return reply === null ? [] : [discarded('cut-off', REPLY_HEAD + reply.bytes.length + reply.lastPart)];
  }
}

function discarded(reason: 'noise' | 'length' | 'cut-off' | 'unexpected', bytes: number): HidOutput {
  return { type: 'discarded', reason, bytes };
}
