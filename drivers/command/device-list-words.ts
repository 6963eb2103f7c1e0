import { wordsOf } from '#shared/error-words.ts';
import { DEFAULT_LANGUAGE } from '#shared/language/languages.ts';
import { say } from '#shared/language/say.ts';
import { sentence } from '#shared/language/sentence.ts';
import { textInAllLanguages, inAllLanguages, SaidError } from '#shared/language/said-error.ts';
import type { DeviceLists, Seen } from '../finding/device-lists.ts';
import type { HidDeviceInfo } from '../port/hid-bus.ts';
import { type Candidate, candidatesOf } from '../finding/reader-candidates.ts';
import { MAKERS_SERVICES, READER_MODEL_TABLE } from '../models/reader-models.ts';

/** What this machine has, and in words which lists it would not give. */
export interface Looked {
  seen: Seen;
  candidates: readonly Candidate[];
  troubles: readonly string[];
}

/**
 * Looks once, for a person; a list that cannot be had is named and stops no other. No device is opened; the makers' services
 * are asked whether they are there.
 */
export async function lookOnce(lists: DeviceLists): Promise<Looked> {
  const troubles: string[] = [];
  const attempt = async <T>(name: string, list: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    try {
      return await list();
    } catch (error) {
      troubles.push(`${name}: ${wordsOf(error)}`);
      return [];
    }
  };
  const [serial, hid, usb, services] = await Promise.all([
    attempt('串口 serial ports', () => lists.serial()),
    attempt('HID', async () => {
      const listing = await lists.hid();
      if (listing.outcome === 'unavailable') throw new SaidError(listing.words);
      return listing.devices;
    }),
    attempt('USB', () => lists.usb()),
    attempt('厂家服务 services', () => lists.askServices(MAKERS_SERVICES.map(({ at }) => at))),
  ]);
  const seen = { serial, hid, usb, services };
  return { seen, candidates: candidatesOf(seen, lists.opensKeyboards), troubles };
}

/** The list for people: what may be used and how, what is also there, what could not be asked. */
export function listForPeople({ seen, candidates, troubles }: Looked): string[] {
  const lines = candidates.flatMap((candidate, i) => linesOf(candidate, i + 1));
  if (candidates.length === 0)
    lines.push('没有看到读卡器或扫码枪,请检查电源和 USB 线 · no reader is seen: check power and cable');
  const others = seen.hid.filter((device) => !candidates.some(({ at }) => isAt(device, at)));
  const names = [
    ...new Set(others.map((device) => `${device.vendorId}:${device.productId} ${device.name}`.trim())),
  ];
  if (names.length > 0)
    lines.push('', '其他 HID 设备 · other HID devices:', ...names.map((name) => `  ${name}`));
  if (seen.serial.some(({ bluetooth }) => bluetooth))
    lines.push('', '蓝牙串口从不打开 · Bluetooth ports are never opened');
  if (troubles.length > 0)
    lines.push('', '查不到 · could not be asked:', ...troubles.map((words) => `  ${words}`));
  return lines;
}

/** One JSON object a candidate, for programs. */
export function listForPrograms({ candidates, troubles }: Looked): object[] {
  return [
    ...candidates.map(({ name, install, ...candidate }) => ({
      event: 'candidate',
      ...candidate,
      name: typeof name === 'string' ? name : say(DEFAULT_LANGUAGE, name),
      install: install === null ? null : sentence(install),
    })),
    ...troubles.map((words) => ({ event: 'trouble', words })),
  ];
}

function linesOf({ at, name, usb, models, install }: Candidate, number: number): string[] {
  const identity =
    usb === null
      ? ''
      : ` (USB ${usb.vendorId}:${usb.productId}${usb.serialNumber === null ? '' : ` ${usb.serialNumber}`})`;
  const may = models.map((model) => inAllLanguages(READER_MODEL_TABLE[model].name));
  return [
    `${number}. ${textInAllLanguages(name)}${name === at ? '' : ` — ${at}`}${identity}`,
    ...may.map((words, i) => `   ${i === 0 ? '可能是 may be' : '或 or'}: ${words}`),
    ...(install === null ? [] : [`   要安装 to install: ${inAllLanguages(install)}`]),
    ...(models[0] === undefined ? [] : [`   试一试 try: npm run reader -- ${argumentsFor(models[0], at)}`]),
  ];
}

/** How the reader command is told to use it. */
function argumentsFor(model: Candidate['models'][number], at: string): string {
  switch (READER_MODEL_TABLE[model].carrier) {
    case 'serial':
      return `${model === 'sdt-serial' ? '--serial' : model === 'number-serial' ? '--number' : '--scanner'} ${at}`;
    case 'hid':
      return `--hid ${at.replace(/^hid:/, '')}`;
    case 'service': {
      const service = MAKERS_SERVICES.find((each) => each.model === model);
      return `--service ${service?.dialect ?? model}`;
    }
    case 'usb-bulk':
      return `--service ${MAKERS_SERVICES[0].dialect}`;
    case 'keys':
      return '--list';
  }
}

const isAt = ({ vendorId, productId }: HidDeviceInfo, at: string): boolean =>
  at.startsWith(`hid:${vendorId}:${productId}`);
