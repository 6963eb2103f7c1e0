/** What is generated from the table of models: the udev file of the Linux package and the table part of docs/readers.md. */
import type { ModelMatch, ReaderModel, UsbMatch } from '#drivers/models/reader-model.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';
import { SERIAL_BRIDGES } from '#drivers/models/serial-bridges.ts';
import { READER_MODELS, type ReaderModelId } from '#shared/reader-setting.ts';
import type { Words } from '#shared/words.ts';
import { OUT_OF_REACH } from './out-of-reach.ts';
import type { Message } from '#shared/language/message.ts';
import { inAllLanguages } from '#shared/language/said-error.ts';
import { sentence } from '#shared/language/sentence.ts';

export const UDEV_FILE = 'packaging/60-muster-readers.rules';
export const GUIDE_FILE = 'docs/readers.md';
/** Between these lines the guide is generated; what stands around them is written by hand. */
const GUIDE_BEGIN =
  '<!-- generated from drivers/models/reader-models.ts: node test/tools/readers-guide-main.ts -->';
const GUIDE_END = '<!-- end of the generated part -->';

const UDEV_HEAD = `# Generated from drivers/models/reader-models.ts by test/tools/readers-guide-main.ts; edit that instead.
# Gives whoever sits at the machine, and the group plugdev, the readers Muster knows. The name sorts before
# 73-seat-late.rules, which turns the tag uaccess into access; hex digits are lower-case, as the kernel writes them.
`;

const UDEV_TAIL = `
# Scanners in HID-POS mode, and readers that are keyboards: no rule can tell them from other devices by their use, and
# opening every keyboard to every program would be wrong. Copy a line for the one device, with its own numbers
# (npm run reader -- --list), in lower case and without the leading #:
#SUBSYSTEM=="hidraw", ATTRS{idVendor}=="1234", ATTRS{idProduct}=="abcd", MODE="0660", GROUP="plugdev", TAG+="uaccess"
`;

/** The whole udev file. */
export function udevRules(): string {
  const hid = new Map<string, UsbMatch>();
  for (const { carrier, match } of Object.values(READER_MODEL_TABLE)) {
    if (carrier !== 'hid' || match.by !== 'usb') continue;
    for (const each of match.ids) hid.set(`${each.vendorId}:${each.productId}`, each);
  }
  const sure = [...hid.values()].filter(({ confidence }) => confidence !== 'low');
  const unsure = [...hid.values()].filter(({ confidence }) => confidence === 'low');
  return [
    UDEV_HEAD,
    '# ID-card readers that speak HID',
    ...sure.flatMap(hidRules),
    '',
    '# seen in programs for ID-card readers, not confirmed',
    ...unsure.flatMap(hidRules),
    '',
    '# chips that make a serial line of a USB cable (else the group dialout has them)',
    ...SERIAL_BRIDGES.map(
      ({ vendorId, productId, of }) =>
        `# ${of}\nSUBSYSTEM=="tty", ATTRS{idVendor}=="${vendorId.toLowerCase()}", ATTRS{idProduct}=="${productId.toLowerCase()}", TAG+="uaccess"`,
    ),
    UDEV_TAIL,
  ].join('\n');
}

/** Two lines a device: one by its USB parent, one by the kernel's name of its HID parent, which virtual devices have too. */
function hidRules({ vendorId, productId, of }: UsbMatch): string[] {
  const [vendor, product] = [vendorId.toLowerCase(), productId.toLowerCase()];
  const grant = 'MODE="0660", GROUP="plugdev", TAG+="uaccess"';
  return [
    `# ${of}`,
    `SUBSYSTEM=="hidraw", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", ${grant}`,
    `SUBSYSTEM=="hidraw", KERNELS=="0003:${vendorId}:${productId}.*", ${grant}`,
  ];
}

