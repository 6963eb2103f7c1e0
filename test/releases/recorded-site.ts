/** What happens at the site whose data become the fixtures of a release: three rounds, and most of what can go wrong in one. */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { TubePattern } from '#shared/tube-pattern.ts';
import { redeem, WireKiosk } from '../support/edge/wire-kiosk.ts';
import { LeadClient } from './lead-client.ts';
import {
  runEdge,
  startEdge,
  startKiosk,
  type Programs,
  type RunningEdge,
  type RunningKiosk,
} from './running-programs.ts';
import type { WireRecorder } from './wire-recording.ts';

/** An invented person with the number and name of their card. */
export interface Somebody {
  number: string;
  name: string;
  phone: string;
}

/** A reader on a table with a way to put people's cards on it. */
interface CardReader<Person extends Somebody> {
  path: string;
  swipe(person: Person): Promise<void>;
  fail(person: Person, seen: () => Promise<unknown>): Promise<void>;
  unplug(): Promise<void>;
}

export interface SiteParts<Person extends Somebody> {
  programs: Programs;
  /** Everything is made below it. */
  directory: string;
  wire: WireRecorder;
  people: readonly Person[];
  reader: () => Promise<CardReader<Person>>;
  /** Epoch ms now. */
  now: number;
}

export const ACCOUNT = { name: '现场负责人', password: 'four words are long' };

const HOUR_MS = 3_600_000;
const ON_ROSTER = 24;
const CAPACITY = 5;
/** Counted keys come at most twice a second. */
const COUNTED_MS_MAX = 2000;
const WORKSHOPS = ['一车间', '二车间'];
const TEAMS = ['甲班', '乙班', '丙班'];

const anything = z.looseObject({});
const withId = z.looseObject({ id: z.string() });
const withCode = z.looseObject({ code: z.string(), secret: z.string() });
const discrepanciesSchema = z.looseObject({ discrepancies: z.array(withId) });
const missingSchema = z.looseObject({
  groups: z.array(z.looseObject({ missing: z.array(withId) })),
});
const tubesSchema = z.looseObject({ tubes: z.array(z.looseObject({ id: z.string(), code: z.string() })) });
const peopleSchema = z.looseObject({ people: z.array(z.looseObject({ id: z.string(), where: z.string() })) });
const candidatesSchema = z.looseObject({ candidates: z.array(z.looseObject({ swipe: z.string() })).min(1) });
const walkInsSchema = z.looseObject({ walkIns: z.array(withId).min(1) });
const roundSchema = z.looseObject({ openingCode: z.string() });

/** A kiosk at its table. */
interface Table<Person extends Somebody> {
  kiosk: RunningKiosk;
  reader: CardReader<Person>;
  data: string;
}

/** Whom station 2 counts in the open round, and nobody at station 1. */
export const COUNTED_ELSEWHERE = { person: 8, station: 2 };

/** Plays the site and leaves its directories below `directory`. Returns the opening code of the open round. */
export class RecordedSite<Person extends Somebody> {
  readonly #parts: SiteParts<Person>;
  readonly #where: { data: string; keys: string };
  #edge: RunningEdge;
  #lead: LeadClient;

  static async play<Person extends Somebody>(parts: SiteParts<Person>): Promise<{ openingCode: string }> {
    const where = {
      data: path.join(parts.directory, 'site/data'),
      keys: path.join(parts.directory, 'site/keys'),
    };
    const edge = await startEdge(parts.programs, { ...where, port: 0 });
    parts.wire.handTo(edge.url);
    const lead = await LeadClient.setUp(edge.url, { ...ACCOUNT, code: edge.setupCode ?? '' });
    return new RecordedSite(parts, { where, edge, lead }).#play();
  }

  private constructor(
    parts: SiteParts<Person>,
    made: { where: { data: string; keys: string }; edge: RunningEdge; lead: LeadClient },
  ) {
    this.#parts = parts;
    this.#where = made.where;
    this.#edge = made.edge;
    this.#lead = made.lead;
  }

