import { type SdtCommand, SDT_BAUD_RATES, SDT_COMMANDS } from '#drivers/sdt/sdt-commands.ts';
import { encodeFrame, FrameDecoder, REQUEST_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';
import { SDT_STATUSES } from '#drivers/sdt/sdt-status.ts';
import type { Clock } from '#shared/clock.ts';

import type { SimulatedCard } from './simulated-reader-card.ts';

/** What real readers do besides what the tables say; everything may be changed while it runs. */
export interface Misbehaviour {
  /** A stray `AA 00` before each frame, as captured in the field. */
  strayBytes: boolean;
  /** Rubbish sent before each frame. */
  noise: Uint8Array | null;
  /** Replies come in pieces of so many bytes … */
  chunkBytes: number | null;
  /** … and with so long a pause between them (0: none). */
  chunkGapMs: number;
  /** Each reply comes so late. */
  replyDelayMs: number;
  /** Finds the same card again and again, and forgets it after each read. */
  continuous: boolean;
  /** SW1 SW2 of every reply. */
  cardStatusWord: readonly [number, number];
  /** Takes commands and answers none. */
  hung: boolean;
  /** Says for ever, from its memory, that the last card it has read lies there. */
  remembersCard: boolean;
  /** What answers a search that finds a card. */
  foundAnswer: { sw3: number; bytes: number };
  /** Says this to every command (60: self-test failed, 66: not authorised). */
  refusesWith: number | null;
}

/** What happens once to the next reply to a command. */
export type Spoil =
  | { with: 'status'; sw3: number }
  | { with: 'checksum' | 'half-frame' | 'silence' | 'pulled-away' }
  /** The answer is made now and comes so late; later commands wait for it, or are answered before it. */
  | { with: 'late'; lateMs: number; holdsUp: boolean };

/** How a person at a station behaves. */
export interface Patience {
  /** The card lies at least so long … */
  holdMs: number;
  /** … and so long at most if it is not read. */
  patienceMs: number;
}

export interface Attachment {
  receive(bytes: Uint8Array): void;
  detach(): void;
}

/** One end of the line: what the reader sends goes to `send`; `baudRate` is the host's, null for a line without. */
export interface Host {
  send: (bytes: Uint8Array) => void;
  baudRate: () => number | null;
}

type CardState = 'unseen' | 'found' | 'selected' | 'read';

/** Two missed looks are a removal (SR2); one more may have been the second half of a selection that failed. */
const EMPTY_FINDS_SEEN = 3;
/** Long enough to tell a broken request from the next one. */
const REQUEST_GAP_MS = 50;

const WELL_BEHAVED: Misbehaviour = {
  strayBytes: false,
  noise: null,
  chunkBytes: null,
  chunkGapMs: 0,
  replyDelayMs: 0,
  continuous: false,
  cardStatusWord: [0, 0],
  hung: false,
  remembersCard: false,
  foundAnswer: { sw3: 0x9f, bytes: 4 },
  refusesWith: null,
};

const SW3 = Object.fromEntries(
  Object.entries(SDT_STATUSES).map(([status, { sw3 }]) => [status, sw3]),
) as Record<keyof typeof SDT_STATUSES, number>;

const COMMAND_BY_CODE = new Map(
  Object.entries(SDT_COMMANDS).map(([name, [cmd, para]]) => [(cmd << 8) | para, name as SdtCommand]),
);

/** 05.03-20990101-0000000001-0000000002, as in the vectors. */
const SAM_ID = [5, 0, 3, 0, 0x95, 0x48, 0x40, 0x01, 1, 0, 0, 0, 2, 0, 0, 0];

/**
 * A reader as its host sees it: bytes in, bytes out, and a card that people lay down and take away. Like the modules,
 * it wants find, select and read in this order, does not find a card again that it has read, and remembers its rate.
 */
export class SimulatedReader {
  readonly misbehaviour: Misbehaviour = { ...WELL_BEHAVED };
  /** Kept over unplugging, as the module does. */
  baudRate: number = SDT_BAUD_RATES[0];
  /** How often each command was taken. */
  readonly commandsTaken = new Map<SdtCommand, number>();

  readonly #clock: Clock;
  readonly #decoder: FrameDecoder;
  readonly #spoils = new Map<SdtCommand, Spoil[]>();
  readonly #refusals = new Map<SdtCommand, number>();
  readonly #whenRead = new Set<() => void>();
  readonly #whenEmpty = new Set<() => void>();
  #host: Host | null = null;
  #card: SimulatedCard | null = null;
  #cardState: CardState = 'unseen';
  #emptyFinds = 0;
  #hasRead = false;
  #heldUpUntilMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#decoder = new FrameDecoder({ lengthMin: REQUEST_LENGTH_MIN, gapMsMax: REQUEST_GAP_MS });
  }

  /** Plugs a host in; the one before gets nothing any more. */
  attach(host: Host): Attachment {
    this.#host = host;
    return {
      receive: (bytes) => {
        if (this.#host === host) this.#receive(bytes, host);
      },
      detach: () => {
        if (this.#host === host) this.#host = null;
      },
    };
  }

  /** A person lays the card down, waits for it to be read and takes it away again. */
  async placeCard(card: SimulatedCard, patience: Patience): Promise<'read' | 'not-read'> {
    this.layDown(card);
    const read = this.#isRead(patience.patienceMs);
    if (patience.holdMs > 0) await this.#pause(patience.holdMs);
    const wasRead = await read;
    if (this.#card === card) this.lift();
    return wasRead ? 'read' : 'not-read';
  }

  /** A card that stays until `lift`. */
  layDown(card: SimulatedCard): void {
    if (this.#card !== null) throw new Error('a card lies there already');
    this.#card = card;
    this.#cardState = 'unseen';
  }

  lift(): void {
    this.#card = null;
    this.#cardState = 'unseen';
    this.#emptyFinds = 0;
  }

  /** Resolves when the host has looked at the empty reader often enough to know that the last card has gone. */
  seenEmpty(): Promise<void> {
    if (this.#card !== null) throw new Error('a card lies there');
    if (this.#emptyFinds >= EMPTY_FINDS_SEEN) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.add(resolve));
  }

  /** Spoils the next reply to `command`; several for one command happen one after another. */
  spoilNext(command: SdtCommand, spoil: Spoil): void {
    this.#spoils.set(command, [...(this.#spoils.get(command) ?? []), spoil]);
  }

  /** Every reply to `command` says this until it is taken back with null: a card in a metal sleeve. */
  refuseAlways(command: SdtCommand, sw3: number | null): void {
    if (sw3 === null) this.#refusals.delete(command);
    else this.#refusals.set(command, sw3);
  }

  /** Sends bytes nobody has asked for. */
  sendUnasked(bytes: Uint8Array): void {
    this.#host?.send(bytes);
  }

  #receive(bytes: Uint8Array, host: Host): void {
    const hostRate = host.baudRate();
    if (hostRate !== null && hostRate !== this.baudRate) return; // Nothing a module could make a byte of.
    for (const output of this.#decoder.push(bytes, this.#clock.monotonic())) {
      if (output.type === 'frame') this.#takeInTurn(output.body, host);
      else if (output.reason === 'checksum') this.#reply(host, [SW3['host-checksum']]);
      else if (output.reason === 'length') this.#reply(host, [SW3['host-length']]);
    }
  }

  /** A module held up by one command takes the next ones when that is done, and answers whoever is connected then. */
  #takeInTurn(body: Uint8Array, host: Host): void {
    const waitMs = this.#heldUpUntilMs - this.#clock.monotonic();
    if (waitMs <= 0) return this.#take(body, host);
    this.#clock.timer(waitMs, () => {
      if (this.#host !== null) this.#take(body, this.#host);
    });
  }

  #take(body: Uint8Array, host: Host): void {
    if (this.misbehaviour.hung) return;
    const command = COMMAND_BY_CODE.get((body[0]! << 8) | body[1]!);
    if (command === undefined) return this.#reply(host, [SW3['bad-command']]);
    this.commandsTaken.set(command, (this.commandsTaken.get(command) ?? 0) + 1);
    const refusal = this.#refusals.get(command);
    if (refusal !== undefined) return this.#reply(host, [refusal]);
    const spoil = this.#spoils.get(command)?.shift() ?? null;
    if (spoil?.with === 'silence') return;
    if (spoil?.with === 'status') return this.#reply(host, [spoil.sw3]);
    if (spoil?.with === 'pulled-away') {
      this.lift();
      return this.#reply(host, [SW3['read-failed']]);
    }
    const [sw3, data] = this.#answer(command);
    if (spoil?.with === 'late') return this.#replyLate([sw3, ...data], spoil);
    this.#reply(host, [sw3, ...data], spoil?.with ?? null);
    if (command.startsWith('set-baud-')) this.baudRate = Number(command.slice('set-baud-'.length));
    // Only now, behind the bytes: whoever waits for this may take the card away at once.
    if (sw3 === SW3.ok && command.startsWith('read-card') && spoil === null) settle(this.#whenRead);
  }

  #replyLate(status: readonly number[], { lateMs, holdsUp }: Extract<Spoil, { with: 'late' }>): void {
    if (holdsUp) this.#heldUpUntilMs = this.#clock.monotonic() + lateMs;
    this.#clock.timer(lateMs, () => {
      if (this.#host !== null) this.#reply(this.#host, status);
    });
  }

  #answer(command: SdtCommand): [sw3: number, data: Iterable<number>] {
    if (this.misbehaviour.refusesWith !== null) return [this.misbehaviour.refusesWith, []];
    switch (command) {
      case 'find-card':
        return this.#find();
      case 'select-card':
        if (this.#card === null || this.#cardState !== 'found') return [SW3['select-failed'], []];
        this.#cardState = 'selected';
        return [SW3.ok, new Uint8Array(8)];
      case 'read-card':
      case 'read-card-with-fingerprint':
        return this.#read(command);
      case 'read-appended-addresses': {
        if (this.misbehaviour.remembersCard && this.#hasRead) return [SW3.absent, []];
        const addresses = this.#openCard()?.appendedAddresses;
        if (addresses === undefined) return [SW3['read-failed'], []];
        return addresses.length === 0 ? [SW3.absent, []] : [SW3.ok, addresses.flatMap((each) => [...each])];
      }
      case 'read-management-number': {
        const card = this.#openCard();
        return card === null ? [SW3['read-failed'], []] : [SW3.ok, card.managementNumber];
      }
      case 'sam-id':
        return [SW3.ok, SAM_ID];
      default:
        return [SW3.ok, []];
    }
  }

  #find(): [sw3: number, data: Iterable<number>] {
    const answers = this.#card !== null && (this.#cardState !== 'read' || this.misbehaviour.continuous);
    if (answers) {
      this.#cardState = 'found';
      const { sw3, bytes } = this.misbehaviour.foundAnswer;
      return [sw3, new Uint8Array(bytes)];
    }
    if (this.#card === null) {
      this.#emptyFinds += 1;
      if (this.#emptyFinds >= EMPTY_FINDS_SEEN) settle(this.#whenEmpty);
    }
    return [SW3['no-card'], []];
  }

  #read(command: SdtCommand): [sw3: number, data: Iterable<number>] {
    if (this.#card === null) return [SW3['read-failed'], []];
    if (this.#cardState !== 'selected' && this.#cardState !== 'read') return [SW3['not-allowed'], []];
    this.#cardState = 'read';
    this.#hasRead = true;
    const { text, photo, fingerprint } = this.#card;
    if (command === 'read-card') return [SW3.ok, withLengths([text, photo])];
    return [SW3.ok, withLengths([text, photo, fingerprint ?? new Uint8Array(0)])];
  }

  /** The card, if it is in the state in which more can be asked of it. */
  #openCard(): SimulatedCard | null {
    const isOpen = this.#cardState === 'selected' || this.#cardState === 'read';
    return isOpen && !this.misbehaviour.continuous ? this.#card : null;
  }

  #reply(host: Host, status: readonly number[], spoil: 'checksum' | 'half-frame' | null = null): void {
    let frame = encodeFrame(Uint8Array.from([...this.misbehaviour.cardStatusWord, ...status]));
    if (spoil === 'checksum') frame[frame.length - 1]! ^= 0x01;
    if (spoil === 'half-frame') frame = frame.subarray(0, frame.length >> 1);
    const { strayBytes, noise, replyDelayMs } = this.misbehaviour;
    const bytes = Uint8Array.from([...(noise ?? []), ...(strayBytes ? [0xaa, 0x00] : []), ...frame]);
    if (replyDelayMs === 0) this.#send(host, bytes);
    else this.#clock.timer(replyDelayMs, () => this.#send(host, bytes));
  }

  #send(host: Host, bytes: Uint8Array): void {
    const { chunkBytes, chunkGapMs } = this.misbehaviour;
    if (this.#host !== host) return;
    if (chunkBytes === null || bytes.length <= chunkBytes) return host.send(bytes);
    host.send(bytes.subarray(0, chunkBytes));
    const rest = bytes.subarray(chunkBytes);
    if (chunkGapMs === 0) this.#send(host, rest);
    else this.#clock.timer(chunkGapMs, () => this.#send(host, rest));
  }

  #isRead(patienceMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const read = () => {
        cancel();
        resolve(true);
      };
      const cancel = this.#clock.timer(patienceMs, () => {
        this.#whenRead.delete(read);
        resolve(false);
      });
      this.#whenRead.add(read);
    });
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.timer(delayMs, resolve);
    });
  }
}

function withLengths(parts: readonly Uint8Array[]): number[] {
  return [
    ...parts.flatMap(({ length }) => [length >> 8, length & 0xff]),
    ...parts.flatMap((part) => [...part]),
  ];
}

function settle(waiting: Set<() => void>): void {
  const all = [...waiting];
  waiting.clear();
  for (const each of all) each();
}
