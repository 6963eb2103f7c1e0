import type { Clock } from '#shared/clock.ts';
import { message, type Text } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';

import { openFallback } from '../reader/fallback-reader.ts';
import { inTime, OPEN_MS_MAX } from '../port/guarded-port.ts';
import type { HidBus } from '../port/hid-bus.ts';
import { openHidScanner } from '../hid/hid-scanner.ts';
import { type HidProfile, hidPortOpener } from '../hid/hid-sdt.ts';
import { keepReader, type Reader } from '../reader/kept-reader.ts';
import type { LineMeaning } from '../line/line-meaning.ts';
import { type LineTimings, openLineReader } from '../line/line-reader.ts';
import type { OpenPort } from '../port/port.ts';
import { MAKERS_SERVICES, READER_MODEL_TABLE } from '../models/reader-models.ts';
import { openReader } from '../reader/sdt-reader.ts';
import type { ReaderTimings } from '../reader/reader-timings.ts';
import { type LoopbackAddress, parseServiceAddress } from '../service/service-line.ts';
import { openServiceReader, type OpenServiceLine } from '../service/service-reader.ts';

export interface ConfiguredReaderParts {
  /** For serial lines and `tcp://`. */
  openPort: OpenPort;
  hid: HidBus;
  /** What the system calls the setting's serial device now; rejects, in words, where nothing may be opened. */
  findPath: () => Promise<string>;
  /** Which of the makers' services answered last (its place in the order), and what is told when another does. */
  lastGood: number | null;
  remember: (index: number) => void;
  /** How a maker's service is asked, where a recording is made or played. */
  openLine?: OpenServiceLine | undefined;
  clock: Clock;
  timings: ReaderTimings;
  lineTimings: LineTimings;
}

/**
 * Opens what a person confirmed: a reader for every model of the table, whatever its carrier. A setting that cannot be
 * one (a card-number reader without a format) is a reader that says so and never opens anything.
 */
export function openConfiguredReader(setting: ReaderSetting, parts: ConfiguredReaderParts): Reader {
  switch (setting.model) {
    case 'sdt-serial':
      return sdtReader(setting, serialOpener(parts), parts);
    case 'sdt-hid-raw64':
      return sdtReader(setting, hidOpener('raw64', parts), parts);
    case 'sdt-hid-miaxis':
      return sdtReader(setting, hidOpener('miaxis', parts), parts);
    case 'sdt-hid-dk':
      return sdtReader(setting, hidOpener('dk', parts), parts);
    case 'service-huashi':
      return openServiceReader({ dialect: 'huashi', at: setting.at, ...parts });
    case 'service-shensi':
      return openServiceReader({ dialect: 'shensi', at: setting.at, ...parts });
    case 'service-decard':
      return openServiceReader({ dialect: 'decard', at: setting.at, ...parts });
    case 'sdt-usb-bulk':
      return servicesInOrder(setting, parts);
    case 'number-serial':
    case 'scanner-serial':
      return withMeaning(setting, parts, (gives) =>
        openLineReader({ path: setting.at, openPort: serialOpener(parts), gives, ...lineParts(parts) }),
      );
    case 'scanner-hid-pos':
      return withMeaning(setting, parts, (gives) =>
        openHidScanner({ at: setting.at, layout: 'hid-pos', gives, bus: parts.hid, ...lineParts(parts) }),
      );
    case 'number-boot-keyboard':
    case 'scanner-boot-keyboard':
      return withMeaning(setting, parts, (gives) =>
        openHidScanner({
          at: setting.at,
          layout: 'boot-keyboard',
          gives,
          bus: parts.hid,
          ...lineParts(parts),
        }),
      );
    case 'number-wedge':
    case 'scanner-wedge':
      return unopenable('its keys come through the window of the kiosk', parts);
  }
}

function sdtReader(
  setting: ReaderSetting,
  openPort: OpenPort,
  { clock, timings }: ConfiguredReaderParts,
): Reader {
  return openReader({ path: setting.at, openPort, clock, timings });
}

/** Where the device is now is asked anew at every opening, and an answer that never comes is a failed opening. */
function serialOpener({ openPort, findPath, clock }: ConfiguredReaderParts): OpenPort {
  const bound = { ms: OPEN_MS_MAX, late: message('reader-gone.serial-search-late') };
  return async (_, listener) => openPort(await inTime(clock, bound, findPath()), listener);
}

function hidOpener(profile: HidProfile, { hid, clock }: ConfiguredReaderParts): OpenPort {
  return hidPortOpener({ profile, bus: hid, clock });
}

function lineParts({ clock, lineTimings }: ConfiguredReaderParts) {
  return { clock, timings: lineTimings };
}

function withMeaning(
  { model, numberFormat }: ReaderSetting,
  parts: ConfiguredReaderParts,
  open: (gives: LineMeaning) => Reader,
): Reader {
  if (READER_MODEL_TABLE[model].gives === 'scan') return open({ gives: 'scan' });
  if (numberFormat !== null) return open({ gives: 'physical-number', format: numberFormat });
  return unopenable(message('reader-gone.no-number-format'), parts);
}

/**
 * A vendor-bulk reader: the makers' services one after another. `at` may name addresses, separated by commas, that are
 * tried first in that order; everything else of it (`usb:0400:C35A`) says only which device was seen.
 */
function servicesInOrder({ at }: ReaderSetting, parts: ConfiguredReaderParts): Reader {
  const { clock, timings, lastGood, remember, openLine } = parts;
  return openFallback({
    candidates: serviceOrder(at).map((service) => ({
      name: say('en', READER_MODEL_TABLE[service.model].name),
      open: () => openServiceReader({ dialect: service.dialect, at: service.at, clock, timings, openLine }),
    })),
    lastGood,
    remember,
    clock,
    timings,
  });
}

/** One maker's service at one address. */
type ServiceAt = Pick<(typeof MAKERS_SERVICES)[number], 'model' | 'dialect'> & { at: string };

/** More addresses than there are makers are a mistake, and every one that does not answer costs the queue 15 s. */
export const NAMED_ADDRESSES_MAX = 6;

/**
 * All services of the table, those whose addresses `at` names first. An address of this machine that stands in no row (a
 * service set to another port) is tried as every service that speaks its protocol: only an answer tells which it is.
 */
export function serviceOrder(at: string): readonly ServiceAt[] {
  const named = at
    .split(',')
    .flatMap((part) => parseServiceAddress(part.trim()) ?? [])
    .slice(0, NAMED_ADDRESSES_MAX)
    .flatMap(servicesAt);
  const inOrder = [...named, ...MAKERS_SERVICES];
  const isFirst = (service: ServiceAt, i: number) =>
    inOrder.findIndex((each) => each.dialect === service.dialect && each.at === service.at) === i;
  return inOrder.filter(isFirst);
}

function servicesAt({ protocol, host, port }: LoopbackAddress): readonly ServiceAt[] {
  const at = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const standard = MAKERS_SERVICES.filter((service) => service.at === at);
  if (standard.length > 0) return standard;
  const speakIt = MAKERS_SERVICES.filter((service) => service.at.startsWith(`${protocol}:`));
  return speakIt.map(({ model, dialect }) => ({ model, dialect, at }));
}

/** Tells why and opens nothing, ever. */
function unopenable(detail: Text, { clock, timings }: ConfiguredReaderParts): Reader {
  const lost = Promise.resolve({ worked: false, reason: 'cannot-open', detail } as const);
  return keepReader({ connect: () => ({ lost, end: () => {} }), clock, timings });
}
