import fc from 'fast-check';
import { credentialKey, type CredentialKind } from '#shared/event/credential.ts';
import type { RosterPerson } from '#shared/counting/counting.ts';
import type { LedgerEvent } from '#shared/event/event-order.ts';
import { eventId, type CredentialKey, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { encodeSealedPerson } from '#shared/event/sealed.ts';
import { SHOWN } from '#shared/event/ordinary-swipe.ts';
import { parseBody } from '#shared/event/event.ts';
import { samplerNumbers } from '#shared/event/difference-numbers.ts';
import { swabbedFewerId } from '#shared/counting/counting.ts';
import type { Decision } from '../../../edge-service/ledger/contexts.ts';
import { sha256Hex } from '../../../edge-service/keys/digest.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { seal } from '../../../edge-service/keys/sealed-box.ts';
import { keyUnder } from '../../../edge-service/keys/swipe-key.ts';
import { TestJournal, testUuid } from '../kiosk/test-journal.ts';

export const ROUNDS: readonly [RoundId, RoundId] = [testUuid('round', 1), testUuid('round', 2)];
const KIOSKS = 3;
const PEOPLE = 8;
const START = 1_700_000_000_000;

/** Kinds of actions with how often they come: swipes dominate, as they do at a table. */
const KINDS = {
  swipe: 12,
  void: 3,
  sampledAgain: 2,
  tubeOpened: 4,
  tubeSealed: 3,
  tubeCorrected: 1,
  moved: 2,
  unreadable: 2,
  unreadableSettled: 2,
  roundEnded: 1,
  enrolled: 1,
  garbage: 1,
  link: 2,
  unlink: 1,
  linkDecided: 2,
  identified: 2,
  described: 1,
  excuse: 2,
  excuseWithdrawn: 1,
  filed: 2,
  decided: 1,
} as const;
type Kind = keyof typeof KINDS;
const AT_THE_EDGE: ReadonlySet<Kind> = new Set<Kind>([
  'link',
  'unlink',
  'linkDecided',
  'identified',
  'described',
  'excuse',
  'excuseWithdrawn',
  'filed',
  'decided',
]);

export interface Action {
  kind: Kind;
  kiosk: number;
  /** Free numbers the action uses as it likes. */
  a: number;
  b: number;
  c: number;
  d: number;
  /** ms the kiosk's clock jumps, backwards too, now and then by years. */
  jump: number;
}

export const actionArbitrary: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({ weight, arbitrary: fc.constant(kind as Kind) })),
  ),
  kiosk: fc.nat(KIOSKS - 1),
  a: fc.nat(1000),
  b: fc.nat(1000),
  c: fc.nat(1000),
  d: fc.nat(1000),
  jump: fc.oneof(
    { weight: 12, arbitrary: fc.integer({ min: -5000, max: 5000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -60, max: 8000 }).map((years) => years * 31_557_600_000) },
  ),
});

/** A whole history: journals of the kiosks, and what the edge decides in order. */
export interface History {
  journals: TestJournal[];
  decisions: { wall: number; decision: Decision }[];
  roster: { round: RoundId; credentials: CredentialKey[]; identified: boolean }[];
}

interface Planned {
  action: Action;
  id: EventId;
}

/**
 * Writes the history the actions stand for. Ids are planned first, so that an event may name one that comes later in
 * another journal, or one that is of the wrong kind's neighbour: the ledger must not care.
 */
export function writeHistory(actions: readonly Action[], keys: KeyStore): History {
  const journals = Array.from(
    { length: KIOSKS },
    (_, i) => new TestJournal({ install: testUuid('install', i + 1), station: (i % 2) + 1 }),
  );
  const edge = testUuid('edge', 1);
  const sequences = new Map<InstallId, number>([
    ...journals.map((j): [InstallId, number] => [j.install, 1]),
    [edge, 1],
  ]);
  const planned = actions.map((action): Planned => {
    const install = AT_THE_EDGE.has(action.kind) ? edge : (journals[action.kiosk]?.install ?? edge);
    const sequence = (sequences.get(install) ?? 0) + 1;
    sequences.set(install, sequence);
    return { action, id: eventId(install, sequence) };
  });
  for (const journal of journals) journal.append({ type: 'installed', device: 'test', parent: null });
  const history: History = { journals, decisions: [], roster: rosterOf(keys) };
  const world = new World(planned, keys);
  const walls = journals.map(() => START);
  let edgeWall = START;
  for (const { action } of planned) {
    if (AT_THE_EDGE.has(action.kind)) {
      edgeWall += action.jump;
      history.decisions.push({ wall: edgeWall, decision: world.decision(action) });
      continue;
    }
    const journal = journals[action.kiosk];
    if (!journal) continue;
    const wallTime = (walls[action.kiosk] = (walls[action.kiosk] ?? START) + action.jump);
    world.write(action, journal, wallTime);
  }
  return history;
}

