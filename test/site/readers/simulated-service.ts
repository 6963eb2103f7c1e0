import type { ServiceDialect } from '#drivers/service/service-dialects.ts';

import type { InventedPerson } from '../invented-people.ts';
import { photoFiller } from './simulated-reader-card.ts';
import { type Asked, serveHttp, serveWebSocket, type ServiceWire } from './simulated-service-wire.ts';

/** What lasts until it is changed. */
export interface ServiceHabits {
  /** Gives the card that lies there at every question; false: once, then it says "nothing", as most readers do. */
  continuous: boolean;
  /** Opening the reader anew switches its field off and on, so that a card read before is given once more. */
  rereadsWhenOpened: boolean;
  /** Before every answer. */
  slowMs: number;
  /** A service written for a Chinese Windows. GB18030 as far as the invented names need it. */
  codePage: 'utf-8' | 'gb18030';
  inPieces: boolean;
  /** Sends messages about other things before each answer (WebSocket). */
  chatty: boolean;
  /** 德卡: as its library has it, with an empty or a letter's field in front of the name. */
  typedRecords: boolean;
}

/** What happens to one answer. */
export type Spoiling =
  | { with: 'silence' | 'garbage' | 'half' | 'hang-up' | 'turn-away' | 'huge' | 'not-http' }
  | { with: 'code'; code: number }
  /** The code of a read that found nothing; a question to open the reader goes before it. */
  | { with: 'no-card'; code: number }
  | { with: 'text'; text: string };

/** A question to open the reader. */
const OPENING = /^\/OpenDevice\b|"OpenDevice"/;
const HUGE_BYTES = 3_000_000;

/** A maker's local service with a reader and perhaps a card on it, on a loopback port, byte for byte. */
export class SimulatedService {
  readonly dialect: ServiceDialect;
  readonly habits: ServiceHabits = {
    continuous: false,
    rereadsWhenOpened: false,
    slowMs: 0,
    codePage: 'utf-8',
    inPieces: false,
    chatty: false,
    typedRecords: false,
  };
  hasReader = true;
  /** Requests that came in, by path or message. */
  readonly asked: string[] = [];
  /** Questions that were left without an answer ('silence'). */
  silences = 0;
  #cards: InventedPerson[] = [];
  #isRead = false;
  #spoilings: Spoiling[] = [];
  #wire: ServiceWire | null = null;
  #port = 0;

  constructor(dialect: ServiceDialect) {
    this.dialect = dialect;
  }

  /** `http://127.0.0.1:PORT` or `ws://127.0.0.1:PORT`, the same after a restart. */
  get at(): string {
    return `${this.dialect === 'huashi' ? 'http' : 'ws'}://127.0.0.1:${this.#port}`;
  }

  /** Begins to listen; `port` 0 takes a free one the first time and the same one ever after. */
  async start(port: number): Promise<void> {
    const serve = this.dialect === 'huashi' ? serveHttp : serveWebSocket;
    this.#wire = await serve(port === 0 ? this.#port : port, (asked) => this.#hear(asked));
    this.#port = this.#wire.port;
  }

  async stop(): Promise<void> {
    await this.#wire?.close();
    this.#wire = null;
  }

  /** A second card makes both unreadable. */
  layDown(person: InventedPerson): void {
    this.#cards.push(person);
    this.#isRead = false;
  }

  liftAll(): void {
    this.#cards = [];
  }

  /** Spoils the next answers, one each. */
  spoilNext(...spoilings: Spoiling[]): void {
    this.#spoilings.push(...spoilings);
  }

  /** Answers still to be spoiled. */
  get spoilingsLeft(): number {
    return this.#spoilings.length;
  }

  /** A card told of by the service itself. */
  push(person: InventedPerson): void {
    this.#wire?.push(this.#encoded(this.#record(person)));
  }

