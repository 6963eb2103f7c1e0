import { parseArgs } from 'node:util';

import { wordsOf } from '#shared/error-words.ts';
import { canonicalPhysicalNumber } from '#shared/event/credential.ts';
import {
  type NumberFormat,
  type ReaderModelId,
  readerModelSchema,
  type ReaderSetting,
} from '#shared/reader-setting.ts';

import { formatHidAddress, type HidAddress, parseHidAddress } from '../port/hid-bus.ts';
import { formatOfName } from '../line/number-format-name.ts';
import { MAKERS_SERVICES, READER_MODEL_TABLE } from '../models/reader-models.ts';
import { parseServiceAddress } from '../service/service-line.ts';
import { parseTcpPath } from '../port/tcp-port.ts';

export const USAGE = `用法 usage: npm run reader -- 读卡器 READER [选项 OPTIONS]
      npm run reader -- --list | --probe | --replay FILE

读卡器 READER, 选一个 one of:
  --serial PATH            串口身份证读卡器,如 /dev/ttyUSB0 或 COM3 · an ID-card reader on a serial port
  --tcp HOST:PORT          网络串口或模拟读卡器 · a serial-over-LAN box or a simulated reader
  --hid VID:PID[:SERIAL]   USB HID 读卡器、扫码枪 · a HID reader or scanner  [--model MODEL] [--format FORMAT]
  --service NAME[=URL]     厂家读卡服务 · a maker's service: huashi, shensi, decard
  --number PATH            串口卡号读头 · a card-number reader on a serial port or tcp://HOST:PORT  [--format FORMAT]
  --scanner PATH           串口扫码枪 · a barcode scanner on a serial port or tcp://HOST:PORT

  --list                   列出本机看到的设备和要安装的东西 · what is there, what it may be, what to install
  --probe                  引导自检,结果可发回 · a guided self-test whose result can be mailed
  --record FILE            录下收发的字节 · record the bytes  [--note TEXT]; 须加 needs --keep-personal-data
  --replay FILE            回放录像 · play a recording

  --format FORMAT          16H 10H 8H 6H 20D 10D 8D 2H+4H, 反序加 reversed: 10D-reversed; 不写则显示可能的格式
  --card NUMBER            这张卡的 16 位卡号,据此确定格式 · the card's number in 16 hex, from which the format is found
  --json                   每行一个 JSON 对象 · one JSON object a line
  --show-personal-data     不遮盖号码、姓名、出生日期 · numbers, names and births unmasked
  --keep-personal-data     同意录像文件里有完整的证件信息 · the recording may hold whole cards
  --help                   显示本说明 · this text
`;

/** Where a reader is and what it is taken for. */
export type ReaderSource =
  /** `guessesFormat`: a card-number reader nobody knows the format of; its lines come as scans. */
  | { is: 'known'; setting: ReaderSetting; guessesFormat: boolean }
  /** A HID device whose model the table has to tell; `model` where the caller does. */
  | { is: 'hid'; address: HidAddress; model: ReaderModelId | null; format: NumberFormat | null };

type KnownSource = Extract<ReaderSource, { is: 'known' }>;

export interface ReadOptions {
  json: boolean;
  showPersonalData: boolean;
}

interface RecordOptions {
  file: string;
  /** What is done while it records. */
  note: string;
}

export type ReaderCommand =
  | { command: 'help' }
  | { command: 'list'; json: boolean }
  /** `source` null: a person is asked. */
  | { command: 'probe'; source: ReaderSource | null }
  | ({ command: 'replay'; file: string } & ReadOptions)
  | ({
      command: 'read';
      source: ReaderSource;
      /** 16 hex digits of the card that will be laid down, or null: its format is found from it. */
      card: string | null;
      record: RecordOptions | null;
    } & ReadOptions);

/** The command, or in words what is wrong with the arguments. */
export function argumentsOf(argv: readonly string[]): ReaderCommand | string {
  let values: Values;
  try {
    values = parse(argv);
  } catch (error) {
    return `参数有误 wrong arguments: ${wordsOf(error)}`;
  }
  if (values.help) return { command: 'help' };
  const empty = Object.entries(values).find(([, value]) => value === '');
  if (empty !== undefined) return `--${empty[0]} 后面是空的 · --${empty[0]} is empty`;
  const source = sourceOf(values);
  if (typeof source === 'string') return source;
  const { list, probe, replay, record, json } = values;
  const commands = [list, probe, replay !== undefined].filter(Boolean).length;
  if (commands > 1) return '--list、--probe、--replay 只能选一个 · only one of --list, --probe, --replay';
  const options = { json, showPersonalData: values['show-personal-data'] };
  if (record !== undefined && (commands > 0 || source === null))
    return '--record 与一台读卡器一起用 · --record goes with a reader';
  if (list || replay !== undefined) {
    if (source !== null) return '--list 和 --replay 不带读卡器 · --list and --replay take no reader';
    return replay === undefined ? { command: 'list', json } : { command: 'replay', file: replay, ...options };
  }
  if (probe) return { command: 'probe', source };
  if (source === null)
    return '请给出 --serial、--tcp、--hid、--service、--number、--scanner 之一,或 --list · give a reader, or --list';
  const card = values.card === undefined ? null : canonicalPhysicalNumber(values.card);
  if (values.card !== undefined && card === null) return `不是 16 位卡号 · not 16 hex digits: ${values.card}`;
  if (card !== null && (values.format !== undefined || (values.number ?? values.hid) === undefined))
    return '--card 用于没有 --format 的 --number 和 --hid · --card goes with --number or --hid without --format';
  if (record === undefined) return { command: 'read', source, card, record: null, ...options };
  if (!values['keep-personal-data']) {
    return (
      '录像里有完整的证件号码、姓名和住址;要录请加 --keep-personal-data,只交给可信的人,用后删除 · ' +
      'a recording holds whole numbers, names and addresses: add --keep-personal-data, hand it to nobody you do not trust, delete it after use'
    );
  }
  const note = values.note ?? '未说明 · not said';
  return { command: 'read', source, card, record: { file: record, note }, ...options };
}