  async #play(): Promise<{ openingCode: string }> {
    // Nobody has told this one of a round, and nobody will.
    const lost = await this.#table('kiosk-no-round', 9);
    await lost.kiosk.hands.see('no round', ({ bands }) => bands.some(({ band }) => band === 'no-round'));
    const one = await this.#table('kiosk-delivered', 1);
    const two = await this.#table('kiosk-tail', 2);
    await this.#closedRound(one, two);
    const clone = await this.#settlingRound(one, two);
    await lost.reader.swipe(this.#person(20));
    await lost.kiosk.hands.delivered();
    const open = await this.#openRound(one, two);
    for (const table of [one, clone]) await this.#leave(table);

    await this.#edge.stop();
    await two.reader.swipe(this.#person(12));
    await two.kiosk.hands.pressFor('undone', { command: 'undo' });
    for (const n of [12, 13, 31]) await two.reader.swipe(this.#person(n));
    await lost.reader.swipe(this.#person(21));
    for (const table of [two, lost]) await this.#leave(table);
    const { openingCode } = open;
    return { openingCode };
  }

  /** Two stations before the swab, every kind of entry, a list that differs, decisions; closed. */
  async #closedRound(one: Table<Person>, two: Table<Person>): Promise<void> {
    const round = await this.#round('第1轮', { stations: [1, 2], hoursAgo: 9 });
    await this.#seeRound([one, two], '第1轮', 'draft');
    await one.reader.swipe(this.#person(0)); // a rehearsal
    await one.kiosk.hands.see('a rehearsal', ({ face }) => face.face === 'test');
    await this.#state(round, 'open');
    await this.#seeRound([one, two], '第1轮', 'open');

    await this.#openTube(one, '0000017');
    for (const n of [0, 1, 2, 3, 4]) await one.reader.swipe(this.#person(n));
    await this.#seal(one, 5);
    await one.kiosk.hands.delivered();

    await this.#openTube(two, '0000021');
    for (const n of [5, 6, 7, 30]) await two.reader.swipe(this.#person(n));
    await two.reader.swipe(this.#person(5)); // once more in the same tube
    await two.kiosk.hands.see('a repeat here', ({ face }) => face.face === 'repeat-here');
    await this.#comesFromElsewhere(two, 0);
    await two.kiosk.hands.pressFor('sealing', { command: 'change-tube' });
    const who = await two.kiosk.hands.pressFor('who-was-not-sampled', { command: 'seal', swabbed: 3 });
    const candidate = candidatesSchema.parse(who.face).candidates.at(-1);
    await two.kiosk.hands.press({ command: 'not-sampled', swipe: candidate?.swipe });

    await this.#openTube(two, '0000022');
    await two.reader.swipe(this.#person(8));
    await two.kiosk.hands.pressFor('undone', { command: 'undo' });
    await two.reader.swipe(this.#person(9));
    await this.#cannotBeRead(two, 10);
    await two.kiosk.hands.press({ command: 'settle-unreadable', sampled: true });
    await this.#enter(two, { kind: 'staff', number: 'A0011', name: null, phone: null });
    await this.#enter(two, { kind: 'none', number: '', name: '测无证', phone: '10000000001' });
    const passport = { kind: 'document', documentType: '护照', number: 'E00000001', name: 'SPECIMEN ANNA' };
    await this.#enter(two, { ...passport, phone: null });
    await this.#seal(two, 5);
    for (const table of [one, two]) await this.#packUp(table);

    await this.#labCounts(round, { '0000017': 5, '0000021': 4, '0000099': 3 }, true);
    const missing = await this.#missing(round);
    await this.#post(`${round}/excuses`, { person: missing[0], reason: '休假' });
    const withdrawn = await this.#post(`${round}/excuses`, { person: missing[1], reason: '出差' });
    await this.#delete(`${round}/excuses/${withdrawn}`);
    const held = await this.#post(`${round}/links`, {
      credentials: missing.slice(2, 4),
      reason: 'two rows of one person',
    });
    await this.#post(`${round}/links/${held}/decision`, { state: 'accepted', reason: '两行是同一人' });
    const undone = await this.#post(`${round}/links`, {
      credentials: missing.slice(4, 6),
      reason: 'a mistake',
    });
    await this.#delete(`${round}/links/${undone}`);
    const { tubes } = await this.#lead.get(`/rounds/${round}/tubes`, tubesSchema);
    const first = tubes.find(({ code }) => code === '0000017');
    const inIt = await this.#lead.get(
      `/rounds/${round}/tubes/${first?.id}/people?reason=${encodeURIComponent('核对')}`,
      peopleSchema,
    );
    const swipe = inIt.people.findLast(({ where }) => where === 'in')?.id;
    await this.#post(`${round}/voids`, { swipe, reason: '误刷' });
    await this.#post(`${round}/tubes/${first?.id}/corrections`, { batch: 'B1', reason: '补批号' });
    await this.#state(round, 'settling');
    await this.#decide(round, ['accepted', 'explained']);
    await this.#state(round, 'closed');
  }

  /** A cloned kiosk, a stranger's events nobody can use, a list that is not whole, an exception; still settling. */
  async #settlingRound(one: Table<Person>, two: Table<Person>): Promise<Table<Person>> {
    const round = await this.#round('第2轮', { stations: [1, 2, 3], hoursAgo: 6 });
    await this.#state(round, 'open');
    await this.#seeRound([one, two], '第2轮', 'open');
    await this.#openTube(one, '0000031');
    for (const n of [0, 1, 2]) await one.reader.swipe(this.#person(n));
    await this.#seal(one, 3);
    await one.kiosk.hands.delivered();
    const clone = await this.#cloned(one);
    await one.reader.swipe(this.#person(3)); // in no tube
    await one.kiosk.hands.delivered();
    await clone.reader.swipe(this.#person(4));
    await clone.kiosk.hands.delivered();

    await two.reader.swipe(this.#person(5)); // no tube is open: the next one collects this swipe
    await this.#openTube(two, '0000041');
    for (const n of [6, 32, 14]) await two.reader.swipe(this.#person(n));
    await two.kiosk.hands.press({ command: 'move-last', count: 1, to: 'no-tube' });
    await this.#seal(two, 3);
    await this.#packUp(two);
    await this.#stranger(round);
    await this.#labCounts(round, { '0000031': 2, '0000041': 3 }, false);
    const entry = { tube: '0000071', count: 2 };
    await this.#lead.send('POST', `/rounds/${round}/lab-counts/entries`, entry, anything);
    const clerk = { name: '检验员', password: 'five words are longer still', roles: ['lab-clerk'] };
    await this.#lead.send('POST', '/accounts', clerk, anything);
    await this.#describeWalkIns(round);
    const amended = `/rounds/${round}/roster?reason=${encodeURIComponent('新入职')}`;
    await this.#lead.send('PUT', amended, this.#roster(ON_ROSTER + 1), anything);
    await this.#state(round, 'settling');
    await this.#decide(round, ['explained']);
    for (const table of [one, clone]) await this.#packUp(table);
    return clone;
  }

  /** Half of it is backed up, then the edge is set back to that and the kiosks deliver again; still open. */
  async #openRound(one: Table<Person>, two: Table<Person>): Promise<{ openingCode: string }> {
    const round = await this.#round('第3轮', {
      stations: [1, 2, 4],
      hoursAgo: 3,
      tubePattern: { length: 7, prefix: '0000', check: 'none' },
    });
    await this.#state(round, 'open');
    await this.#seeRound([one, two], '第3轮', 'open');
    await this.#openTube(one, '0000051');
    for (const n of [0, 1, 2, 3, 4, 5]) await one.reader.swipe(this.#person(n)); // one more than it takes
    await this.#seal(one, 6);
    await one.kiosk.hands.delivered();
    const backup = path.join(this.#parts.directory, 'backup.sqlite');
    await this.#run('backup', `--to=${backup}`);
    await this.#openTube(one, '0000052');
    await one.reader.swipe(this.#person(15));
    await one.kiosk.hands.delivered();
    await two.kiosk.hands.pressFor('continue-tube', { command: 'tube-code', code: '0000052' });
    await two.kiosk.hands.press({ command: 'continue-tube', yes: true });
    await two.reader.swipe(this.#person(16));
    await this.#seal(two, 2);
    await this.#openTube(two, '0000061');
    await this.#comesFromElsewhere(two, 1);
    for (const n of [7, 8]) await two.reader.swipe(this.#person(n));
    const [away = ''] = await this.#missing(round);
    await this.#post(`${round}/excuses`, { person: away, reason: '隔离' });
    for (const { kiosk } of [one, two]) await kiosk.hands.delivered();
    const { openingCode } = await this.#lead.get(`/rounds/${round}`, roundSchema);

    await this.#edge.stop();
    this.#keepEdge('edge-plain');
    await this.#run('restore', `--from=${backup}`);
    this.#edge = await startEdge(this.#parts.programs, { ...this.#where, port: 0 });
    this.#parts.wire.handTo(this.#edge.url);
    this.#lead = this.#lead.at(this.#edge.url);
    for (const { kiosk } of [one, two]) {
      await kiosk.hands.see('the edge', ({ bands }) => bands.every(({ band }) => band !== 'offline'));
      await kiosk.hands.delivered();
    }
    await two.reader.swipe(this.#person(9));
    await two.kiosk.hands.delivered();
    await pause(COUNTED_MS_MAX); // no screen shows when the other kiosk has heard of them
    return { openingCode };
  }

  /** The same journal on two machines. */
  async #cloned(one: Table<Person>): Promise<Table<Person>> {
    await one.kiosk.stop();
    const data = path.join(this.#parts.directory, 'kiosk-forked');
    cpSync(one.data, data, { recursive: true });
    const { programs } = this.#parts;
    one.kiosk = await startKiosk(programs, { data: one.data, reader: one.reader.path, pair: null });
    await one.kiosk.hands.delivered();
    await this.#seeRound([one], '第2轮', 'open');
    const reader = await this.#parts.reader();
    const kiosk = await startKiosk(programs, { data, reader: reader.path, pair: null });
    await kiosk.hands.see('the fork', ({ bands }) => bands.some(({ band }) => band === 'forked'));
    await kiosk.hands.delivered();
    return { kiosk, reader, data };
  }

  /** A kiosk by another maker: one event is of a type nobody knows, one has a body that is none. */
  async #stranger(round: string): Promise<void> {
    const pairing = await this.#lead.send('POST', '/pairings', { station: 3 }, withCode);
    const edge = { origin: this.#edge.url, fingerprint: null };
    const redeemed = await redeem(edge, { secret: pairing.secret, device: 'another kiosk' });
    const kiosk = await WireKiosk.open({
      edge,
      redeemed,
      device: 'another kiosk',
      stand: 'before',
      wall: Date.now,
    });
    await kiosk.ready();
    kiosk.openTube('0000071');
    for (const n of [10, 11]) {
      const { number, name } = this.#person(n);
      kiosk.swipe({ kind: 'id', number, name });
    }
    kiosk.append('of-a-later-day' as 'round-ended', {});
    kiosk.append('unreadable', { attempts: 1000 });
    kiosk.sealTube(2);
    await kiosk.send();
    kiosk.close();
    const lastSequence = kiosk.head.sequence;
    await this.#post(`${round}/exceptions`, { install: kiosk.install, lastSequence, reason: '已收走' });
  }

  async #table(name: string, station: number): Promise<Table<Person>> {
    const { programs, directory, wire } = this.#parts;
    const pairing = await this.#lead.send('POST', '/pairings', { station }, withCode);
    const pair = pairing.code.replace(`:${this.#edge.port}/`, `:${wire.port}/`);
    const data = path.join(directory, name);
    const reader = await this.#parts.reader();
    const kiosk = await startKiosk(programs, { data, reader: reader.path, pair });
    await kiosk.hands.see('the pairing', ({ paired }) => paired);
    return { kiosk, reader, data };
  }

  async #leave(table: Table<Person>): Promise<void> {
    await table.kiosk.stop();
    await table.reader.unplug();
  }

  async #openTube({ kiosk }: Table<Person>, code: string): Promise<void> {
    await kiosk.hands.pressFor('tube-opened', { command: 'tube-code', code });
  }

  async #seal({ kiosk }: Table<Person>, swabbed: number): Promise<void> {
    await kiosk.hands.pressFor('sealing', { command: 'change-tube' });
    await kiosk.hands.pressFor('sealed', { command: 'seal', swabbed });
  }

  async #packUp({ kiosk }: Table<Person>): Promise<void> {
    await kiosk.hands.pressFor('round-ended', { command: 'end-round' });
    await kiosk.hands.delivered();
    await kiosk.hands.press({ command: 'dismiss' });
  }

  async #comesFromElsewhere({ kiosk, reader }: Table<Person>, n: number): Promise<void> {
    await reader.swipe(this.#person(n));
    await kiosk.hands.see('a repeat from elsewhere', ({ face }) => face.face === 'repeat-elsewhere');
    await kiosk.hands.press({ command: 'sampled-again', yes: false });
  }

  async #cannotBeRead({ kiosk, reader }: Table<Person>, n: number): Promise<void> {
    for (const attempt of [1, 2, 3])
      await reader.fail(this.#person(n), () =>
        kiosk.hands.see(`failure ${attempt}`, ({ face }) =>
          attempt < 3 ? face['attempt'] === attempt : face.face === 'unreadable-staff',
        ),
      );
  }

  async #enter({ kiosk }: Table<Person>, person: Record<string, unknown>): Promise<void> {
    await kiosk.hands.pressFor('counted', { command: 'manual', documentType: null, ...person });
  }

  async #seeRound(tables: readonly Table<Person>[], name: string, state: string): Promise<void> {
    for (const { kiosk } of tables)
      await kiosk.hands.see(`${name} ${state}`, ({ round }) => round?.name === name && round.state === state);
  }

  /** A planned round with its roster; its sessions are over, so that nobody's state hangs on the time of a test. */
  async #round(
    name: string,
    given: { stations: number[]; hoursAgo: number; tubePattern?: TubePattern },
  ): Promise<string> {
    const from = this.#parts.now - given.hoursAgo * HOUR_MS;
    const { id } = await this.#lead.send(
      'POST',
      '/rounds',
      {
        name,
        capacity: CAPACITY,
        tubeMode: 'codes',
        tubePattern: given.tubePattern ?? null,
        expectedBasis: 'roster-minus-excused',
        stations: given.stations.map((station) => ({ station, stand: 'before' })),
        sessions: [
          {
            name: '早场',
            from: new Date(from).toISOString(),
            to: new Date(from + HOUR_MS).toISOString(),
            shift: null,
          },
        ],
      },
      withId,
    );
    await this.#lead.send('PUT', `/rounds/${id}/roster`, this.#roster(ON_ROSTER), anything);
    return id;
  }

