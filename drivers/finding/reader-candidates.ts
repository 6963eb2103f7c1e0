import type { ReaderModelId, ReaderSetting, UsbIdentity } from '#shared/reader-setting.ts';
import type { Message, Text } from '#shared/language/message.ts';

import type { Seen } from './device-lists.ts';
import { formatHidAddress, type HidDeviceInfo } from '../port/hid-bus.ts';
import type { Confidence, UsbMatch } from '../models/reader-model.ts';
import { BULK_READER, MAKERS_SERVICES, READER_MODEL_TABLE } from '../models/reader-models.ts';
import { bridgeOf } from '../models/serial-bridges.ts';
import { serialPathOf } from './serial-lookup.ts';
import type { SerialDevice } from '../port/serial-device.ts';

/** A device that is there and not in use: a person may choose it. */
export interface Candidate {
  /** Names the device and where it is: another one at the same place is another candidate. */
  id: string;
  at: string;
  /** As the system calls it, or what it is where the system has no name. */
  name: Text;
  usb: UsbIdentity | null;
  /** What it may be, likeliest first; empty: seen, and cannot be driven. */
  models: readonly ReaderModelId[];
  /** What to install before it can be used; null: nothing. */
  install: Message | null;
}

/** Behind a USB-serial chip most often lies an ID-card reader … */
const BEHIND_A_BRIDGE: readonly ReaderModelId[] = ['sdt-serial', 'number-serial', 'scanner-serial'];
/** … while a device that is a serial port by itself is most often a scanner (CDC-ACM, reader-protocols.md 5). */
const BY_ITSELF: readonly ReaderModelId[] = ['scanner-serial', 'number-serial', 'sdt-serial'];

const CONFIDENCE_RANK = { high: 0, medium: 1, low: 2 } as const satisfies Record<Confidence, number>;

/**
 * All that is seen and could be chosen, likeliest first; Bluetooth ports are not among it. Pure: nothing is opened or
 * asked. `opensKeyboards` as in `DeviceLists`.
 */
export function candidatesOf(seen: Seen, opensKeyboards: boolean): readonly Candidate[] {
  const serial = seen.serial.filter(({ bluetooth }) => !bluetooth);
  const known = serial.filter(({ usb }) => usb !== null && bridgeOf(usb) !== null);
  const other = serial.filter(({ usb }) => usb !== null && bridgeOf(usb) === null);
  const own = serial.filter(({ usb }) => usb === null);
  const hid = hidCandidates(seen.hid, opensKeyboards);
  const isKeyboard = ({ models }: Candidate) => models.every((model) => model.endsWith('boot-keyboard'));
  return [
    ...hid.filter((candidate) => !isKeyboard(candidate)),
    ...seen.usb.filter(isBulkReader).map((usb) => bulkCandidate(usb, seen.services)),
    ...seen.services.map(serviceCandidate),
    ...[...known, ...other, ...own].map(serialCandidate),
    // Every keyboard is one, the staff's too: last.
    ...hid.filter(isKeyboard),
  ];
}

/** The candidates that none of the confirmed readers is. */
export function unusedOf(
  candidates: readonly Candidate[],
  settings: readonly ReaderSetting[],
): readonly Candidate[] {
  const ports = candidates
    .filter(({ models }) => models.includes('sdt-serial'))
    .map(({ at, usb }) => ({ path: at, name: at, usb, bluetooth: false }));
  const used = new Set(
    settings.map((setting) => {
      if (READER_MODEL_TABLE[setting.model].carrier !== 'serial') return setting.at;
      const others = settings.filter((other) => other !== setting);
      const lookup = serialPathOf(setting, ports, others);
      return lookup.outcome === 'found' ? lookup.path : null;
    }),
  );
  const carriers = new Set(settings.map(({ model }) => READER_MODEL_TABLE[model].carrier));
  return candidates.filter(({ at, models }) => {
    if (used.has(at)) return false;
    // All services are tried for a vendor-bulk reader, and any service's reader is most often the one that is seen.
    if (carriers.has('usb-bulk')) return !models.includes('sdt-usb-bulk');
    return !(carriers.has('service') && at.startsWith('usb:'));
  });
}

/**
 * Addresses of the makers' services that none of these readers may be using: a card is given to whoever
 * asks first, and only once by some services.
 */
