import { scryptSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sodium from 'libsodium-wrappers';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { bytesToHex, concatBytes } from '#shared/bytes.ts';
import { credentialKey, type CredentialKind } from '#shared/event/credential.ts';
import { idCheckDigit } from '#shared/id-number.ts';
import type { Reading } from '#shared/reading.ts';
import type { RoundDefinition, RoundInfo, RoundState } from '#shared/round.ts';
import {
  kioskStateSchema,
  type CommandReply,
  type Face,
  type KioskCommand,
  type KioskState,
} from '#shared/contract/kiosk-screen.ts';
import type { Band } from '#shared/contract/kiosk-bands.ts';
import { Ballast } from '../../../kiosk/station/disk/ballast.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { createEngine } from '../../../kiosk/station/engine.ts';
import type { Engine } from '../../../kiosk/station/engine-parts.ts';
import type { Reader } from '#drivers/reader/kept-reader.ts';
import type { ReaderRig } from '#drivers/rig/reader-rig.ts';
import { fixedRig, readerAtPath } from '../../../kiosk/station/readers/fixed-rig.ts';
import type { LogLine } from '../../../kiosk/station/disk/log.ts';
import type { PairingPorts } from '../../../kiosk/station/pairing/pairing-desk.ts';
import type { Random } from '#shared/random.ts';
import type { CredentialKey, InstallId } from '#shared/ids.ts';
import { openOrSalvage } from '../../../kiosk/station/disk/salvage.ts';
import { openSettings, type Pairing } from '../../../kiosk/station/disk/settings.ts';
import { HandClock } from '../hand-clock.ts';
import { HandEdge, HandLink } from './hand-link.ts';
import { NO_KEYRING } from './no-keyring.ts';
import { seededRandom } from '../seeded-random.ts';
import { testUuid } from './test-journal.ts';

/** 07:00 on 24 January 2022 in Shanghai, as all test rounds begin. */
export const MORNING = Date.UTC(2022, 0, 23, 23, 0);
const HOUR_MS = 3_600_000;
/** Small enough for a test disk. */
const TEST_BALLAST_BYTES = 64 * 1024;

/** A random source that plays the same run again. */
export function seededBytes(seed: number): Random {
  const random = seededRandom(seed);
  return {
    bytes: (length) => Uint8Array.from({ length }, () => random.below(256)),
    fraction: () => random.next(),
  };
}

export interface TestRound {
  info: RoundInfo;
  key: Uint8Array;
  publicKey: Uint8Array;
  secretKey: Uint8Array;
  openingCode: string;
}

/** A round with its keys; `n` names it. */
export async function makeRound(
  n: number,
  given: Partial<RoundDefinition> & { state?: RoundState; rosterKeys?: string | null } = {},
): Promise<TestRound> {
  await sodium.ready;
  const { state = 'open', rosterKeys = null, ...definition } = given;
  const pair = sodium.crypto_box_keypair();
  const key = sodium.randombytes_buf(32);
  const salt = sodium.randombytes_buf(16);
  const openingCode = String(1_000_000_000_000 + n);
  const cost = { N: 1024, r: 8, p: 1 };
  const nonce = sodium.randombytes_buf(24);
  const box = sodium.crypto_secretbox_easy(key, nonce, scryptSync(openingCode, salt, 32, cost));
  return {
    key,
    publicKey: pair.publicKey,
    secretKey: pair.privateKey,
    openingCode,
    info: {
      round: testUuid('round', n),
      state,
      definition: {
        name: `第${n}轮`,
        capacity: 10,
        tubeMode: 'codes',
        expectedBasis: 'roster',
        stations: [
          { station: 1, stand: 'before' },
          { station: 2, stand: 'before' },
          { station: 9, stand: 'after' },
        ],
        sessions: [{ name: '早场', from: MORNING + n * 1000, to: MORNING + 3 * HOUR_MS, shift: null }],
        ...definition,
      },
      publicKey: bytesToHex(pair.publicKey),
      wrappedKey: {
        salt: bytesToHex(salt),
        costN: cost.N,
        blockR: cost.r,
        parallelP: cost.p,
        box: bytesToHex(concatBytes(nonce, box)),
      },
      rosterKeys,
    },
  };
}

export function roundsMessage(...rounds: TestRound[]): HandEdge['rounds'] {
  return { site: '示例机电', rounds: rounds.map(({ info, key }) => ({ info, key: bytesToHex(key) })) };
}

const GIVEN = Array.from('甲乙丙丁戊己庚辛壬癸');
/** The n-th invented person's card: region 110199 is in use nowhere. */
export function card(n: number): Reading & { kind: 'resident' } {
  const day = String(1 + (n % 28)).padStart(2, '0');
  const month = String(1 + (n % 12)).padStart(2, '0');
  const first17 = `1101991980${month}${day}${String(n % 1000).padStart(3, '0')}`;
  const name = `测${GIVEN[n % 10] ?? ''}${GIVEN[Math.floor(n / 10) % 10] ?? ''}`;
  return {
    kind: 'resident',
    number: first17 + idCheckDigit(first17),
    name,
    nameEnglish: null,
    sex: 'M',
    birth: `1980-${month}-${day}`,
    ethnicity: '01',
    validFrom: null,
    validTo: null,
  };
}
export function keyOf(round: TestRound, n: number, kind: CredentialKind = 'id'): CredentialKey {
  return credentialKey(round.key, { kind, canonical: card(n).number });
}

const READER = readerAtPath('tcp://the-reader:1');

/** A reader whose events the test makes up. */
class FakeReader implements Reader {
  readonly #listeners = new Set<(event: ReaderEvent) => void>();
  subscribe(listener: (event: ReaderEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  tell(event: ReaderEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export interface KioskOptions {
  directory: string;
  station?: number;
  paired?: boolean;
  edge?: HandEdge;
  link?: HandLink;
  clock?: HandClock;
  seed?: number;
  salvage?: boolean;
  ballastBytes?: number;
  pairing?: Partial<PairingPorts>;
  /** Readers from the settings, through this; else one ID-card reader turned by `tell`. */
  rig?: ReaderRig;
}

/** A temporary directory, removed with `remove`. */
export function temporaryDirectory(): { directory: string; remove: () => void } {
  const directory = mkdtempSync(path.join(tmpdir(), 'kiosk-'));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** The real engine on a real database, with a clock, a link and a reader turned by hand. */
export class TestKiosk {
  readonly clock: HandClock;
  readonly edge: HandEdge;
  readonly link: HandLink;
  readonly reader = new FakeReader();
  readonly lines: LogLine[] = [];
  readonly states: KioskState[] = [];
  readonly engine: Engine;

  static async start(options: KioskOptions): Promise<TestKiosk> {
    await sodium.ready;
    const clock = options.clock ?? new HandClock(MORNING);
    const edge = options.edge ?? options.link?.edge ?? new HandEdge(() => clock.wall());
    const link = options.link ?? new HandLink(edge);
    const settings = openSettings(options.directory);
    if (options.paired !== false && settings.get().pairing === null)
      settings.change({ pairing: testPairing(options.station ?? 1) });
    const lines: LogLine[] = [];
    const reader = new FakeReader();
    const file = path.join(options.directory, 'kiosk.db');
    const log = (line: LogLine): void => void lines.push(line);
    const database = options.salvage
      ? openOrSalvage({ file, nativeBinding: null }, clock.wall(), log)
      : openDatabase({ file, nativeBinding: null });
    const engine = await createEngine({
      database,
      settings,
      ballast: new Ballast(options.directory, options.ballastBytes ?? TEST_BALLAST_BYTES),
      clock,
      random: seededBytes(options.seed ?? 1),
      link,
      rig: options.rig ?? fixedRig([{ setting: READER, source: reader }]),
      fixedReaders: options.rig === undefined ? [READER] : null,
      pairing: {
        redeem: () => Promise.reject(new Error('no pairing in this test')),
        fingerprint: () => Promise.reject(new Error('no pairing in this test')),
        isLoopback: () => false,
        keys: NO_KEYRING,
        ...options.pairing,
      },
      bootId: 'boot-1',
      device: '测试机',
      version: '0.0.0',
      log,
    });
    const kiosk = new TestKiosk({ clock, edge, link, reader, lines, engine });
    await kiosk.settle();
    return kiosk;
  }

  private constructor(parts: Pick<TestKiosk, 'clock' | 'edge' | 'link' | 'reader' | 'lines' | 'engine'>) {
    this.clock = parts.clock;
    this.edge = parts.edge;
    this.link = parts.link;
    this.reader = parts.reader;
    this.lines = parts.lines;
    this.engine = parts.engine;
    this.reader.tell({ event: 'reader-ready', baudRate: null });
    this.engine.onState((state) => this.states.push(kioskStateSchema.parse(state)));
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
    await this.clock.advance(0);
  }

  get state(): KioskState {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error('the engine has shown nothing');
    return state;
  }

  get face(): Face {
    return this.state.face;
  }

  band<B extends Band['band']>(band: B): Extract<Band, { band: B }> | null {
    return (this.state.bands.find((b) => b.band === band) as Extract<Band, { band: B }> | undefined) ?? null;
  }

  /** The install that says hello at present. */
  get install(): InstallId {
    const { install } = this.link;
    if (install === null) throw new Error('the kiosk has not said hello');
    return install;
  }

  async swipe(n: number): Promise<Face> {
    this.reader.tell({ event: 'reading', reading: card(n) });
    await this.settle();
    return this.face;
  }

  async tell(event: ReaderEvent): Promise<Face> {
    this.reader.tell(event);
    await this.settle();
    return this.face;
  }

  async do(command: KioskCommand): Promise<CommandReply> {
    const reply = await this.engine.send(command);
    await this.settle();
    return reply;
  }

  /** A tube is opened by its code. */
  async open(code: string): Promise<CommandReply> {
    return await this.do({ command: 'tube-code', code });
  }

  async stop(): Promise<void> {
    const stopping = this.engine.stop();
    await this.clock.advance(60_000);
    await stopping;
  }
}

const INTAKE_PAIR = await sodium.ready.then(() => sodium.crypto_box_keypair());
/** The site's intake key: opens what was recorded without a round. */
export const INTAKE_KEYS = { publicKey: INTAKE_PAIR.publicKey, secretKey: INTAKE_PAIR.privateKey };

export function testPairing(station: number): Pairing {
  return {
    token: 'a-token-of-the-test',
    station,
    site: '示例机电',
    intakeKey: bytesToHex(INTAKE_KEYS.publicKey),
    fingerprint: 'ab'.repeat(32),
    addresses: [{ host: '192.168.1.20', port: 8443 }],
  };
}
