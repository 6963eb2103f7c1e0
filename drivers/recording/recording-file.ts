import { open, readFile, writeFile } from 'node:fs/promises';

import type { ReaderSetting } from '#shared/reader-setting.ts';

import { formatHidAddress, type HidBus } from '../port/hid-bus.ts';
import { nameOfFormat } from '../line/number-format-name.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import type { Recorder } from './recorder.ts';
import { type ParsedRecording, parseRecording, printRecording, type RecordingHeader } from './recording.ts';

/** Only whoever made it may read it: it holds whole cards. */
const PRIVATE = 0o600;

/** Makes sure the file can be written and overwrites none; rejects in the system's words. */
export async function reserveFile(file: string): Promise<void> {
  const handle = await open(file, 'wx', PRIVATE);
  await handle.close();
}

/** Writes what was recorded into the reserved file. */
export async function writeRecording(
  file: string,
  header: RecordingHeader,
  recorder: Recorder,
): Promise<void> {
  await writeFile(file, printRecording({ header, entries: recorder.entries }), { mode: PRIVATE });
}

/** Reads a recording; rejects in the system's words where the file cannot be read. */
export async function readRecording(file: string): Promise<ParsedRecording> {
  return parseRecording(await readFile(file, 'utf8'));
}

/**
 * The header of a recording made by a person now, of a real device and real people as far as anybody here can know; whoever
 * knows better writes it into the file. `date` is YYYY-MM-DD.
 */
export async function headerOf(
  setting: ReaderSetting,
  about: { date: string; note: string; hid: HidBus },
): Promise<Omit<RecordingHeader, 'gives'>> {
  const { model, at, numberFormat } = setting;
  const table = READER_MODEL_TABLE[model].carrier;
  const carrier = at.startsWith('tcp://')
    ? 'tcp'
    : table === 'hid'
      ? 'hid'
      : table === 'service'
        ? 'service'
        : 'serial';
  return {
    model,
    carrier,
    at,
    ...(carrier === 'hid' ? await hidOf(at, about.hid) : { device: 'none', usage: 'none' }),
    format: numberFormat === null ? 'none' : nameOfFormat(numberFormat),
    date: about.date,
    done: about.note,
    people: 'real',
    of: 'device',
  };
}

async function hidOf(at: string, hid: HidBus): Promise<Pick<RecordingHeader, 'device' | 'usage'>> {
  const listing = await hid.list();
  const devices = listing.outcome === 'listed' ? listing.devices : [];
  const here = devices.filter((device) =>
    [formatHidAddress(device), formatHidAddress({ ...device, serialNumber: null })].includes(at),
  );
  // Of several collections the one that is read has a page of its own; keyboards have none but the desktop's.
  const device = here.find(({ usagePage }) => usagePage !== DESKTOP_PAGE) ?? here[0];
  if (device === undefined) return { device: 'none', usage: 'none' };
  const { name, usagePage, usage } = device;
  const hex = (value: number) => value.toString(16).toUpperCase();
  return {
    device: name === '' ? 'none' : name,
    usage: usagePage === null || usage === null ? 'none' : `${hex(usagePage)}:${hex(usage)}`,
  };
}

const DESKTOP_PAGE = 0x01;
