import { nameOfFormat } from './number-format-name.ts';
import { likelyFormats } from './physical-number.ts';
import type { ReadOptions } from './reader-arguments.ts';
import type { ReaderEvent } from './reader-event.ts';
import type { ReaderModel } from './reader-model.ts';
import { lineForPeople, objectForPrograms } from './reader-words.ts';

export interface TellerParts extends ReadOptions {
  gives: ReaderModel['gives'];
  /** Each line of a card-number reader is followed by the formats it may have. */
  guessesFormat: boolean;
  out: (line: string) => void;
  err: (line: string) => void;
}

const READY_WORDS = {
  'physical-number': '读头就绪,请放卡 · card-number reader ready',
  scan: '扫码枪就绪,请扫码 · scanner ready',
} as const;

/** Writes what a reader tells, for people or for programs. */
export function tellerOf(parts: TellerParts): (event: ReaderEvent) => void {
  const { json, showPersonalData, guessesFormat, out, err } = parts;
  return (event) => {
    if (json) {
      const object = objectForPrograms(event, showPersonalData);
      if (object !== null) out(JSON.stringify(object));
    }
    // With --json standard output is for programs alone; what the reader itself does still reaches a person.
    const isAboutReader = event.event === 'reader-ready' || event.event === 'reader-gone';
    const write = json ? err : out;
    if (!json || isAboutReader) write(lineOf(event, parts));
    if (guessesFormat && event.event === 'scan') write(formatsOf(event.text));
  };
}

function lineOf(event: ReaderEvent, { gives, showPersonalData }: TellerParts): string {
  if (event.event !== 'reader-ready' || gives === 'reading') return lineForPeople(event, showPersonalData);
  return `${READY_WORDS[gives]}${event.baudRate === null ? '' : ` (${event.baudRate} bit/s)`}`;
}

function formatsOf(text: string): string {
  const names = likelyFormats(text).map(nameOfFormat);
  if (names.length === 0) return '不像物理卡号 · no physical number in a form that is known';
  return `可能的卡号格式 likely --format: ${names.join(', ')} (先试第一个 try the first)`;
}
