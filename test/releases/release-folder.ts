/** What lies in `test/releases/<version>/`, and how it is put where it can be used. */
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Programs } from './running-programs.ts';
import { unpackInto } from './tar.ts';

/** Where a program lies among the others of a release: as deep as in the first one's checkout, because both look above themselves. */
export const EDGE_PROGRAM = 'dist/edge/main.js';
export const KIOSK_PROGRAM = 'kiosk/browser/main.js';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '../..');

export const EXPECTED_FILE = 'expected.json';
export const WIRE_FILE = 'wire.jsonl';
export const DATA_FILE = 'data.tar.gz';
export const PROGRAMS_FILE = 'programs.tar.gz';

const json = z.json();
const count = z.int().min(0);

/** What the release itself said of its data. */
const expectedSchema = z.strictObject({
  version: z.string(),
  /** The account that may see everything. */
  account: z.strictObject({ name: z.string(), password: z.string() }),
  /** Where kiosks look for the edge. */
  port: z.int(),
  /** By edge directory: the answers of the edge (`reported`). */
  edges: z.record(z.string(), json),
  kiosks: z.record(
    z.string(),
    z.strictObject({
      station: z.int(),
      lastSequence: count,
      received: count,
      /** How many of its events the edge of `DELIVERED_TO` does not hold. */
      undelivered: count,
    }),
  ),
  /** Of the open round, to start a kiosk without its edge. */
  openingCode: z.string(),
  /** Somebody of the open round whom `kiosk-delivered` knows from the edge alone. */
  countedElsewhere: z.strictObject({ number: z.string(), name: z.string(), station: z.int() }),
  /** What the edge of `DELIVERED_TO` answers once every kiosk has delivered. */
  afterDelivery: json,
});
export type Expected = z.infer<typeof expectedSchema>;

/** The edge directory that the kiosks of the release are paired with. */
export const DELIVERED_TO = 'edge-restored';

/** Every release that was recorded, by version. */
export function recordedReleases(): string[] {
  return readdirSync(HERE).filter((name) => existsSync(path.join(HERE, name, EXPECTED_FILE)));
}

/** Why a version cannot be recorded, or null: what a release says is what every later build is held to. */
export function whyNotRecorded(version: string): string | null {
  if (!existsSync(path.join(HERE, version))) return null;
  return `${version} 已录制,不覆盖:请先改 package.json 的版本号 / release ${version} is recorded and is not overwritten: change the version in package.json first`;
}

export function releaseFile(version: string, file: string): string {
  return path.join(HERE, version, file);
}

export function expectedOf(version: string): Expected {
  return expectedSchema.parse(JSON.parse(readFileSync(releaseFile(version, EXPECTED_FILE), 'utf8')));
}

/** Puts the data of a release into a directory: `<edge>/data`, `<edge>/keys`, `<kiosk>`. */
export function unpackData(version: string, into: string): void {
  unpackInto(readFileSync(releaseFile(version, DATA_FILE)), into);
}

/** Puts the programs of a release into a directory, native modules being those of this checkout. */
export function unpackPrograms(version: string, into: string): Programs {
  mkdirSync(into, { recursive: true });
  unpackInto(readFileSync(releaseFile(version, PROGRAMS_FILE)), into);
  return programsIn(into);
}

/** Programs as `bundlePrograms` made them. */
export function programsIn(directory: string): Programs {
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(directory, 'node_modules'), 'junction');
  return {
    edge: path.relative(ROOT, path.join(directory, EDGE_PROGRAM)),
    kiosk: path.relative(ROOT, path.join(directory, KIOSK_PROGRAM)),
  };
}