/** The same history as the pure rule takes it; `decided` are the edge's own events as stored. */
export function asCountingInput(
  history: History,
  decided: readonly LedgerEvent[],
  round: RoundId,
  keys: KeyStore,
): { round: RoundId; events: LedgerEvent[]; roster: RosterPerson[] } {
  const events = history.journals.flatMap((journal) =>
    journal.events.flatMap((e): LedgerEvent[] => {
      const parsed = parseBody(e.body);
      if (!parsed.ok) return [];
      const { body } = parsed;
      const key = body.type === 'swipe' ? keyUnder(keys, { body, sealed: e.sealed }, round) : null;
      return [{ install: journal.install, sequence: e.sequence, body, key }];
    }),
  );
  const roster = history.roster.filter((r) => r.round === round);
  return { round, events: [...events, ...decided], roster };
}

class World {
  readonly #planned: readonly Planned[];
  readonly #keys: KeyStore;
  readonly #boxes = new Map<string, Uint8Array>();

  constructor(planned: readonly Planned[], keys: KeyStore) {
    this.#planned = planned;
    this.#keys = keys;
  }

  /** The id of some event of this kind, wherever and whenever it happens; one never sent when there is none. */
  #some(kind: Kind, pick: number): EventId {
    const of = this.#planned.filter((p) => p.action.kind === kind);
    return of[pick % Math.max(1, of.length)]?.id ?? eventId(testUuid('install', 1), 900_000);
  }

  write(action: Action, journal: TestJournal, wallTime: number): void {
    const { a, b, c, d } = action;
    const round = pick([ROUNDS[0], ROUNDS[0], ROUNDS[0], ROUNDS[1], null], c);
    const phase =
      round === null ? ('unfiled' as const) : pick(['open', 'open', 'open', 'test'] as const, b + c);
    const tube = a % 4 === 0 ? null : this.#some('tubeOpened', a % 3);
    const clockOffset = pick([null, 0, -250], c);
    const at = {
      round,
      phase,
      tube,
      wallTime,
      clockOffset,
      stand: pick(['before', 'before', 'after'] as const, d),
    };
    switch (action.kind) {
      case 'swipe': {
        const person = personOf(d);
        const roundKeys = round === null ? null : this.#keys.round(round);
        const known = roundKeys !== null && b % 5 !== 0;
        const sealed = this.#box(person, round);
        const key = known
          ? credentialKey(roundKeys.key, { kind: person.kind, canonical: person.number })
          : null;
        journal.append(
          {
            type: 'swipe',
            ...at,
            credential: { kind: person.kind, key },
            sealed: sha256Hex(sealed),
            entry: 'card',
            shown: pick(SHOWN, a),
            ordinal: null,
          },
          sealed,
        );
        break;
      }
      case 'void':
        journal.append({ type: 'void', ...at, swipe: this.#some('swipe', a), reason: 'test' });
        break;
      case 'sampledAgain':
        journal.append({ type: 'sampled-again', ...at, swipe: this.#some('swipe', a), sampled: b % 2 === 0 });
        break;
      case 'tubeOpened': {
        const collects = Array.from({ length: b % 3 }, (_, i) =>
          this.#some(i === 1 ? 'unreadable' : 'swipe', c + i),
        );
        journal.append({
          type: 'tube-opened',
          ...at,
          code: pick(['T1', 'T2', null], a),
          batch: pick(['B1', null], b),
          capacity: 10,
          collects,
        });
        break;
      }
      case 'tubeSealed':
        journal.append({
          type: 'tube-sealed',
          ...at,
          opened: this.#some('tubeOpened', a),
          offered: b % 5,
          swabbed: pick([null, 0, 1, 2, 3], c),
        });
        break;
      case 'tubeCorrected':
        journal.append({
          type: 'tube-corrected',
          ...at,
          opened: this.#some('tubeOpened', a),
          code: pick([null, 'T9'], b),
          batch: pick([null, 'B2'], c),
          atStation: pick([null, 2], d),
          swabbed: pick([null, 1, 4], a + b),
          reason: 'test',
        });
        break;
      case 'moved':
        journal.append({
          type: 'swipes-moved',
          ...at,
          swipes: [this.#some('swipe', a), this.#some('unreadable', b), this.#some('swipe', c)],
          to: pick([null, this.#some('tubeOpened', d), this.#some('tubeOpened', d + 1)], d),
        });
        break;
      case 'unreadable':
        journal.append({ type: 'unreadable', ...at, attempts: 3 });
        break;
      case 'unreadableSettled':
        journal.append({
          type: 'unreadable-settled',
          ...at,
          unreadable: this.#some('unreadable', a),
          outcome: pick(['sampled', 'resolved', 'left'] as const, b),
          swipe: null,
        });
        break;
      case 'enrolled': {
        const under = round ?? ROUNDS[0] ?? null; // a link without a round joins nobody anywhere
        const credentials = [personOf(a), personOf(b)].map((person) => keyOf(this.#keys, under, person));
        journal.append({ type: 'link', ...at, credentials });
        break;
      }
      case 'roundEnded':
        journal.append({ type: 'round-ended', ...at });
        break;
      default:
        journal.appendBytes(
          new TextEncoder().encode(
            pick(['{"version":1,"type":"swipe"}', 'no json', '{"version":7,"type":"dance"}'], a),
          ),
        );
    }
  }

  decision(action: Action): Decision {
    const { a, b, c, d } = action;
    const round = pick([ROUNDS[0], ROUNDS[0], ROUNDS[1]], c) ?? null;
    const key = (n: number): CredentialKey => keyOf(this.#keys, round, personOf(n));
    switch (action.kind) {
      case 'link':
        // without a reason: of an edge of before, where it was final
        return {
          type: 'link',
          round,
          by: 'lead',
          credentials: [key(a), key(b), key(d)],
          ...(c % 4 === 0 ? {} : { reason: 'two cards' }),
        };
      case 'identified':
        return {
          type: 'identity-decided',
          round,
          by: 'lead',
          walkIn: key(a),
          person: key(b),
          state: pick(['same', 'same', 'other', 'open'] as const, d),
        };
      case 'described':
        return {
          type: 'walk-ins-described',
          round,
          by: 'lead',
          people: [key(a), key(b)],
          unit: pick([null, '示例劳务'], c),
          category: pick([null, 'agency', 'visitor'] as const, d),
        };
      case 'linkDecided':
        return {
          type: 'link-decided',
          round,
          by: 'lead',
          link: this.#some(b % 2 === 0 ? 'link' : 'enrolled', a),
          state: pick(['accepted', 'refused', 'open'] as const, d),
          reason: 'asked',
        };
      case 'unlink':
        return { type: 'unlink', round, by: 'lead', link: this.#some(b % 2 === 0 ? 'link' : 'enrolled', a) };
      case 'excuse':
        return { type: 'excuse', round, by: 'lead', person: key(a), reason: '休假' };
      case 'excuseWithdrawn':
        return { type: 'excuse-withdrawn', round, by: 'lead', excuse: this.#some('excuse', a) };
      case 'filed':
        return {
          type: 'filed',
          round,
          by: 'lead',
          install: testUuid('install', (d % KIOSKS) + 1),
          from: (a % 12) + 1,
          to: (a % 12) + 1 + (b % 8),
          reason: 'test',
        };
      default:
        return this.#decided(action, round);
    }
  }

  /** A decision as released, without numbers, or on numbers that may be those of the tube. */
  #decided({ a, b, d }: Action, round: RoundId | null): Decision {
    const decided = {
      round,
      by: 'lead',
      discrepancy: swabbedFewerId(this.#some('tubeOpened', a)),
      state: pick(['open', 'explained', 'accepted'] as const, b),
      reason: 'test',
    };
    return d % 3 === 0
      ? { type: 'discrepancy-decided', ...decided }
      : { type: 'difference-decided', ...decided, on: samplerNumbers((d % 3) + (a % 2), b % 3) };
  }

  /** One box per person and round: sealing is slow and every box of a person says the same. */
  #box(person: Person, round: RoundId | null): Uint8Array {
    const name = `${round}/${person.kind}/${person.number}`;
    const known = this.#boxes.get(name);
    if (known) return known;
    const publicKey = round === null ? this.#keys.site().intakePublic : this.#keys.round(round)?.publicKey;
    if (!publicKey) throw new Error('a round without keys');
    const made = seal(encodeSealedPerson({ ...person, name: '测试', phone: null, note: null }), publicKey);
    this.#boxes.set(name, made);
    return made;
  }
}

interface Person {
  kind: CredentialKind;
  number: string;
}

/** People of a test: invented numbers of a region that does not exist, and staff numbers. */
function personOf(n: number): Person {
  const i = n % PEOPLE;
  return i % 3 === 2
    ? { kind: 'staff', number: `${i}` }
    : { kind: 'id', number: `11019919900101${String(i).padStart(4, '0')}` };
}

function keyOf(keys: KeyStore, round: RoundId | null, person: Person): CredentialKey {
  const roundKeys = round === null ? null : keys.round(round);
  if (!roundKeys) throw new Error('a round without keys');
  return credentialKey(roundKeys.key, { kind: person.kind, canonical: person.number });
}

/** Five people in three rows: two with a staff number besides, one row without the number of a document. */
function rosterOf(keys: KeyStore): History['roster'] {
  return ROUNDS.flatMap((round) =>
    [[0, 2], [1, 5], [3]].map((people, row) => ({
      round,
      identified: row < 2,
      credentials: people.map((n) => keyOf(keys, round, personOf(n))),
    })),
  );
}

function pick<T>(of: readonly T[], n: number): T {
  const found = of[n % of.length];
  if (found === undefined && of.length === 0) throw new Error('nothing to pick from');
  return found as T;
}
