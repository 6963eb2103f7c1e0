import { maskNumber, parseIdNumber } from '#shared/id-number.ts';
import { textInAllLanguages, inAllLanguages } from '#shared/language/said-error.ts';
import { maskReading, type Reading } from '#shared/reading.ts';

import { faultMeaning, type ReaderEvent, type ReaderGoneReason } from '../reader/reader-event.ts';
import type { DiscardReason } from '../port/discard.ts';

const KIND_WORDS = {
  resident: ['居民身份证', 'resident ID card'],
  hmt: ['港澳台居民居住证', 'HMT residence permit'],
  'foreigner-2017': ['外国人永久居留身份证(2017)', 'foreigner card 2017'],
  'foreigner-2023': ['外国人永久居留身份证(2023)', 'foreigner card 2023'],
} as const satisfies Record<Reading['kind'], readonly [string, string]>;

const SEX_WORDS = {
  M: '男 M',
  F: '女 F',
  unknown: '性别未知 sex unknown',
  unspecified: '性别未说明 sex unspecified',
} as const satisfies Record<Reading['sex'], string>;

const DISCARD_WORDS = {
  noise: ['线路噪声', 'noise'],
  length: ['长度不合理', 'impossible length'],
  checksum: ['校验和错误', 'wrong checksum'],
  'cut-off': ['数据中断', 'cut off'],
  unexpected: ['多余的应答', 'not asked for'],
  late: ['迟到的应答', 'answered too late'],
} as const satisfies Record<DiscardReason, readonly [string, string]>;

const GONE_WORDS = {
  'cannot-open': '打不开读卡器,请检查线缆和端口',
  'no-answer': '端口上没有身份证读卡器应答,请检查电源和端口',
  disconnected: '读卡器断开,请插好线缆',
  hung: '读卡器停止应答,请重新插拔',
} as const satisfies Record<ReaderGoneReason, string>;

/** The event as a line for people, Chinese first; readings are masked unless `showPersonalData`. */
export function lineForPeople(event: ReaderEvent, showPersonalData: boolean): string {
  switch (event.event) {
    case 'reader-ready':
      return `读卡器就绪,请放身份证 · reader ready${event.baudRate === null ? '' : ` (${event.baudRate} bit/s)`}`;
    case 'reader-gone':
      return `${GONE_WORDS[event.reason]} · ${textInAllLanguages(event.detail)}`;
    case 'card-present':
      return '请不要移动 · do not move the card';
    case 'physical-number': {
      const number = showPersonalData ? event.number : maskNumber(event.number);
      return `✓ 物理卡号 · physical number · ${number}`;
    }
    case 'scan': {
      const text = showPersonalData ? event.text : maskScan(event.text);
      return `✓ 扫码 · scan · ${text}`;
    }
    case 'removed':
      return '卡已移开 · card removed';
    case 'fault': {
      const { words, handling } = faultMeaning(event.code);
      const advice =
        handling === 'lift'
          ? ',请拿起卡重放 · lift the card and place it again'
          : handling === 'enter'
            ? ',请手工登记 · enter the person by hand'
            : '';
      return `${inAllLanguages(words)} (${event.code})${advice}`;
    }
    case 'discarded': {
      const [zh, en] = DISCARD_WORDS[event.reason];
      return `丢弃 ${event.bytes} 字节:${zh} · ${event.bytes} bytes discarded: ${en}`;
    }
    case 'reading': {
      const reading = showPersonalData ? event.reading : maskReading(event.reading);
      const [zh, en] = KIND_WORDS[reading.kind];
      const names = [reading.name, reading.nameEnglish].filter(
        (name, i, all) => name && all.indexOf(name) === i,
      );
      return `✓ ${zh} · ${en} · ${names.join(' / ')} · ${reading.number} · ${SEX_WORDS[reading.sex]} · ${reading.birth}`;
    }
  }
}

/**
 * The event as one JSON object, or null for what a program need not know. A reader that is gone is a fault here, with
 * the code `reader-` and the reason.
 */
export function objectForPrograms(event: ReaderEvent, showPersonalData: boolean): object | null {
  switch (event.event) {
    case 'reader-ready':
    case 'card-present':
      return null;
    case 'reader-gone':
      return { event: 'fault', code: `reader-${event.reason}` };
    case 'removed':
    case 'fault':
    case 'discarded':
      return event;
    case 'physical-number':
      return { ...event, number: showPersonalData ? event.number : maskNumber(event.number) };
    case 'scan':
      return { ...event, text: showPersonalData ? event.text : maskScan(event.text) };
    case 'reading': {
      const reading = showPersonalData ? event.reading : maskReading(event.reading);
      const { kind, number, name, nameEnglish, sex, birth, validFrom, validTo } = reading;
      return { event: 'reading', kind, number, name, nameEnglish, sex, birth, validFrom, validTo };
    }
  }
}

/** A scan may be anything a person holds under the scanner, an ID number or a health code too. */
const maskScan = (text: string): string => (parseIdNumber(text).ok ? maskNumber(text) : text);