  #hear(asked: Asked): void {
    this.asked.push(asked.request);
    const spoiling = this.#spoilingOf(asked.request);
    if (spoiling?.with === 'silence') {
      this.silences += 1;
      return;
    }
    const body = this.#encoded(this.#say(asked.request, spoiling));
    const act = () => {
      if (this.habits.chatty) asked.answer(Buffer.from(besides(this.dialect)), false);
      answer(asked, body, { spoiling, inPieces: this.habits.inPieces });
    };
    if (this.habits.slowMs === 0) act();
    else setTimeout(act, this.habits.slowMs);
  }

  #spoilingOf(request: string): Spoiling | null {
    if (this.#spoilings[0]?.with === 'no-card' && OPENING.test(request)) return null;
    return this.#spoilings.shift() ?? null;
  }

  #say(request: string, spoiling: Spoiling | null): string {
    if (spoiling?.with === 'text') return spoiling.text;
    if (spoiling?.with === 'code' || spoiling?.with === 'no-card')
      return this.#failure(request, spoiling.code);
    if (OPENING.test(request)) {
      if (this.habits.rereadsWhenOpened) this.#isRead = false;
      return this.#failure(request, this.hasReader ? 0 : -1);
    }
    if (!this.hasReader) return this.#failure(request, -2);
    const [card, ...others] = this.#cards;
    if (card === undefined || others.length > 0 || (this.#isRead && !this.habits.continuous))
      return this.#failure(request, -11);
    this.#isRead = true;
    return this.#record(card);
  }

  #record(person: InventedPerson): string {
    const { name, number } = person;
    const birth = person.birth.replaceAll('-', '');
    const sex = person.sex === 'M' ? '男' : '女';
    const kind = { resident: '', hmt: 'J', 'foreigner-2017': 'I', 'foreigner-2023': 'Y' }[person.kind];
    switch (this.dialect) {
      case 'huashi':
        return huashiAnswer({
          bornDay: birth,
          certAddress: ADDRESS,
          certNumber: number,
          certOrg: AUTHORITY,
          certType: kind || ' ',
          effDate: '20150601',
          errorMsg: '读卡成功',
          expDate: '长期',
          gender: sex,
          identityPic: Buffer.from(photoFiller(3)).toString('base64'),
          nation: '汉',
          nationCode: '01',
          partyName: name,
          resultFlag: 0,
        });
      case 'shensi': {
        // Only the places 5 and 9 are known; the others hold what a client must not trip over.
        const fields = [
          '0',
          '1',
          '2',
          '3',
          '4',
          name,
          sex,
          '汉',
          birth,
          number,
          ADDRESS,
          AUTHORITY,
          '20150601',
          '长期',
        ];
        return JSON.stringify({
          Method: 'IdReadCard',
          RetCode: '0',
          ErrMsg: '',
          IdCardInfo: fields.join(':'),
        });
      }
      case 'decard': {
        const plain = [name, sex, '汉', birth, ADDRESS, number, '20150601', '长期', AUTHORITY, ''];
        const typed = kind === 'J' ? ['J', name, sex, birth, ADDRESS, number, AUTHORITY] : ['', ...plain];
        return JSON.stringify({
          func: 'iReadIdentityCard',
          out: [(this.habits.typedRecords ? typed : plain).join('|')],
        });
      }
    }
  }

  /** What is said of a request that gave no card; 0 of one to open. */
  #failure(request: string, code: number): string {
    switch (this.dialect) {
      case 'huashi':
        return huashiAnswer({ ...EMPTY_CARD, errorMsg: code === 0 ? '' : '读卡失败', resultFlag: code });
      case 'shensi': {
        const method = request.includes('"OpenDevice"') ? 'OpenDevice' : 'IdReadCard';
        return JSON.stringify({ Method: method, RetCode: String(code), ErrMsg: code === 0 ? '' : '失败' });
      }
      case 'decard':
        return JSON.stringify({
          func: 'iReadIdentityCard',
          out: [code === -2 ? '设备连接失败' : `读卡失败(${code})`],
        });
    }
  }

  #encoded(text: string): Uint8Array {
    return this.habits.codePage === 'utf-8' ? Buffer.from(text) : gb18030(text);
  }
}

const ADDRESS = '虚构省样例市示范区测试路1号';
const AUTHORITY = '样例市公安局示范分局';
const EMPTY_CARD = { bornDay: '', certAddress: '', certNumber: '', identityPic: '', partyName: '' };

/** The spelling of the C++ library the public clients' patterns fit: three blanks in front, blanks around the colon. */
function huashiAnswer(fields: Record<string, string | number>): string {
  const lines = Object.entries(fields).map(([name, value]) => `   "${name}" : ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function besides(dialect: ServiceDialect): string {
  return dialect === 'shensi'
    ? '{"Method":"DeviceEvent","State":"1"}'
    : '{"func":"iGetReaderInfo","out":["T10"]}';
}

function answer(asked: Asked, body: Uint8Array, how: { spoiling: Spoiling | null; inPieces: boolean }): void {
  switch (how.spoiling?.with) {
    case 'garbage':
      return asked.answer(
        Uint8Array.from({ length: 300 }, (_, i) => (i * 91 + 17) & 0xff),
        false,
      );
    case 'half':
      return asked.half(body);
    case 'hang-up':
      return asked.hangUp();
    case 'turn-away':
      return asked.turnAway();
    case 'huge':
      return asked.answer(Buffer.alloc(HUGE_BYTES, 0x20), false);
    case 'not-http':
      return asked.raw(Buffer.from('SSH-2.0-Simulated\r\n'));
    default:
      return asked.answer(body, how.inPieces);
  }
}

/** Node can only decode it, so the table is made by decoding every two-byte code. */
function gb18030(text: string): Uint8Array {
  const table = gbTable();
  return Uint8Array.from(
    [...text].flatMap((character) => table.get(character) ?? [character.charCodeAt(0) & 0x7f]),
  );
}

let gbCodes: ReadonlyMap<string, readonly number[]> | null = null;
function gbTable(): ReadonlyMap<string, readonly number[]> {
  if (gbCodes !== null) return gbCodes;
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && !codes.has(character)) codes.set(character, [lead, trail]);
    }
  }
  gbCodes = codes;
  return codes;
}