export function servicesNotUsedBy(settings: readonly ReaderSetting[]): readonly string[] {
  const used = settings.map(({ model }) => READER_MODEL_TABLE[model]);
  if (used.some(({ carrier }) => carrier === 'usb-bulk')) return [];
  return MAKERS_SERVICES.filter(({ dialect }) => used.every(({ wrapper }) => wrapper !== dialect)).map(
    ({ at }) => at,
  );
}

function serialCandidate({ path, name, usb }: SerialDevice): Candidate {
  const bridge = usb === null ? null : bridgeOf(usb);
  return {
    id: `${path}${usb === null ? '' : `|${identity(usb)}`}`,
    at: path,
    name: [name, bridge?.of].filter((part, i, all) => part && all.indexOf(part) === i).join(' · '),
    usb,
    models: usb !== null && bridge === null ? BY_ITSELF : BEHIND_A_BRIDGE,
    install: null,
  };
}

function bulkCandidate(usb: UsbIdentity, services: readonly string[]): Candidate {
  const at = `usb:${identity(usb)}`;
  // Where a maker's service runs it may be this reader's; which one, only trying them in order tells.
  const drivable = services.length > 0;
  return {
    id: at,
    at,
    name: READER_MODEL_TABLE['sdt-usb-bulk'].name,
    usb: null,
    models: drivable ? ['sdt-usb-bulk'] : [],
    install: drivable ? null : READER_MODEL_TABLE['sdt-usb-bulk'].install,
  };
}

function serviceCandidate(at: string): Candidate {
  const model = MAKERS_SERVICES.find((each) => each.at === at)?.model;
  if (model === undefined) throw new Error(`${at} is no address of the table of models`);
  const { name } = READER_MODEL_TABLE[model];
  return { id: at, at, name, usb: null, models: [model, 'sdt-usb-bulk'], install: null };
}

/** One candidate for each device, however many collections it has. */
function hidCandidates(devices: readonly HidDeviceInfo[], opensKeyboards: boolean): Candidate[] {
  const byAddress = new Map<string, HidDeviceInfo[]>();
  for (const device of devices) {
    const at = formatHidAddress(device);
    byAddress.set(at, [...(byAddress.get(at) ?? []), device]);
  }
  return [...byAddress].flatMap(([at, collections]): Candidate[] => {
    const models = hidModels(collections, opensKeyboards);
    const [first] = collections;
    if (models.length === 0 || first === undefined) return [];
    const { vendorId, productId, serialNumber, name } = first;
    return [
      { id: at, at, name: name || at, usb: { vendorId, productId, serialNumber }, models, install: null },
    ];
  });
}

function hidModels(collections: readonly HidDeviceInfo[], opensKeyboards: boolean): ReaderModelId[] {
  const rows = Object.entries(READER_MODEL_TABLE) as [
    ReaderModelId,
    (typeof READER_MODEL_TABLE)[ReaderModelId],
  ][];
  const byIdentity = rows
    .flatMap(([id, { carrier, match }]) => {
      if (carrier !== 'hid' || match.by !== 'usb') return [];
      const hit = match.ids.find((usb) => collections.some((device) => isOf(usb, device)));
      return hit === undefined ? [] : [{ id, rank: CONFIDENCE_RANK[hit.confidence] }];
    })
    .toSorted((a, b) => a.rank - b.rank);
  if (byIdentity.length > 0) return byIdentity.map(({ id }) => id);
  const byUse = rows.filter(([, { match, wrapper }]) => {
    if (match.by !== 'hid-usage' || (wrapper === 'boot-keyboard' && !opensKeyboards)) return false;
    return collections.some(({ usagePage, usage }) => usagePage === match.usagePage && usage === match.usage);
  });
  // A scanner that offers both speaks HID-POS with fewer traps.
  return byUse
    .map(([id]) => id)
    .toSorted((a, b) => Number(a.endsWith('boot-keyboard')) - Number(b.endsWith('boot-keyboard')));
}

const isOf = (match: UsbMatch, device: Pick<UsbIdentity, 'vendorId' | 'productId'>): boolean =>
  match.vendorId === device.vendorId && match.productId === device.productId;

const isBulkReader = (usb: UsbIdentity): boolean =>
  usb.vendorId === BULK_READER.vendorId && usb.productId === BULK_READER.productId;

const identity = ({ vendorId, productId, serialNumber }: UsbIdentity): string =>
  [vendorId, productId, ...(serialNumber === null ? [] : [encodeURIComponent(serialNumber)])].join(':');
