import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex, utf8ToBytes } from '#shared/bytes.ts';
import { parseBody } from '#shared/event/event.ts';
import { eventId, type EventId } from '#shared/ids.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { roundContact } from '../../../edge-service/counting/completeness.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { storeRound, swipeOf } from '../../support/edge/ledger-people.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

const ROUND = testUuid('round', 1);
const OTHER_ROUND = testUuid('round', 2);
const MINUTE_MS = 60_000;
const place = temporaryDirectory();
let keys: KeyStore;
let files = 0;

beforeAll(() => {
  keys = new KeyStore(path.join(place.dir, 'keys'));
  keys.site();
  keys.createRound(ROUND);
});
afterAll(() => place.remove());

/** The last event a child shares with its parent. */
interface Shared {
  of: string;
  sequence: number;
}

/** What happened before the round is looked at; minutes count from its opening, and time goes on only when a row says so. */
class Scene {
  readonly fixture = new LedgerFixture({ file: path.join(place.dir, `contact-${++files}.sqlite`), keys });
  readonly #opened = this.fixture.now;
  readonly #journals = new Map<string, TestJournal>();
  #people = 0;

  /** Null: the edge does not know the round. */
  constructor(stations: readonly number[] | null) {
    storeRound(this.fixture.db, {
      round: OTHER_ROUND,
      number: 2,
      state: 'closed',
      stations: [{ station: 1, stand: 'before' }],
      openedAt: null,
    });
    if (stations === null) return;
    storeRound(this.fixture.db, {
      round: ROUND,
      number: 1,
      state: 'open',
      stations: stations.map((station) => ({ station, stand: 'before' })),
      openedAt: this.#opened,
    });
  }

  at(minute: number): this {
    this.fixture.now = this.#opened + minute * MINUTE_MS;
    return this;
  }

