import { type ReaderModelId, readerModelSchema } from '#shared/reader-setting.ts';

import { formatHexRows, parseHexRow } from './hex-rows.ts';
import type { PortGoneReason } from '../port/port.ts';
import { ORIGINS, type RecordingOrigin } from '../models/reader-model.ts';

/**
 * What went over a reader's carrier, as text a person can review: a header, then a line for each direction and time.
 *
 *     muster-recording 1
 *     model: sdt-serial
 *     …
 *     gives: reading resident 110199195601310019 测试甲
 *
 *            0 open
 *            0 > AA AA AA 96 69 00 03 12 FF EE |....i.....|
 *           12 < AA AA AA 96 69 00 14 00 …
 *              < 00 00 1D |...|
 *
 * `>` goes to the reader, `<` comes from it; a line without a time goes on with the one above. `00*40` is a run of one
 * byte. What a service speaks is text and stands in quotes instead.
 */
export interface Recording {
  header: RecordingHeader;
  entries: readonly RecordingEntry[];
}

export interface RecordingHeader {
  model: ReaderModelId;
  carrier: RecordingCarrier;
  /** As it was opened. */
  at: string;
  /** The device in its own words, or `none`. */
  device: string;
  /** `PAGE:USAGE` of a HID device's collection in hex, or `none`. */
  usage: string;
  /** Name of the number format, or `none`. */
  format: string;
  /** YYYY-MM-DD */
  date: string;
  /** What people did meanwhile. */
  done: string;
  /** `real`: the file holds personal data. */
  people: 'invented' | 'real';
  /** `simulation`: the bytes are a simulator's, and show what Muster takes the device to say, not what one said. */
  of: RecordingOrigin;
  /** What the reader told, in the words of `expectationOf`, in order. */
  gives: readonly string[];
}

const CARRIERS = ['serial', 'tcp', 'hid', 'service'] as const;
type RecordingCarrier = (typeof CARRIERS)[number];

export type RecordingContent =
  | { kind: 'open' | 'close' }
  /** The opening above failed, in the system's words. */
  | { kind: 'refused'; detail: string }
  | { kind: 'rate'; baudRate: number }
  | { kind: 'gone'; reason: PortGoneReason }
  | { kind: 'sent' | 'received'; bytes: Uint8Array };

/** Whole milliseconds since the recording began. */
export type RecordingEntry = RecordingContent & { atMs: number };

export type ParsedRecording = { ok: true; recording: Recording } | { ok: false; line: number; what: string };

const FIRST_LINE = 'muster-recording 1';
const FIELDS = [
  'model',
  'carrier',
  'at',
  'device',
  'usage',
  'format',
  'date',
  'done',
  'people',
  'of',
] as const;
const GONE_REASONS: readonly PortGoneReason[] = ['disconnected', 'closed', 'error'];
const TIME_COLUMNS = 8;
/** Real ones have a few hundred lines an hour; what is longer is no recording. */
export const LINES_MAX = 1_000_000;

/** The text of a recording; `parseRecording` reads it back unchanged. */
export function printRecording({ header, entries }: Recording): string {
  const fields = FIELDS.map((field) => `${field}: ${oneLine(header[field])}`);
  const gives = header.gives.map((given) => `gives: ${oneLine(given)}`);
  const rows = entries.flatMap((entry) => rowsOf(entry, header.carrier));
  return `${[FIRST_LINE, ...fields, ...gives, '', ...rows].join('\n')}\n`;
}

/** Reads a recording, or says in which line (from 1) what is wrong. */
export function parseRecording(text: string): ParsedRecording {
  const lines = text.split(/\r?\n/);
  if (lines.length > LINES_MAX) return { ok: false, line: LINES_MAX, what: 'too long' };
  const end = lines.indexOf('');
  const header = parseHeader(lines.slice(0, end === -1 ? lines.length : end));
  if ('what' in header) return { ok: false, ...header };
  const entries: RecordingEntry[] = [];
  for (const [i, line] of lines.entries()) {
    if (i <= end || line.trim() === '' || line.startsWith('#')) continue;
    const what = takeRow(line, entries);
    if (what !== null) return { ok: false, line: i + 1, what };
  }
  return { ok: true, recording: { header, entries } };
}

function rowsOf(entry: RecordingEntry, carrier: RecordingCarrier): string[] {
  const time = `${entry.atMs}`.padStart(TIME_COLUMNS);
  switch (entry.kind) {
    case 'open':
    case 'close':
      return [`${time} ${entry.kind}`];
    case 'refused':
      return [`${time} refused ${oneLine(entry.detail)}`];
    case 'rate':
      return [`${time} rate ${entry.baudRate}`];
    case 'gone':
      return [`${time} gone ${entry.reason}`];
    case 'sent':
    case 'received': {
      const mark = entry.kind === 'sent' ? '>' : '<';
      const [first = '', ...more] =
        carrier === 'service'
          ? [quote(Buffer.from(entry.bytes).toString('utf8'))]
          : formatHexRows(entry.bytes);
      return [`${time} ${mark} ${first}`, ...more.map((row) => `${' '.repeat(TIME_COLUMNS)} ${mark} ${row}`)];
    }
  }
}

