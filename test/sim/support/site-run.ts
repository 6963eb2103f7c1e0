import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import { createHash } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { RoundDefinition } from '#shared/round.ts';
import { brokenIdentity } from '#shared/counting/ladder.ts';
import type { RoundId } from '#shared/ids.ts';
import { seededRandom, type SeededRandom } from '../../support/seeded-random.ts';
import { tokenHash } from '../../../edge-service/access/secrets.ts';
import { rebuild } from '../../../edge-service/upkeep/rebuild.ts';
import { packRoster, sealRoster } from '../../../edge-service/roster/roster-store.ts';
import { Auditor, rosterCredentials, type ToldSoFar } from './auditor.ts';
import { Crowd, type Visit } from './crowd.ts';
import { temporaryDisk } from './disk.ts';
import { EdgeMachine } from './edge-machine.ts';
import { Misfortune, planFaults, type FaultKind, type FaultPlan } from './faults.ts';
import { KioskMachine, machineNameOf, tokenOf } from './kiosk-machine.ts';
import { Lead } from './lead.ts';
import { simPeople, type SimPerson } from './people.ts';
import { SeededKeys } from './seeded-keys.ts';
import { SiteNetwork } from './site-network.ts';
import { SITE_OPENS_AT, Timeline, type Life } from './timeline.ts';
import { Trace } from './trace.ts';

/** Things that may happen until a site whose faults have stopped must be whole again. */
const HEAL_STEPS_MAX = 30_000;
/** And the time it may take: the longest retry, two timeouts, and the pause between two forks, with room. */
const HEAL_MS_MAX = 6 * 60_000;
/** How often numbers are compared on the way; at the end they always are. */
const COMMITS_PER_TALLY = 97;
const MACHINES_MAX = 7;
const HOUR_MS = 3_600_000;
/** What led to a failure is told with it. */
const TRACE_LINES_SHOWN = 60;
/** Longer than from one heartbeat to the next, shorter than a kiosk waits for the answer to a batch. */
const HEARTBEAT_HEARD_MS = 7_000;
/** How often IT looks whether a kiosk has to be paired (again). */
const PAIR_EVERY_MS = 7_000;

export interface RunResult {
  seed: number;
  steps: number;
  /** Hash over every step and every line: the same seed gives the same. */
  fingerprint: string;
  trace: Trace;
  work: {
    visits: number;
    swipes: number;
    forks: number;
    kills: number;
    restores: number;
    decisions: number;
    events: number;
    healSteps: number;
    completeClaims: number;
    finalClaims: number;
  };
  faults: Record<FaultKind, number>;
}

/** Plays one site from a seed: a round with everything that can go wrong, then healing, then the auditor's verdict. Throws on the first lie. */
export async function runSite(options: {
  seed: number;
  visits: number;
  faults: FaultPlan | null;
}): Promise<RunResult> {
  await sodium.ready;
  const disk = temporaryDisk();
  const run = new SiteRun(options, disk.dir);
  try {
    return await run.play();
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`seed ${options.seed}: ${words}\n… after:\n${run.trace.tail(TRACE_LINES_SHOWN)}`, {
      cause: error,
    });
  } finally {
    run.close();
    disk.remove();
  }
}

class SiteRun {
  readonly trace = new Trace();
  readonly #options: { seed: number; visits: number };
  readonly #dir: string;
  readonly #random: SeededRandom;
  readonly #timeline = new Timeline();
  readonly #misfortune: Misfortune;
  readonly #people: SimPerson[];
  readonly #keys: SeededKeys;
  readonly #edge: EdgeMachine;
  readonly #network: SiteNetwork;
  readonly #auditor: Auditor;
  readonly #crowd: Crowd;
  readonly #site: Life = { name: 'site', alive: true };
  readonly #machines: KioskMachine[] = [];
  readonly #hash = createHash('sha256');
  readonly #started: KioskMachine[] = [];
  #roundMade: RoundId | null = null;
  #lead: Lead | null = null;
  #pending: Visit[] = [];
  #visits = 0;
  #pairings = 0;
  #commits = 0;
  #healing = false;
  #opened = false;
  #faulted: string | null = null;
  #backup: { file: string; told: ToldSoFar } | null = null;
  #setBack = false;
  #decisionsLost: { machine: string; install: string; sequence: number }[] = [];
  /** A damaged row can be had again from nobody once the edge is set back to before it: a seed has the one or the other. */
  #damaged = false;
  readonly #work = { swipes: 0, forks: 0, kills: 0, restores: 0 };