type Values = ReturnType<typeof parse>;

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      serial: { type: 'string' },
      tcp: { type: 'string' },
      hid: { type: 'string' },
      service: { type: 'string' },
      number: { type: 'string' },
      scanner: { type: 'string' },
      model: { type: 'string' },
      format: { type: 'string' },
      card: { type: 'string' },
      list: { type: 'boolean', default: false },
      probe: { type: 'boolean', default: false },
      replay: { type: 'string' },
      record: { type: 'string' },
      note: { type: 'string' },
      json: { type: 'boolean', default: false },
      'show-personal-data': { type: 'boolean', default: false },
      'keep-personal-data': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  }).values;
}

/** The reader that is meant, null where none is, or what is wrong. */
function sourceOf(values: Values): ReaderSource | null | string {
  const { serial, tcp, hid, service, number, scanner } = values;
  const given = [serial, tcp, hid, service, number, scanner].filter((value) => value !== undefined);
  if (given.length > 1) return '只能给出一台读卡器 · give only one reader';
  if (values.model !== undefined && hid === undefined)
    return '--model 只用于 --hid · --model goes with --hid';
  if (values.format !== undefined && hid === undefined && number === undefined)
    return '--format 只用于 --number 和 --hid · --format goes with --number and --hid';
  const format = values.format === undefined ? null : formatOfName(values.format);
  if (values.format !== undefined && format === null)
    return `不是卡号格式 · not a number format: ${values.format}`;
  if (serial !== undefined) return known('sdt-serial', serial, null);
  if (tcp !== undefined) return lineSource('sdt-serial', `tcp://${tcp}`, null);
  if (hid !== undefined) return hidSource(hid, values.model ?? null, format);
  if (service !== undefined) return serviceSource(service);
  if (number !== undefined) return numberSource(number, format);
  return scanner === undefined ? null : lineSource('scanner-serial', scanner, null);
}

/** Without a format its lines are shown as they come, with the formats they may have. */
function numberSource(at: string, format: NumberFormat | null): ReaderSource | string {
  const source = lineSource(format === null ? 'scanner-serial' : 'number-serial', at, format);
  return typeof source === 'string' ? source : { ...source, guessesFormat: format === null };
}

function lineSource(model: ReaderModelId, at: string, format: NumberFormat | null): KnownSource | string {
  if (at.startsWith('tcp:') && parseTcpPath(at) === null) return `地址有误 not an address: ${at}`;
  return known(model, at, format);
}

function hidSource(text: string, model: string | null, format: NumberFormat | null): ReaderSource | string {
  const address = parseHidAddress(text.startsWith('hid:') ? text : `hid:${text}`);
  if (address === null) return `不是 VID:PID · not VID:PID in hex: ${text}`;
  if (model === null) return { is: 'hid', address, model: null, format };
  const parsed = readerModelSchema.safeParse(model);
  if (parsed.success && READER_MODEL_TABLE[parsed.data].carrier === 'hid')
    return { is: 'hid', address, model: parsed.data, format };
  const names = readerModelSchema.options.filter((id) => READER_MODEL_TABLE[id].carrier === 'hid');
  return `不是 HID 型号 · not a HID model: ${model} (${names.join(', ')})`;
}

function serviceSource(text: string): ReaderSource | string {
  const [, name = '', url] = /^([^=]*)(?:=(.*))?$/.exec(text) ?? [];
  const service = MAKERS_SERVICES.find(({ dialect }) => dialect === name);
  if (service === undefined)
    return `没有这个厂家服务 · no such service: ${name} (${MAKERS_SERVICES.map(({ dialect }) => dialect).join(', ')})`;
  const at = url ?? service.at;
  const isLoopback = parseServiceAddress(at)?.protocol === parseServiceAddress(service.at)?.protocol;
  if (!isLoopback)
    return `不是本机的服务地址 · not an address of the service on this machine: ${at} (${service.at})`;
  return known(service.model, at, null);
}

function known(model: ReaderModelId, at: string, numberFormat: NumberFormat | null): KnownSource {
  const role = READER_MODEL_TABLE[model].gives === 'scan' ? 'tube' : 'person';
  return { is: 'known', setting: { model, at, role, usb: null, numberFormat }, guessesFormat: false };
}

/** The setting of a HID device once its model is known. */
export function hidSetting(
  { address, format }: { address: HidAddress; format: NumberFormat | null },
  model: ReaderModelId,
): ReaderSetting {
  const role = READER_MODEL_TABLE[model].gives === 'scan' ? 'tube' : 'person';
  return { model, at: formatHidAddress(address), role, usb: null, numberFormat: format };
}