/** Takes a line of the body into `entries`; returns what is wrong with it, or null. */
function takeRow(line: string, entries: RecordingEntry[]): string | null {
  const parts = /^ *([0-9]+)? +(open|close|refused|rate|gone|[<>])(?: (.*))?$/s.exec(line);
  if (parts === null) return 'neither time and word nor bytes';
  const [, time, word = '', rest = ''] = parts;
  const last = entries.at(-1);
  const atMs = time === undefined ? last?.atMs : Number(time);
  if (atMs === undefined || !Number.isSafeInteger(atMs)) return 'no time';
  if (last !== undefined && atMs < last.atMs) return 'earlier than the line above';
  if (word !== '>' && word !== '<') {
    const content = time === undefined ? null : contentOf(word, rest);
    if (content === null) return `not understood: ${word} ${rest}`;
    entries.push({ ...content, atMs });
    return null;
  }
  const kind = word === '>' ? 'sent' : 'received';
  const bytes = rest.startsWith('"') ? bytesOfText(rest) : parseHexRow(rest);
  if (bytes === null) return `no bytes: ${rest}`;
  if (time !== undefined) {
    entries.push({ kind, atMs, bytes });
    return null;
  }
  if (last?.kind !== kind) return 'goes on with nothing';
  last.bytes = new Uint8Array(Buffer.concat([last.bytes, bytes]));
  return null;
}

function contentOf(word: string, rest: string): RecordingContent | null {
  switch (word) {
    case 'open':
    case 'close':
      return rest === '' ? { kind: word } : null;
    case 'refused':
      return { kind: 'refused', detail: rest };
    case 'rate':
      return /^[0-9]{3,7}$/.test(rest) ? { kind: 'rate', baudRate: Number(rest) } : null;
    default: {
      const reason = GONE_REASONS.find((each) => each === rest);
      return reason === undefined ? null : { kind: 'gone', reason };
    }
  }
}

/** Text in quotes; only what would end the line is written otherwise, so that JSON stays readable. */
const quote = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r')}"`;

function bytesOfText(quoted: string): Uint8Array | null {
  if (quoted.length < 2 || !quoted.endsWith('"')) return null;
  const text = quoted.slice(1, -1).replace(/\\(.)/gs, (_, letter: string) => ESCAPES.get(letter) ?? letter);
  return new TextEncoder().encode(text);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
]);

function parseHeader(lines: readonly string[]): RecordingHeader | { line: number; what: string } {
  if (lines[0] !== FIRST_LINE) return { line: 1, what: `does not begin with "${FIRST_LINE}"` };
  const fields = new Map<string, string>();
  const gives: string[] = [];
  for (const [i, line] of lines.entries()) {
    if (i === 0) continue;
    const [, name = '', value = ''] = /^([a-z]+): (.*)$/s.exec(line) ?? [];
    if (name === 'gives') gives.push(value);
    else if (FIELDS.some((field) => field === name) && !fields.has(name)) fields.set(name, value);
    else return { line: i + 1, what: `no line of a header: ${line}` };
  }
  const missing = FIELDS.find((field) => !fields.has(field));
  if (missing !== undefined) return { line: lines.length, what: `the header has no "${missing}"` };
  const field = (name: (typeof FIELDS)[number]): string => fields.get(name) ?? '';
  const fault = (name: string, what: string) => ({
    line: lines.findIndex((line) => line.startsWith(`${name}: `)) + 1,
    what,
  });
  const model = readerModelSchema.safeParse(field('model'));
  if (!model.success) return fault('model', `no model of the table: ${field('model')}`);
  const carrier = CARRIERS.find((each) => each === field('carrier'));
  if (carrier === undefined) return fault('carrier', `no carrier: ${field('carrier')}`);
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(field('date'))) return fault('date', `no date: ${field('date')}`);
  const of = ORIGINS.find((each) => each === field('of'));
  if (of === undefined) return fault('of', `neither device nor simulation: ${field('of')}`);
  return {
    model: model.data,
    carrier,
    at: field('at'),
    device: field('device'),
    usage: field('usage'),
    format: field('format'),
    date: field('date'),
    done: field('done'),
    people: field('people') === 'invented' ? 'invented' : 'real',
    of,
    gives,
  };
}

/** A line break in what the system or a person said would end the line of the file. */
const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ');