  minuteOf(time: number | null): number | null {
    return time === null ? null : (time - this.#opened) / MINUTE_MS;
  }

  /** The journal of a kiosk called by a letter: of station 1 for A, 2 for B and so on, unless another is given. */
  journal(name: string, of: { station: number; parent: Shared | null } | null = null): TestJournal {
    const known = this.#journals.get(name);
    if (known) return known;
    const number = name.charCodeAt(0) - 64;
    const install = testUuid('install', number);
    const journal = new TestJournal({ install, station: of?.station ?? number });
    this.#journals.set(name, journal);
    const shared = of?.parent ?? null;
    const parent = shared && {
      install: this.journal(shared.of).install,
      sequence: shared.sequence,
      hash: '0'.repeat(64),
    };
    journal.append({ type: 'installed', device: name, parent });
    return journal;
  }

  /** The kiosk of A begins journal B, which shares the events of A up to this one. */
  fork(sequence: number): this {
    this.journal('B', { station: 1, parent: { of: 'A', sequence } });
    return this;
  }

  /** A, of station 1, shares the events of the other up to this one. */
  childOf(other: string, sequence: number): this {
    this.journal('A', { station: 1, parent: { of: other, sequence } });
    return this;
  }

  /** An event that does not follow from the one before it arrives. */
  breakChain(name: string): this {
    const journal = this.journal(name);
    const other = new TestJournal({ install: journal.install, station: journal.station });
    while (other.head.sequence < journal.head.sequence) other.append({ type: 'round-ended' });
    other.append({ type: 'round-ended' });
    const { sequence } = other.head;
    this.fixture.append({ header: journal.header(sequence), bytes: other.batch(sequence, sequence).bytes });
    return this;
  }

  /** B is a second kiosk of station 1. */
  secondOfStation(): this {
    this.journal('B', { station: 1, parent: null });
    return this;
  }

  name(install: string): string {
    return [...this.#journals].find(([, journal]) => journal.install === install)?.[0] ?? install;
  }

  /** Says hello with a head of the present journal, which the edge may not hold yet. */
  hello(name: string): this {
    this.#hello(name, false);
    return this;
  }

  /** A second machine says hello under the same journal. */
  seenTwice(name: string): this {
    this.#hello(name, true);
    return this;
  }

  #hello(name: string, secondConnection: boolean): void {
    const journal = this.journal(name);
    this.fixture.write('kiosk.hello', {
      hello: {
        install: journal.install,
        head: journal.header(1).head,
        wallTime: 0,
        edgeHead: null,
        counted: null,
      },
      pairing: `pairing of station ${journal.station}`,
      station: journal.station,
      secondConnection,
    });
  }

  swipe(name: string): this {
    swipeOf(this.journal(name), { keys, round: ROUND, n: ++this.#people, withKey: true, tube: null });
    return this;
  }

  write(name: string, type: 'round-ended' | 'unreadable' | 'tube-opened', round = ROUND): this {
    const at = { round, phase: 'open' as const };
    const journal = this.journal(name);
    if (type === 'unreadable') journal.append({ type, ...at, attempts: 3 });
    else if (type === 'tube-opened')
      journal.append({ type, ...at, code: null, batch: null, capacity: 10, collects: [] });
    else journal.append({ type, ...at });
    return this;
  }

  /** Everything up to `last` arrives; the kiosk says its head as it is. */
  send(name: string, last = this.journal(name).head.sequence): this {
    const journal = this.journal(name);
    this.fixture.append(journal.batch(1, last));
    return this;
  }

  /** A swipe and 收工, all of it here. */
  packUp(name: string): this {
    return this.hello(name).swipe(name).write(name, 'round-ended').send(name);
  }

  /** A heartbeat that names a head. */
  beat(name: string, head: number): this {
    const { install } = this.journal(name);
    this.fixture.write('kiosk.contacts', { contacts: [{ install, head, at: this.fixture.now }] });
    return this;
  }

  /** As an event that arrived before what it now falls short of; the route refuses a number below the head. */
  except(name: string, lastSequence: number, round = ROUND): this {
    const { install } = this.journal(name);
    const given = { install, lastSequence, reason: '电脑摔坏', round, by: 'lead' };
    this.fixture.write('test.decide', { decision: { type: 'exception', ...given } });
    return this;
  }

  review(name: string): this {
    const { install } = this.journal(name);
    this.fixture.write('test.decide', {
      decision: { type: 'fork-reviewed', install, reason: '看过', round: null, by: 'lead' },
    });
    return this;
  }

  /** The child holds a copy of an event of its parent that has not arrived. */
  copy(child: string, of: { from: string; sequence: number }): this {
    const journal = this.journal(of.from);
    const event = journal.events[of.sequence - 1]!;
    const parsed = parseBody(event.body);
    if (!parsed.ok) throw new Error(parsed.code);
    const origin = { event: eventId(journal.install, of.sequence), hash: bytesToHex(event.hash) };
    this.journal(child).append({ ...parsed.body, origin }, event.sealed);
    return this;
  }

  garbage(name: string): EventId {
    return this.journal(name).appendBytes(utf8ToBytes('garbage'));
  }

  settleQuarantine(event: EventId): this {
    const given = { event, reason: '看过', round: null, by: 'lead' };
    this.fixture.write('test.decide', { decision: { type: 'quarantine-settled', ...given } });
    return this;
  }
}

interface Row {
  what: string;
  /** Planned; null: the edge does not know the round. */
  stations: number[] | null;
  before: (scene: Scene) => unknown;
  complete: boolean;
  /** Minutes after the opening; null: nobody can say. */
  finalUpTo: number | null;
  /** Why it is not complete, kiosks by their letters. Left out: nothing of it. */
  open?: { unsettled?: string; gaps?: string; unexcepted?: string; quarantined?: number; forks?: string };
  unheard?: number[];
}

/** A at minute 1 and B at minute 5, both with a swipe and neither done. */
const bothAtWork = (s: Scene) =>
  s.at(1).hello('A').swipe('A').send('A').at(5).hello('B').swipe('B').send('B').at(9);

const ROWS: Row[] = [
  {
    what: 'nobody was planned and nobody came',
    stations: null,
    before: () => {},
    complete: false,
    finalUpTo: null,
  },
  {
    what: 'a planned station was never heard of, the other has packed up',
    stations: [1, 2],
    before: (s) => s.at(1).packUp('A'),
    complete: false,
    finalUpTo: null,
    unheard: [2],
  },
  {
    what: 'of two at work the one held longest ago decides',
    stations: [1, 2],
    before: bothAtWork,
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'AB', unexcepted: 'AB' },
  },
  {
    what: 'the first has packed up: only who still works decides',
    stations: [1, 2],
    before: (s) => bothAtWork(s).write('A', 'round-ended').at(3).send('A'),
    complete: false,
    finalUpTo: 5,
    open: { unsettled: 'B', unexcepted: 'B' },
  },
  {
    what: 'the later one has packed up',
    stations: [1, 2],
    before: (s) => bothAtWork(s).write('B', 'round-ended').send('B'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'all have packed up: the moment the last of them was held',
    stations: [1, 2],
    before: (s) => s.at(1).packUp('A').at(5).packUp('B').at(9),
    complete: true,
    finalUpTo: 5,
  },
  {
    what: 'the last to pack up was the first station',
    stations: [1, 2],
    before: (s) => s.at(1).packUp('B').at(5).packUp('A').at(9),
    complete: true,
    finalUpTo: 5,
  },
  {
    what: 'one at work has never been held whole',
    stations: [1, 2],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').swipe('B').at(2).hello('B'),
    complete: false,
    finalUpTo: null,
    open: { unsettled: 'AB', gaps: 'B', unexcepted: 'AB' },
  },
  {
    what: 'a heartbeat with the head that is held moves the time on',
    stations: [1, 2],
    before: (s) => bothAtWork(s).beat('A', 2),
    complete: false,
    finalUpTo: 5,
    open: { unsettled: 'AB', unexcepted: 'AB' },
  },
  {
    what: 'a heartbeat with more than is held leaves the time',
    stations: [1, 2],
    before: (s) => bothAtWork(s).beat('A', 3),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'AB', gaps: 'A', unexcepted: 'AB' },
  },
  {
    what: '收工 is here, and the kiosk has said more since',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(2).beat('A', 4),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', gaps: 'A', unexcepted: 'A' },
  },
  {
    what: 'a swipe after 收工',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(2).swipe('A').send('A'),
    complete: false,
    finalUpTo: 2,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'an unreadable card after 收工',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(2).write('A', 'unreadable').send('A'),
    complete: false,
    finalUpTo: 2,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: '收工 once more after an unreadable card',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(2).write('A', 'unreadable').write('A', 'round-ended').send('A'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'a kiosk at work is excepted where its journal ends, and that one decides no more',
    stations: [1, 2],
    before: (s) => bothAtWork(s).except('A', 2),
    complete: false,
    finalUpTo: 5,
    open: { unsettled: 'B', unexcepted: 'B' },
  },
  {
    what: 'all excepted where their journals end',
    stations: [1, 2],
    before: (s) => bothAtWork(s).except('A', 2).except('B', 2),
    complete: true,
    finalUpTo: 5,
  },
  {
    what: 'an exception below the last swipe',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').except('A', 1),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'an exception up to a number that is not here answers for it and completes nothing',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').except('A', 4),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A' },
  },
  {
    what: 'an exception up to what is here, of a kiosk that has said more: settled with a gap',
    stations: [1, 2],
    before: (s) => bothAtWork(s).except('A', 2).at(9).beat('A', 4),
    complete: false,
    finalUpTo: 5,
    open: { unsettled: 'B', gaps: 'A', unexcepted: 'AB' },
  },
  {
    what: 'excepted and never held whole beside one that packed up: the time that is known',
    stations: [1, 2],
    before: (s) => s.at(1).swipe('A').swipe('A').hello('A').send('A', 2).except('A', 2).at(4).packUp('B'),
    complete: false,
    finalUpTo: 4,
    open: { gaps: 'A', unexcepted: 'A' },
  },
  {
    what: 'excepted and never held whole beside one at work: that one decides',
    stations: [1, 2],
    before: (s) =>
      s
        .at(1)
        .swipe('A')
        .swipe('A')
        .hello('A')
        .send('A', 2)
        .except('A', 2)
        .at(4)
        .swipe('B')
        .hello('B')
        .send('B'),
    complete: false,
    finalUpTo: 4,
    open: { unsettled: 'B', gaps: 'A', unexcepted: 'AB' },
  },
  {
    what: 'all excepted and none ever held whole',
    stations: [1],
    before: (s) => s.at(1).swipe('A').swipe('A').hello('A').send('A', 2).except('A', 2),
    complete: false,
    finalUpTo: null,
    open: { gaps: 'A', unexcepted: 'A' },
  },
  {
    what: 'a body that cannot be used',
    stations: [1],
    before: (s) => {
      s.at(1).garbage('A');
      s.packUp('A');
    },
    complete: false,
    finalUpTo: 1,
    open: { quarantined: 1 },
  },
  {
    what: 'a body that cannot be used, which a person has settled',
    stations: [1],
    before: (s) => {
      const event = s.at(1).garbage('A');
      s.packUp('A').settleQuarantine(event);
    },
    complete: true,
    finalUpTo: 1,
  },
  {
    what: 'a kiosk of no planned station that took part',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).hello('C').swipe('C').send('C'),
    complete: false,
    finalUpTo: 3,
    open: { unsettled: 'C', unexcepted: 'C' },
  },
  {
    what: 'a kiosk of no planned station that only said hello concerns nobody',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).hello('C'),
    complete: true,
    finalUpTo: 1,
  },
  {
    what: 'a planned kiosk heard since the opening, of which nothing has come',
    stations: [1, 2],
    before: (s) => s.at(1).packUp('A').at(3).hello('B').send('B'),
    complete: false,
    finalUpTo: 3,
    open: { unsettled: 'B', unexcepted: 'B' },
  },
  {
    what: 'a planned kiosk that packed up without a swipe',
    stations: [1, 2],
    before: (s) => s.at(1).packUp('A').at(3).hello('B').write('B', 'round-ended').send('B'),
    complete: true,
    finalUpTo: 3,
  },
  {
    what: 'a planned station whose kiosk was last heard before the opening',
    stations: [1, 2],
    before: (s) => s.at(-3).hello('B').send('B').at(1).packUp('A'),
    complete: false,
    finalUpTo: -3,
    open: { unsettled: 'B', unexcepted: 'B' },
  },
  {
    what: 'a kiosk last heard before the opening, at a station where another has packed up since',
    stations: [1],
    before: (s) => s.at(-3).secondOfStation().hello('B').send('B').at(1).packUp('A'),
    complete: true,
    finalUpTo: 1,
  },
  {
    what: 'the same, but it has said that it has more than is here',
    stations: [1],
    before: (s) => s.at(-3).secondOfStation().hello('B').send('B').at(-2).beat('B', 3).at(1).packUp('A'),
    complete: false,
    finalUpTo: -3,
    open: { unsettled: 'B', gaps: 'B', unexcepted: 'B' },
  },
  {
    what: 'two kiosks of a planned station last heard before the opening: the later one is waited for',
    stations: [1],
    before: (s) => s.at(-2).hello('A').send('A').at(-5).secondOfStation().hello('B').send('B'),
    complete: false,
    finalUpTo: -2,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'a kiosk went on as its child, and two histories were seen of it: nobody has looked',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').fork(2).seenTwice('A').at(2).packUp('B'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A', forks: 'AB' },
  },
  {
    what: 'a kiosk went on as its child, and what it had said before is nowhere',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').beat('A', 3).fork(2).at(2).packUp('B').review('B'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', gaps: 'A', unexcepted: 'A' },
  },
  {
    what: 'a kiosk went on as its child, two histories were seen of it, and a person has looked',
    stations: [1],
    before: (s) =>
      s.at(1).hello('A').swipe('A').send('A').fork(2).seenTwice('A').at(2).packUp('B').review('A'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'the child of a kiosk of another station has packed up: that kiosk is asked after too',
    stations: [1],
    before: (s) => s.at(1).hello('C').send('C').beat('C', 3).at(2).childOf('C', 1).packUp('A').review('A'),
    complete: false,
    finalUpTo: 2,
    open: { gaps: 'C', unexcepted: 'C' },
  },
  {
    what: 'a second kiosk of a planned station heard since the opening, of which nothing has come',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).secondOfStation().hello('B').send('B'),
    complete: false,
    finalUpTo: 3,
    open: { unsettled: 'B', unexcepted: 'B' },
  },
  {
    what: 'a chain of a kiosk is broken, though it has packed up again since',
    stations: [1],
    before: (s) => s.at(1).packUp('A').breakChain('A').at(2).hello('A').send('A'),
    complete: false,
    finalUpTo: 2,
    open: { forks: 'A' },
  },
  {
    what: 'two exceptions: the further one is what the lead means',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').except('A', 1).except('A', 2),
    complete: true,
    finalUpTo: 1,
  },
  {
    what: 'an exception up to what the kiosk has said, not all of which is here',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').beat('A', 4).except('A', 4),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', gaps: 'A' },
  },
  {
    what: 'an exception of another round',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').except('A', 2, OTHER_ROUND),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'unreadable cards before 收工 and after it',
    stations: [1],
    before: (s) =>
      s
        .at(1)
        .hello('A')
        .write('A', 'unreadable')
        .write('A', 'round-ended')
        .write('A', 'unreadable')
        .send('A'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'an unreadable card of another round after 收工',
    stations: [1],
    before: (s) => s.at(1).packUp('A').write('A', 'unreadable', OTHER_ROUND).send('A'),
    complete: true,
    finalUpTo: 1,
  },
  {
    what: '收工 of another round after the last swipe',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').write('A', 'round-ended', OTHER_ROUND).send('A'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'a kiosk of no planned station that only opened a tube took part',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).hello('C').write('C', 'tube-opened').send('C'),
    complete: false,
    finalUpTo: 3,
    open: { unsettled: 'C', unexcepted: 'C' },
  },
  {
    what: 'a kiosk of no planned station that opened a tube of another round did not',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).hello('C').write('C', 'tube-opened', OTHER_ROUND).send('C'),
    complete: true,
    finalUpTo: 1,
  },
  {
    what: 'a kiosk of no planned station that only packed up took part',
    stations: [1],
    before: (s) => s.at(1).packUp('A').at(3).hello('C').write('C', 'round-ended').send('C'),
    complete: true,
    finalUpTo: 3,
  },
  {
    what: 'a parent of which nothing arrived, all of which is here as copies',
    stations: [1],
    before: (s) =>
      s
        .at(1)
        .swipe('A')
        .hello('A')
        .at(2)
        .fork(0)
        .copy('B', { from: 'A', sequence: 2 })
        .packUp('B')
        .review('B'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'what a child shares with its parent is here as a copy in another child',
    stations: [1],
    before: (s) => {
      s.at(1).swipe('A').hello('A').send('A', 1).at(2).fork(2).packUp('B');
      s.journal('C', { station: 1, parent: { of: 'A', sequence: 1 } });
      s.at(3).copy('C', { from: 'A', sequence: 2 }).packUp('C').review('A');
    },
    complete: true,
    finalUpTo: 3,
  },
  {
    what: 'a copy of what is here does not stand for what is not',
    stations: [1],
    before: (s) =>
      s
        .at(1)
        .hello('A')
        .swipe('A')
        .send('A')
        .beat('A', 3)
        .at(2)
        .fork(1)
        .copy('B', { from: 'A', sequence: 2 })
        .packUp('B')
        .review('B'),
    complete: false,
    finalUpTo: 1,
    open: { unsettled: 'A', gaps: 'A', unexcepted: 'A' },
  },
  {
    what: 'two histories were seen of a kiosk that went on as its child, and a person has looked at the child',
    stations: [1],
    before: (s) =>
      s.at(1).hello('A').swipe('A').send('A').fork(2).seenTwice('A').at(2).packUp('B').review('B'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'two histories were seen of a kiosk that packed up',
    stations: [1],
    before: (s) => s.at(1).packUp('A').seenTwice('A'),
    complete: false,
    finalUpTo: 1,
    open: { forks: 'A' },
  },
  {
    what: 'a kiosk went on as its child, which has packed up; nobody has looked',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').at(2).fork(2).packUp('B'),
    complete: false,
    finalUpTo: 2,
    open: { forks: 'B' },
  },
  {
    what: 'a kiosk went on as its child, which has packed up, and a person has looked',
    stations: [1],
    before: (s) => s.at(1).hello('A').swipe('A').send('A').at(2).fork(2).packUp('B').review('B'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'a child has packed up, and its parent was heard since',
    stations: [1],
    before: (s) =>
      s.at(1).hello('A').swipe('A').send('A').at(2).fork(2).packUp('B').review('B').at(3).beat('A', 2),
    complete: false,
    finalUpTo: 3,
    open: { unsettled: 'A', unexcepted: 'A' },
  },
  {
    what: 'a parent never held whole, all of which is here as copies',
    stations: [1],
    before: (s) =>
      s
        .at(1)
        .swipe('A')
        .hello('A')
        .send('A', 1)
        .at(2)
        .fork(1)
        .copy('B', { from: 'A', sequence: 2 })
        .packUp('B')
        .review('B'),
    complete: true,
    finalUpTo: 2,
  },
  {
    what: 'a child whose parent is lacking here: the child is not held whole either',
    stations: [1],
    before: (s) => s.at(1).swipe('A').at(2).fork(2).packUp('B').review('B'),
    complete: false,
    finalUpTo: null,
    open: { gaps: 'B', unexcepted: 'B' },
  },
];

describe('how far a round is final', () => {
  it.each(ROWS)('LG11, LG38 $what', (row) => {
    const scene = new Scene(row.stations);
    row.before(scene);
    const contact = roundContact(scene.fixture.db, ROUND);
    const named = (installs: readonly string[]) =>
      installs
        .map((install) => scene.name(install))
        .toSorted()
        .join('');
    expect(new Set(contact.installs.map(({ install }) => install)).size).toBe(contact.installs.length);
    expect({
      complete: contact.complete,
      finalUpTo: scene.minuteOf(contact.finalUpTo),
      unheard: contact.unheardStations,
      open: {
        unsettled: named(contact.open.unsettled),
        gaps: named(contact.open.gaps),
        unexcepted: named(contact.open.unexcepted.map(({ install }) => install)),
        quarantined: contact.open.quarantined,
        forks: named(contact.open.unreviewedForks),
      },
    }).toEqual({
      complete: row.complete,
      finalUpTo: row.finalUpTo,
      unheard: row.unheard ?? [],
      open: { unsettled: '', gaps: '', unexcepted: '', quarantined: 0, forks: '', ...row.open },
    });
    scene.fixture.close();
  });
});
