/** Chooses the concrete parts of an engine: disk, sockets, readers, the machine's time and randomness. Importing it does nothing. */
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { portOpener } from '#drivers/rig/open-port.ts';
import { openReader } from '#drivers/reader/sdt-reader.ts';
import type { ReaderRig } from '#drivers/rig/reader-rig.ts';
import { READER_TIMINGS, type ReaderTimings } from '#drivers/reader/reader-timings.ts';
import { inAllLanguages } from '#shared/language/said-error.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { openSystemRig, type StandInDevices } from '#drivers/rig/system-rig.ts';
import type { MachineKeys } from '#shared/contract/machine-keys.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import { BALLAST_BYTES, Ballast } from './disk/ballast.ts';
import { HTTP_TIMEOUT_MS } from './uplink/edge-http.ts';
import { createEngine } from './engine.ts';
import type { Engine } from './engine-parts.ts';
import { fixedRig, readerAtPath } from './readers/fixed-rig.ts';
import type { Log } from './disk/log.ts';
import { redeem } from './uplink/pairing-request.ts';
import { fetchFingerprint, isLoopback } from './uplink/pinned-agent.ts';
import type { Random } from '#shared/random.ts';
import { openOrSalvage } from './disk/salvage.ts';
import { sodiumReady } from './journal/seal.ts';
import { changeIfPossible, openSettings, type SettingsStore } from './disk/settings.ts';
import { socketLink } from './uplink/socket-link.ts';
import { startTrouble } from './start-trouble.ts';
import { KIOSK_VERSION } from './version.ts';

export interface StartOptions {
  /** Directory of this kiosk's database and settings; made when missing. */
  data: string;
  /** `tcp://host:port` or serial paths; empty: those confirmed on the screen, found wherever they are plugged in. */
  readers: readonly string[];
  /** A pairing code to redeem if this kiosk is not paired yet; null: none. */
  pair: string | null;
  /** A better-sqlite3 built for another Node-API (environment SQLITE_BINDING_NAPI9), or null. */
  nativeBinding: string | null;
  /** Where the pairing token's key is kept. */
  keys: MachineKeys;
  /** Null: what is plugged into this machine. */
  devices: StandInDevices | null;
  /** Null: those of real readers. */
  timings: ReaderTimings | null;
  /** Null: one JSON object a line on standard error. */
  log: Log | null;
}

/** Starts a kiosk's engine. Rejects, in words for people, when its data directory cannot be used. */
export async function startEngine(options: StartOptions): Promise<Engine> {
  try {
    return await start(options);
  } catch (error) {
    throw startTrouble(error, { data: options.data, port: null });
  }
}

async function start(options: StartOptions): Promise<Engine> {
  const log = options.log ?? logToStandardError;
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  const file = path.join(options.data, 'kiosk.db');
  const database = openOrSalvage({ file, nativeBinding: options.nativeBinding }, Date.now(), log);
  const device = hostname().slice(0, 80) || 'kiosk';
  const settings = openSettings(options.data);
  // Before any reader is opened: whoever opens one must listen before its first event comes off the line.
  await sodiumReady();
  const timings = options.timings ?? READER_TIMINGS;
  const named = options.readers.map(readerAtPath);
  const engine = await createEngine({
    database,
    settings,
    ballast: new Ballast(options.data, BALLAST_BYTES),
    clock: systemClock,
    random: systemRandom,
    link: socketLink(log),
    rig:
      named.length === 0
        ? systemRig({ settings, devices: options.devices, timings, log })
        : namedRig(named, timings),
    fixedReaders: named.length === 0 ? null : named,
    pairing: {
      redeem: (code, previous) => redeem(code, { device, previous }),
      fingerprint: (address) => fetchFingerprint(address, HTTP_TIMEOUT_MS),
      isLoopback,
      keys: options.keys,
    },
    bootId: bootId(),
    device,
    version: KIOSK_VERSION,
    log,
  });
  if (options.pair !== null && settings.get().pairing === null) {
    const reply = await engine.send({ command: 'pair', code: options.pair });
    if (!reply.ok) log({ code: 'fault', detail: inAllLanguages(reply.words) });
  }
  return engine;
}

/** Whatever is plugged in and was confirmed on the screen. */
function systemRig(parts: {
  settings: SettingsStore;
  devices: StandInDevices | null;
  timings: ReaderTimings;
  log: Log;
}): ReaderRig {
  const { settings, devices, timings, log } = parts;
  return openSystemRig({
    clock: systemClock,
    devices,
    timings,
    lastGood: {
      get: (reader) => settings.get().lastGoodServices[reader] ?? null,
      set: (reader, index) => {
        const lastGoodServices = { ...settings.get().lastGoodServices, [reader]: index };
        changeIfPossible(settings, { lastGoodServices }, log);
      },
    },
    onTrouble: (detail) => log({ code: 'reader', detail }),
  });
}

/** ID-card readers by their paths, and nothing is looked for. */
function namedRig(readers: readonly ReaderSetting[], timings: ReaderTimings): ReaderRig {
  const openPort = portOpener(systemClock);
  return fixedRig(
    readers.map((setting) => ({
      setting,
      source: openReader({ path: setting.at, openPort, clock: systemClock, timings }),
    })),
  );
}

const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  fraction: () => randomInt(2 ** 32) / 2 ** 32,
};

const LINUX_BOOT_ID = '/proc/sys/kernel/random/boot_id';
/** Linux names its boots; elsewhere every start of the engine counts as one, and monotonic times compare within it. */
function bootId(): string {
  return existsSync(LINUX_BOOT_ID) ? readFileSync(LINUX_BOOT_ID, 'utf8').trim() : randomUUID();
}

const logToStandardError: Log = (line) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
};