/** The generated part of the guide, without its two border lines. */
export function guideTables(): string {
  const rows = READER_MODELS.map((id) => ({ id, model: READER_MODEL_TABLE[id] }));
  const real = rows.filter(({ model }) => model.recording?.of === 'device');
  return [
    '### 型号一览 The models',
    '',
    `真机录制 Recordings of real devices: ${real.length} / ${rows.length}。`,
    '标“模拟 simulated”的录制取自本项目的模拟设备,只说明程序按资料怎样理解这种设备,不说明真机就是这样。用真机和样卡(不要用真人的证件,文件里有整张证件)`npm run reader -- --record` 录一份,是最好的帮助。',
    "One marked 模拟 simulated is of this project's own simulated device: it shows how Muster understands the published material, not that a real device speaks so. One of a real device and a specimen card (never a real one: the file holds the whole card), made with `npm run reader -- --record`, helps most.",
    '',
    '| 型号 Model | 接口 Carrier | 识别 Recognised by | 读到 Gives | 可信度 Borne out | 录制 Recording |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ id, model }) => modelRow(id, model)),
    '',
    '### 怎样接 How to connect each',
    '',
    ...rows.flatMap(({ id, model }) => instructions(id, model)),
    '### 认得的 USB 串口芯片 USB-serial chips that are known',
    '',
    '芯片不说明另一头是什么(读卡器、电子秤……),所以只列出来供人选,选定以前一个字节也不写。',
    'A chip does not say what is at the other end (a reader, a scale, …): it is offered, and not one byte is written before a person chose it.',
    '',
    ...SERIAL_BRIDGES.map(({ vendorId, productId, of }) => `- \`${vendorId}:${productId}\` ${of}`),
    '',
    '### 接不上的,和为什么 What cannot be reached, and why',
    '',
    '| 什么 What | 为什么 Why | 怎么办 Instead |',
    '|---|---|---|',
    ...OUT_OF_REACH.map(({ what, why, instead }) => `| ${both(what)} | ${both(why)} | ${both(instead)} |`),
    '',
  ].join('\n');
}

/** `text` with its generated part made anew. Throws where the border lines are missing. */
export function guideWith(text: string, tables: string): string {
  const begin = text.indexOf(GUIDE_BEGIN);
  const end = text.indexOf(GUIDE_END);
  if (begin < 0 || end < begin) throw new Error(`${GUIDE_FILE} lacks the lines around its generated part`);
  return `${text.slice(0, begin)}${GUIDE_BEGIN}\n\n${tables}\n${text.slice(end)}`;
}

const CARRIER_WORDS = {
  serial: { zh: '串口 / USB 转串口', en: 'serial, USB-serial, tcp://' },
  hid: { zh: 'USB HID', en: 'USB HID' },
  'usb-bulk': { zh: 'USB 部标', en: 'vendor-bulk USB' },
  service: { zh: '厂家本机服务', en: "maker's local service" },
  keys: { zh: '键盘', en: 'keyboard' },
} as const satisfies Record<ReaderModel['carrier'], Words>;

const GIVES_WORDS = {
  reading: { zh: '身份证', en: 'ID card' },
  'physical-number': { zh: '物理卡号', en: "card's physical number" },
  scan: { zh: '条码', en: 'barcode' },
} as const satisfies Record<ReaderModel['gives'], Words>;

const CONFIDENCE_WORDS = {
  high: { zh: '多处资料一致', en: 'several sources agree' },
  medium: { zh: '一两处资料', en: 'one or two sources' },
  low: { zh: '不确定', en: 'uncertain' },
} as const satisfies Record<ReaderModel['confidence'], Words>;

const both = ({ zh, en }: Words): string => `${zh}<br>${en}`;

function modelRow(id: ReaderModelId, model: ReaderModel): string {
  return `| ${both(sentence(model.name))}<br>\`${id}\` | ${both(CARRIER_WORDS[model.carrier])} | ${recognised(model.match)} | ${both(GIVES_WORDS[model.gives])} | ${both(CONFIDENCE_WORDS[model.confidence])} | ${recorded(model.recording)} |`;
}

function recorded(recording: ReaderModel['recording']): string {
  if (recording === null) return '—';
  return `${recording.file}<br>${recording.of === 'device' ? '真机 real device' : '模拟 simulated'}`;
}

function recognised(match: ModelMatch): string {
  switch (match.by) {
    case 'serial-line':
      return '任何串口,由人确认<br>any serial line, confirmed by a person';
    case 'usb':
      return match.ids
        .map(
          ({ vendorId, productId, confidence, of }) =>
            `\`${vendorId}:${productId}\` ${of}${confidence === 'low' ? '(不确定 uncertain)' : ''}`,
        )
        .join('<br>');
    case 'hid-usage':
      return `HID ${hex(match.usagePage)}/${hex(match.usage)}`;
    case 'service':
      return `\`${match.at}\``;
    case 'keys':
      return '看不出来<br>nothing to see';
  }
}

const hex = (number: number): string => `${number.toString(16).toUpperCase().padStart(2, '0')}h`;

function instructions(id: ReaderModelId, { name, guide, quirks, install }: ReaderModel): string[] {
  const item = (head: string, said: Message) => `- **${head}** ${inAllLanguages(said)}`;
  return [
    `**${sentence(name).zh}** · ${sentence(name).en} (\`${id}\`)`,
    '',
    ...(install === null ? [] : [item('先装 Install', install)]),
    item('Windows', guide.windows),
    item('Linux', guide.linux),
    ...quirks.map((quirk) => item('注意 Note', quirk)),
    '',
  ];
}