  constructor(options: { seed: number; visits: number; faults: FaultPlan | null }, dir: string) {
    this.#options = options;
    this.#dir = dir;
    this.#random = seededRandom(options.seed);
    this.#misfortune = new Misfortune(
      seededRandom(options.seed + 1_000_000),
      options.faults ?? planFaults(this.#random),
    );
    this.#people = simPeople(this.#random, 30 + this.#random.below(60));
    this.#keys = new SeededKeys(path.join(dir, 'keys'), String(options.seed));
    this.#auditor = new Auditor({ keys: this.#keys, people: this.#people });
    this.#crowd = new Crowd(this.#random, this.#people);
    this.#edge = new EdgeMachine({
      dir: path.join(dir, 'edge'),
      keys: this.#keys,
      timeline: this.#timeline,
      random: this.#random,
      misfortune: this.#misfortune,
      committed: () => this.#committed(),
      died: (life) => this.#edgeDied(life),
      fault: (line) => (this.#faulted ??= line),
    });
    this.#network = new SiteNetwork({
      timeline: this.#timeline,
      random: this.#random,
      misfortune: this.#misfortune,
      edge: this.#edge,
      told: (install, head, kiosk) => this.#auditor.told(install, head, machineNameOf(kiosk)),
      toldHead: (install, head) => this.#toldHead(install, head),
      split: (install) => this.#auditor.split(install),
      refused: (what) => (this.#faulted ??= `a message was refused: ${what}`),
    });
  }

  async play(): Promise<RunResult> {
    await this.#setUp();
    this.#misfortune.begin();
    await this.#rush();
    const before = this.#timeline.steps;
    await this.#heal();
    this.#verdict();
    const { swipes, forks, kills, restores } = this.#work;
    return {
      seed: this.#options.seed,
      steps: this.#timeline.steps,
      fingerprint: this.#hash.digest('hex'),
      trace: this.trace,
      work: {
        visits: this.#visits,
        swipes,
        forks,
        kills,
        restores,
        decisions: this.#lead?.decisions ?? 0,
        events: this.#auditor.picture.events.length,
        healSteps: this.#timeline.steps - before,
        completeClaims: this.#auditor.claims.complete,
        finalClaims: this.#auditor.claims.final,
      },
      faults: this.#misfortune.counts,
    };
  }

  close(): void {
    for (const machine of this.#machines) machine.close();
    this.#edge.stop();
  }

  /** The day before: the edge, a round, its roster, the kiosks; some try their cards. */
  async #setUp(): Promise<void> {
    const random = this.#random;
    const stations = 2 + random.below(3);
    this.#edge.start();
    const definition: RoundDefinition = {
      name: '第1轮',
      capacity: random.pick([3, 5, 10]),
      tubeMode: random.pick(['codes', 'codes', 'codes', 'marks', 'none']),
      expectedBasis: 'roster',
      stations: Array.from({ length: stations }, (_, i) => ({
        station: i + 1,
        stand: i > 0 && random.below(4) === 0 ? 'after' : 'before',
      })),
      sessions: [{ name: '早场', from: SITE_OPENS_AT, to: SITE_OPENS_AT + 4 * HOUR_MS, shift: null }],
    };
    const { round } = await this.#crank(this.#edge.client.write('round.create', { definition, by: 'lead' }));
    this.#roundMade = round;
    this.#auditor.round = round;
    const roundKeys = this.#keys.round(round);
    if (roundKeys === null) throw new Error('a round without keys');
    const listed = this.#people.filter((p) => p.listed !== 'no');
    const rows = sealRoster(
      listed.map((p, i) => ({
        sheet: null,
        row: i + 2,
        name: p.name,
        credentials: rosterCredentials(p).map((c) => ({
          kind: c.startsWith('id/') ? ('id' as const) : ('staff' as const),
          canonical: c.slice(c.indexOf('/') + 1),
        })),
        workshop: '一车间',
        team: '甲班',
        staffNumber: p.staffNumber,
        shift: null,
        leader: false,
        phone: null,
        note: null,
        repaired: false,
        toCorrect: false,
        apart: false,
      })),
      roundKeys,
      ({ sheet, row }) => ({ sheet, row }),
    );
    await this.#crank(
      this.#edge.client.write('roster.store', {
        base: null,
        reason: null,
        round,
        by: 'hr',
        rows: packRoster(rows),
        file: null,
        hash: '0'.repeat(64),
      }),
    );
    this.#lead = new Lead({ random, edge: this.#edge, auditor: this.#auditor, people: listed, round });
    for (let station = 1; station <= stations; station++) {
      const machine = this.#addMachine(`K${station}`, station);
      await this.#crank(this.#pair(machine));
      this.#pairLater(machine);
      machine.start();
      this.#started.push(machine);
      this.#visitLater(machine);
    }
    this.#leadLater();
    await this.#runUntil(() => this.#visits >= 6, 5000, 'rehearsal');
  }

  /** The round with its faults. */
  async #rush(): Promise<void> {
    const { visits } = this.#options;
    this.#openLater(this.#random.below(40_000));
    await this.#runUntil(() => this.#visits >= visits, visits * 1000, 'rush');
  }

  /** Faults stop; staff seal and end the round, the lead looks at what forked; then nothing may be missing. */
  async #heal(): Promise<void> {
    this.#healing = true;
    this.#misfortune.end();
    this.#say('faults end');
    const [since, limit] = [this.#timeline.nowMs, this.#timeline.steps + HEAL_STEPS_MAX];
    const left = (): number => limit - this.#timeline.steps;
    this.#edge.reachable = true;
    if (!this.#edge.running) this.#startEdge();
    for (const machine of this.#machines) {
      if (this.#auditor.lostMachines.has(machine.name)) continue;
      machine.away = false;
      machine.freeDisk();
      if (!machine.running) this.#startKiosk(machine);
    }
    const here = (): KioskMachine[] => this.#machines.filter((m) => !this.#auditor.lostMachines.has(m.name));
    await this.#runUntil(
      () => this.#isOpen() && here().every((m) => isOnline(m) && m.state?.round?.state === 'open'),
      left(),
      'everybody online',
    );
    for (const machine of here()) await this.#packUp(machine, left);
    await this.#runUntil(
      () => here().every((m) => isOnline(m) && m.state?.received === m.state?.lastSequence),
      left(),
      'everything sent',
    );
    this.#settleRest();
    await this.#runUntil(() => this.#idle(), left(), 'decisions');
    this.#settleRest();
    await this.#runUntil(
      () => this.#idle() && here().every((m) => m.state?.received === m.state?.lastSequence),
      left(),
      'last decisions',
    );
    await this.#comesLate(this.#random.pick(here()), left);
    if (this.#timeline.nowMs - since > HEAL_MS_MAX)
      throw new Error(`healing took ${this.#timeline.nowMs - since} ms`);
  }

  /** All is packed up, and somebody comes. Their swipe does not get through, the next heartbeat does: then it is not complete. */
  async #comesLate(machine: KioskMachine, left: () => number): Promise<void> {
    this.#network.losesBatches = true;
    this.#pending.push(this.#crowd.latecomer(machine));
    const heardMs = this.#timeline.nowMs + HEARTBEAT_HEARD_MS;
    await this.#runUntil(() => this.#timeline.nowMs >= heardMs, left(), 'a heartbeat');
    this.#network.losesBatches = false;
    await this.#packUp(machine, left);
    const arrived = (): boolean =>
      isOnline(machine) && machine.state?.received === machine.state?.lastSequence;
    await this.#runUntil(() => arrived() && this.#idle(), left(), 'the latecomer');
  }

  /** What the auditor says at the end. */
  #verdict(): void {
    const auditor = this.#auditor;
    this.#compareNumbers();
    auditor.checkEverythingArrived();
    const contact = this.#edge.look('contact', { round: this.#round });
    const lostKnown = this.#machines.some((m) => {
      const current = auditor.books.get(m.name)?.current ?? null;
      if (!auditor.lostMachines.has(m.name) || current === null) return false;
      // Where another machine went on from its journal, the lead who looked at the fork has spoken for it.
      const went = contact.installs.find((i) => i.install === current.install);
      return (
        went !== undefined &&
        !went.superseded &&
        auditor.picture.held(current.install).length < current.sequence
      );
    });
    const { missing } = auditor;
    if (missing.length === 0 && !lostKnown && !contact.complete)
      throw new Error(
        `nothing is missing, and it is not complete: ${JSON.stringify([contact.open, contact.installs])}`,
      );
    const isOfTheRound = missing.some((f) => f.event.body?.phase === 'open');
    if (lostKnown && isOfTheRound && contact.complete)
      throw new Error('complete, although a lost kiosk had more');
    auditor.checkClaims(contact, this.#machines);
    this.#checkLossTold();
    const report = rebuild(this.#edge.writer, this.#keys, false);
    if (report.differences.length > 0)
      throw new Error(`rebuild finds ${JSON.stringify(report.differences.slice(0, 3))}`);
    auditor.checkNothingPersonal([...this.#edge.files, ...this.#machines.flatMap((m) => m.files)]);
    for (const machine of this.#machines) this.#work.forks += auditor.books.get(machine.name)?.forks ?? 0;
    this.#work.swipes = [...auditor.facts.values()].filter((f) => f.event.body?.type === 'swipe').length;
  }

  /** Ladder, places and stations as the site shows them against the auditor's own. */
  #compareNumbers(): void {
    const round = this.#round;
    const own = this.#auditor.tally();
    const { complete: _, finalUpTo: __, toIdentify: ___, ...look } = this.#edge.look('ladder', { round });
    const { rosterAmended, ...ladder } = look;
    if (rosterAmended !== null) throw new Error('nobody has touched the roster since the round was opened');
    const broken = brokenIdentity(ladder);
    if (broken !== null) throw new Error(`the ladder does not add up: ${broken}`);
    if (!isDeepStrictEqual(ladder, own.ladder))
      throw new Error(
        `ladder: the site says ${JSON.stringify(ladder)}, the auditor ${JSON.stringify(own.ladder)}`,
      );
    const board = this.#edge.look('board.state', { round });
    if (board === null) throw new Error('the edge does not know the round');
    const places = new Map<string, number>();
    for (const tube of board.tubes) {
      const identity = this.#auditor.picture.identityOf(tube.opened) ?? tube.opened;
      if (places.has(identity)) throw new Error(`tube ${tube.opened} stands there twice`);
      places.set(identity, tube.places);
    }
    same('places', places, own.places);
    const stations = new Map(board.stations.map((s) => [s.station, s.people]));
    same('stations', new Map([...stations].filter(([, n]) => n > 0)), own.stations);
  }

  get #round(): RoundId {
    if (this.#roundMade === null) throw new Error('no round yet');
    return this.#roundMade;
  }

  /** A heartbeat was answered; nobody may say from now on that what it named is not missing. */
  #toldHead(install: string, head: number): void {
    if (!this.#auditor.toldHead(install, head) || !this.#edge.running || this.#roundMade === null) return;
    this.#auditor.checkClaims(this.#edge.look('contact', { round: this.#round }), this.#machines);
  }

  #committed(): void {
    this.#commits++;
    this.#auditor.committed(this.#edge.db);
    if (this.#roundMade === null) return;
    this.#auditor.checkClaims(this.#edge.look('contact', { round: this.#round }), this.#machines);
    if (this.#commits % COMMITS_PER_TALLY === 0) this.#compareNumbers();
  }

  // --- machines ---

  #addMachine(name: string, station: number): KioskMachine {
    const machine = new KioskMachine({
      name,
      station,
      dir: path.join(this.#dir, 'kiosks'),
      pairing: {
        token: tokenOf(name),
        station,
        site: '示例机电',
        intakeKey: Buffer.from(this.#keys.site().intakePublic).toString('hex'),
        fingerprint: null,
        addresses: [{ host: '127.0.0.1', port: 8443 }],
      },
      timeline: this.#timeline,
      random: this.#random,
      linkOf: (life) => this.#network.linkOf(life),
      log: (kiosk, line) => {
        this.#say(`${kiosk} ${line.code} ${this.#withoutIds(line.detail)}`);
        const isWrong = line.code === 'fault' || line.code === 'message-refused';
        if (isWrong && !line.detail.startsWith('roster keys')) this.#faulted ??= `${kiosk}: ${line.detail}`;
      },
    });
    this.#machines.push(machine);
    return machine;
  }

  #startKiosk(machine: KioskMachine): void {
    if (machine.running || machine.away) return;
    this.#say(`${machine.name} starts`);
    machine.start();
    this.#started.push(machine);
  }

  #killKiosk(machine: KioskMachine, powerCut: boolean): void {
    const { life } = machine;
    if (life === null) return;
    this.#say(`${machine.name} is killed${powerCut ? ' by a power cut' : ''}`);
    this.#work.kills++;
    machine.kill({ powerCut });
    this.#network.machineGone(life);
  }

  #edgeDied(life: Life): void {
    this.#say('the edge is gone');
    this.#network.machineGone(life);
    this.#work.kills++;
    this.#after(1000 + this.#random.below(30_000), 'edge starts', () => this.#startEdge());
  }

  #startEdge(): void {
    if (this.#edge.running) return;
    this.#say('the edge starts');
    this.#edge.start();
    this.#auditor.edgeStarted(this.#edge.db);
  }

  /** Set back to an older backup: said with `restore`, or noticed only by kiosks that know more. */
  #setBackEdge(how: 'edge-restored' | 'edge-set-back-silently'): void {
    const backup = this.#backup;
    if (backup === null || !this.#edge.running || this.#damaged) return;
    this.#misfortune.happened(how);
    this.#work.restores++;
    this.#setBack = true;
    const heads = this.#edgeHeadsKnown();
    this.#say(`the edge is set back (${how})`);
    const { life } = this.#edge;
    this.#edge.kill({ powerCut: false });
    this.#network.machineGone(life);
    this.#edge.putBack(backup.file);
    this.#edge.start();
    this.#auditor.edgeSetBack(this.#edge.db, backup.told);
    this.#decisionsLost =
      how === 'edge-restored'
        ? heads.filter((h) => this.#auditor.picture.held(h.install).length < h.sequence)
        : [];
    if (how === 'edge-restored') {
      this.#edge.beginEpoch();
      this.#auditor.committed(this.#edge.db);
    }
  }

  /** How far each kiosk knows the edge's own journal to have been. */
  #edgeHeadsKnown(): { machine: string; install: string; sequence: number }[] {
    return this.#machines.flatMap(({ name, db }) => {
      const known = db?.prepare<[], string>("SELECT value FROM known WHERE name = 'edgeHead'").pluck().get();
      if (known === undefined) return [];
      const { install, head } = JSON.parse(known) as { install: string; head: { sequence: number } };
      return [{ machine: name, install, sequence: head.sequence }];
    });
  }

  /** After a restore the edge says by number which of its own decisions are gone, as soon as a kiosk that knew is heard. */
  #checkLossTold(): void {
    const told = this.#edge.look('restore-loss', {});
    for (const { machine, install, sequence } of this.#decisionsLost) {
      if (this.#auditor.lostMachines.has(machine)) continue;
      if (!told.some((loss) => loss.install === install && loss.from <= sequence && sequence <= loss.to))
        throw new Error(
          `${machine} knew the edge's event ${install}:${sequence}, and nobody says that it is lost`,
        );
    }
  }

  // --- what happens by itself ---

  #visitLater(machine: KioskMachine): void {
    this.#after(1500 + this.#random.below(6000), `visit ${machine.name}`, () => {
      if (this.#healing || machine.away) return;
      this.#visitLater(machine);
      if (this.#opened) this.#mischief(machine);
      const visit = this.#crowd.visit(machine);
      if (visit === null) return;
      this.#visits++;
      this.#say(`${machine.name} ${visit.what}`);
      this.#pending.push(visit);
    });
  }

  #leadLater(): void {
    this.#after(4000 + this.#random.below(15_000), 'lead', () => {
      if (this.#healing) return;
      this.#leadLater();
      if (!this.#edge.running) return;
      if (this.#opened && this.#random.below(4) === 0) {
        const file = path.join(this.#dir, 'backup.sqlite');
        this.#edge.backup(file);
        this.#backup = { file, told: this.#auditor.toldSoFar() };
        this.#say('lead makes a backup');
      } else if (this.#opened) this.#say(`lead: ${this.#lead?.act()}`);
    });
  }

  /** The round is opened, and opened again when the edge has forgotten it. */
  #openLater(inMs: number): void {
    this.#after(inMs, 'open the round', () => {
      this.#openLater(10_000);
      this.#opened = true;
      if (!this.#edge.running || this.#isOpen()) return;
      this.#say('the lead opens the round');
      this.#edge.client
        .write('round.state', { round: this.#round, by: 'lead', state: 'open', reason: null })
        .catch(() => {}); // refused where it is open already
    });
  }

  #mischief(machine: KioskMachine): void {
    const random = this.#random;
    const strikes = (kind: FaultKind): boolean => this.#misfortune.strikes(kind);
    const happened = (kind: FaultKind): void => this.#misfortune.happened(kind);
    const restart = (): void =>
      this.#after(500 + random.below(40_000), `start ${machine.name}`, () => this.#startKiosk(machine));
    if (machine.running && strikes('kiosk-killed')) {
      happened('kiosk-killed');
      this.#killKiosk(machine, false);
      restart();
    }
    if (machine.running && strikes('kiosk-power-cut')) {
      happened('kiosk-power-cut');
      this.#killKiosk(machine, true);
      restart();
    }
    if (machine.running && !this.#setBack && strikes('journal-damaged')) this.#damage(machine, restart);
    if (machine.running && this.#machines.length < MACHINES_MAX && strikes('journal-cloned'))
      this.#clone(machine);
    if (machine.running && this.#machines.length < MACHINES_MAX && strikes('kiosk-replaced'))
      this.#replace(machine);
    if (machine.running && strikes('kiosk-disk-full')) {
      happened('kiosk-disk-full');
      this.#say(`${machine.name} has a full disk`);
      machine.fillDisk(random.below(2) === 0);
      this.#after(5000 + random.below(30_000), `${machine.name} has room`, () => machine.freeDisk());
    }
    if (strikes('clock-wrong')) {
      happened('clock-wrong');
      machine.clockWrongBy = random.pick([
        0,
        90_000,
        -45_000,
        3 * 365 * 24 * HOUR_MS,
        -7 * 365 * 24 * HOUR_MS,
      ]);
    }
    if (strikes('edge-power-cut') && this.#edge.running) {
      happened('edge-power-cut');
      this.#edge.crash({ powerCut: true });
    }
    if (strikes('edge-away') && this.#edge.reachable) {
      happened('edge-away');
      this.#edge.reachable = false;
      this.#network.cutAll();
      this.#after(60_000 + random.below(180_000), 'the edge is back', () => (this.#edge.reachable = true));
    }
    for (const how of ['edge-restored', 'edge-set-back-silently'] as const)
      if (strikes(how)) this.#setBackEdge(how);
  }

  #clone(machine: KioskMachine): void {
    this.#misfortune.happened('journal-cloned');
    const clone = machine.clone(`${machine.name}c${this.#machines.length}`);
    this.#machines.push(clone);
    this.#auditor.kioskCloned(machine, clone);
    this.#say(`${machine.name} is cloned as ${clone.name}`);
    this.#after(this.#random.below(60_000), `start ${clone.name}`, () => {
      this.#startKiosk(clone);
      this.#visitLater(clone);
    });
  }

  #replace(machine: KioskMachine): void {
    this.#misfortune.happened('kiosk-replaced');
    this.#killKiosk(machine, false);
    machine.away = true;
    const { current } = this.#auditor.booksOf(machine);
    const hasCopies = this.#machines.some(
      (m) =>
        m !== machine && current !== null && this.#auditor.books.get(m.name)?.holds(current.install) === true,
    );
    if (!hasCopies && this.#random.below(3) === 0) this.#auditor.lostMachines.add(machine.name);
    const next = this.#addMachine(`K${machine.station}r${this.#machines.length}`, machine.station);
    this.#say(`${machine.name} is replaced by ${next.name}`);
    this.#after(this.#random.below(60_000), `start ${next.name}`, () => {
      this.#pairLater(next);
      this.#startKiosk(next);
      this.#visitLater(next);
    });
  }

  /** A bad block under a row that has reached the ledger: the kiosk must go on, and nothing may be counted twice for it. */
  #damage(machine: KioskMachine, restart: () => void): void {
    const books = this.#auditor.booksOf(machine);
    const current = books.current;
    const held = current === null ? [] : this.#auditor.picture.held(current.install);
    if (current === null || held.length < 3) return;
    const sequence = 2 + this.#random.below(Math.min(held.length, current.sequence) - 1);
    const id = books.rowOf(current.install, sequence);
    const shared = this.#machines.some(
      (m) => m !== machine && this.#auditor.books.get(m.name)?.current?.install === current.install,
    );
    if (id === null || shared) return;
    this.#misfortune.happened('journal-damaged');
    this.#damaged = true;
    const part = this.#random.pick(['hash', 'body'] as const);
    this.#killKiosk(machine, false);
    this.#say(`${machine.name}: ${part} of event ${sequence} is damaged`);
    machine.damage({ id, part });
    books.damage({ id, lost: true });
    restart();
  }

  // --- healing ---

  async #packUp(machine: KioskMachine, left: () => number): Promise<void> {
    const press = async (command: Parameters<KioskMachine['press']>[0]): Promise<void> => {
      await this.#crank(machine.press(command));
    };
    await this.#runUntil(() => machine.state !== null, left(), `${machine.name} is up`);
    await press({ command: 'dismiss' });
    await press({ command: 'sampled-again', yes: false });
    if (machine.state?.tube !== null) {
      await press({ command: 'change-tube' });
      const offered = machine.state?.tube?.count ?? 0;
      await press({ command: 'seal', swabbed: offered });
    }
    await press({ command: 'end-round' });
    if (machine.state?.face.face !== 'round-ended')
      throw new Error(`${machine.name} does not end the round: ${JSON.stringify(machine.state?.face)}`);
    this.#say(`${machine.name} packs up`);
  }

  #settleRest(): void {
    this.#lead?.review();
    const contact = this.#edge.look('contact', { round: this.#round });
    const numbers = contact.installs
      .filter((i) => !i.settled && !i.excepted)
      .map(({ install, watermark, head }) => {
        const lost = this.#machines.find(
          (m) =>
            this.#auditor.lostMachines.has(m.name) &&
            this.#auditor.books.get(m.name)?.current?.install === install,
        );
        const last = lost === undefined ? null : this.#auditor.books.get(lost.name)?.current;
        return { install, last: Math.max(watermark, head, last?.sequence ?? 0) };
      });
    this.#lead?.except(numbers);
  }

  #isOpen(): boolean {
    return this.#edge.running && this.#edge.look('round.get', { round: this.#round })?.state === 'open';
  }

  #idle(): boolean {
    return this.#edge.running && this.#edge.client.idle;
  }

  // --- pairing ---

  #pairLater(machine: KioskMachine): void {
    this.#after(PAIR_EVERY_MS, `pair ${machine.name}`, () => {
      this.#pairLater(machine);
      if (this.#edge.running) void this.#pair(machine).catch(() => {}); // refused, or the edge died: tried again
    });
  }

  async #pair(machine: KioskMachine): Promise<void> {
    const { tokenKey } = this.#keys.site();
    const { client } = this.#edge;
    const token = tokenHash(tokenKey, machine.token);
    if (this.#edge.look('access.kiosk', { tokenHash: token }) !== null) return;
    const attempt = ++this.#pairings;
    const secretHash = tokenHash(tokenKey, `secret ${attempt}`);
    await client.write('access.pairing-create', {
      pairing: `pairing-${attempt}`,
      station: machine.station,
      secretHash,
      by: 'it',
    });
    await client.write('access.pairing-redeem', {
      secretHash,
      tokenHash: token,
      device: machine.name,
      previousHash: null,
    });
  }

  // --- the crank ---

  #after(delayMs: number, what: string, run: () => void): void {
    this.#timeline.after(delayMs, { life: this.#site, what, run });
  }

  /** Turns until the promise is there. */
  async #crank<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const end = promise.finally(() => (done = true));
    end.catch(() => {}); // awaited below
    await this.#runUntil(() => done, 10_000, 'an answer');
    return await end;
  }

  async #runUntil(done: () => boolean, stepsMax: number, what: string): Promise<void> {
    await this.#turn();
    for (let steps = 0; !done(); steps++) {
      if (steps > stepsMax) throw new Error(`"${what}" did not come within ${stepsMax} steps`);
      await this.#turn();
    }
  }

  async #turn(): Promise<void> {
    const step = await this.#timeline.step();
    if (step === null) throw new Error('nothing is left to happen');
    this.#hash.update(`${this.#timeline.nowMs} ${step.life} ${step.what}\n`);
    const now = this.#timeline.nowMs;
    for (const machine of this.#started.splice(0)) this.#auditor.kioskStarted(machine, now);
    const visits = this.#pending;
    this.#pending = [];
    for (const machine of this.#machines) {
      const visit = visits.find((v) => v.machine === machine);
      if (visit === undefined && step.life !== machine.life?.name) continue;
      const facts = this.#auditor.look(machine, now);
      if (visit?.given) this.#auditor.answered(machine, { credential: visit.given.credential, facts });
    }
    if (this.#faulted !== null) throw new Error(this.#faulted);
  }

  #say(line: string): void {
    this.trace.say(this.#timeline.nowMs, line);
    this.#hash.update(`${line}\n`);
  }

  /** Ids made by chance get the name of their first appearance. */
  #withoutIds(text: string): string {
    return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) =>
      this.trace.label(id),
    );
  }
}

/** The kiosk's own screen says so. */
function isOnline(machine: KioskMachine): boolean {
  return (
    machine.state !== null &&
    !machine.state.bands.some((band) => band.band === 'offline' || band.band === 'unpaired-edge')
  );
}

function same<K>(what: string, theirs: ReadonlyMap<K, number>, own: ReadonlyMap<K, number>): void {
  if (!isDeepStrictEqual(new Map(theirs), new Map(own)))
    throw new Error(
      `${what}: the site says ${JSON.stringify([...theirs])}, the auditor ${JSON.stringify([...own])}`,
    );
}