  #roster(people: number): Record<string, unknown>[] {
    return this.#parts.people.slice(0, people).map((person, n) => ({
      number: person.number,
      name: person.name,
      workshop: WORKSHOPS[n % WORKSHOPS.length],
      team: TEAMS[n % TEAMS.length],
      staff_number: `A${String(n).padStart(4, '0')}`,
      phone: person.phone,
    }));
  }

  async #describeWalkIns(round: string): Promise<void> {
    const { walkIns } = await this.#lead.get(`/rounds/${round}/walk-ins`, walkInsSchema);
    const people = walkIns.map(({ id }) => id);
    await this.#post(`${round}/walk-ins`, { people, unit: '示例劳务', category: 'agency' });
  }

  #state(round: string, state: string): Promise<unknown> {
    return this.#lead.send('POST', `/rounds/${round}/state`, { state }, anything);
  }

  async #labCounts(round: string, counts: Record<string, number>, complete: boolean): Promise<void> {
    const lines = Object.entries(counts).map(([tube, count]) => ({ tube, count }));
    await this.#lead.send('PUT', `/rounds/${round}/lab-counts?complete=${complete}`, lines, anything);
  }

  async #missing(round: string): Promise<string[]> {
    const { groups } = await this.#lead.get(`/rounds/${round}/missing`, missingSchema);
    return groups.flatMap(({ missing }) => missing.map(({ id }) => id));
  }

  /** Decides the round's discrepancies, these states in turn; with one state the first of them alone. */
  async #decide(round: string, states: readonly string[]): Promise<void> {
    const { discrepancies } = await this.#lead.get(`/rounds/${round}/discrepancies`, discrepanciesSchema);
    const decided = states.length === 1 ? discrepancies.slice(0, 1) : discrepancies;
    for (const [n, { id }] of decided.entries())
      await this.#post(`${round}/discrepancies/decision`, {
        id,
        state: states[n % states.length],
        reason: '已核对',
      });
  }

  async #post(at: string, body: Record<string, unknown>): Promise<string> {
    return (await this.#lead.send('POST', `/rounds/${at}`, body, withId)).id;
  }

  #delete(at: string): Promise<unknown> {
    return this.#lead.remove(`/rounds/${at}`);
  }

  async #run(...command: string[]): Promise<void> {
    const { code, said } = await runEdge(this.#parts.programs, this.#where, ...command);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${said}`);
  }

  /** Copies the stopped edge as it lies. */
  #keepEdge(name: string): void {
    const into = path.join(this.#parts.directory, name);
    mkdirSync(into, { recursive: true });
    cpSync(path.dirname(this.#where.data), into, { recursive: true });
    if (readdirSync(path.join(into, 'data')).some((file) => file.endsWith('-wal')))
      throw new Error('the edge has left its write-ahead log');
  }

  #person(n: number): Person {
    const person = this.#parts.people[n];
    if (person === undefined) throw new Error(`there is no person ${n}`);
    return person;
  }
}
