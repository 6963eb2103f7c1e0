import { maskNumber } from '#shared/id-number.ts';

import { nameOfFormat } from '../line/number-format-name.ts';
import { formatOf, likelyFormats } from '../line/physical-number.ts';
import type { ReadOptions } from './reader-arguments.ts';
import type { ReaderEvent } from '../reader/reader-event.ts';
import type { ReaderModel } from '../models/reader-model.ts';
import { lineForPeople, objectForPrograms } from './reader-words.ts';

export interface TellerParts extends ReadOptions {
  gives: ReaderModel['gives'];
  /** Each line of a card-number reader is followed by the formats it may have. */
  guessesFormat: boolean;
  /** 16 hex digits of the card that lies there, where they are known: then its format is found, not guessed. */
  card: string | null;
  out: (line: string) => void;
  err: (line: string) => void;
}

const READY_WORDS = {
  'physical-number': '读头就绪,请放卡 · card-number reader ready',
  scan: '扫码枪就绪,请扫码 · scanner ready',
} as const;

/** Writes what a reader tells, for people or for programs. */
export function tellerOf(parts: TellerParts): (event: ReaderEvent) => void {
  const { json, showPersonalData, guessesFormat, card, out, err } = parts;
  return (told) => {
    const event = guessesFormat && !showPersonalData ? withMaskedScan(told) : told;
    if (json) {
      const object = objectForPrograms(event, showPersonalData);
      if (object !== null) out(JSON.stringify(object));
    }
    // With --json standard output is for programs alone; what the reader itself does still reaches a person.
    const isAboutReader = event.event === 'reader-ready' || event.event === 'reader-gone';
    const write = json ? err : out;
    if (!json || isAboutReader) write(lineOf(event, parts));
    if (guessesFormat && told.event === 'scan')
      write(card === null ? formatsOf(told.text) : formatFrom(told.text, card));
  };
}

/** What a card-number reader of no known format sends looks like a scan and is a person's number all the same. */
export function withMaskedScan(event: ReaderEvent): ReaderEvent {
  return event.event === 'scan' ? { ...event, text: maskNumber(event.text) } : event;
}

function lineOf(event: ReaderEvent, { gives, guessesFormat, showPersonalData }: TellerParts): string {
  if (event.event !== 'reader-ready' || gives === 'reading') return lineForPeople(event, showPersonalData);
  return `${READY_WORDS[guessesFormat ? 'physical-number' : gives]}${event.baudRate === null ? '' : ` (${event.baudRate} bit/s)`}`;
}

function formatsOf(text: string): string {
  const names = likelyFormats(text).map(nameOfFormat);
  if (names.length === 0) return '不像物理卡号 · no physical number in a form that is known';
  return `可能的卡号格式 likely --format: ${names.join(', ')} (先试第一个 try the first)`;
}

function formatFrom(text: string, card: string): string {
  const format = formatOf(text, card);
  if (format !== null) return `卡号格式 --format ${nameOfFormat(format)}`;
  return '与 --card 的卡号对不上:不是这张卡,或格式不认识 · does not fit --card: another card, or an unknown format';
}
