import { inAllLanguages } from '#shared/language/said-error.ts';
import { type ReaderModelId, type ReaderSetting } from '#shared/reader-setting.ts';

import { type Looked, listForPeople } from './device-list-words.ts';
import type { Candidate } from '../finding/reader-candidates.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';

export interface ChoiceParts {
  say: (line: string) => void;
  /** The next line the person types; null when there is nobody to ask. */
  ask: () => Promise<string | null>;
}

/**
 * Lets a person choose one of the devices that were seen, and what it is where that cannot be told. Only what was chosen
 * is opened. Null when nothing was chosen.
 */
export async function chooseReader(looked: Looked, { say, ask }: ChoiceParts): Promise<ReaderSetting | null> {
  for (const line of listForPeople(looked)) say(line);
  const usable = looked.candidates.filter(({ models }) => models.length > 0);
  if (usable.length === 0) return null;
  say('');
  say('要测哪一台?请输入编号,回车 · which one? type its number and press Enter');
  const candidate = looked.candidates[Number(await ask()) - 1];
  const [likeliest] = candidate?.models ?? [];
  if (candidate === undefined || likeliest === undefined) {
    say('没有选中可用的设备 · nothing usable was chosen');
    return null;
  }
  return settingOf(
    candidate,
    candidate.models.length === 1 ? likeliest : await modelOf(candidate, { say, ask }),
  );
}

async function modelOf({ models }: Candidate, { say, ask }: ChoiceParts): Promise<ReaderModelId> {
  say('它是什么?· what is it?');
  for (const [i, model] of models.entries()) {
    say(`  ${i + 1}. ${inAllLanguages(READER_MODEL_TABLE[model].name)}`);
  }
  const [likeliest] = models;
  const chosen = models[Number(await ask()) - 1] ?? likeliest;
  if (chosen === undefined) throw new Error('a device without models cannot be chosen');
  return chosen;
}

/** A card-number reader whose format nobody knows yet shows its lines as they come, like a scanner. */
const AS_LINES: Partial<Record<ReaderModelId, ReaderModelId>> = {
  'number-serial': 'scanner-serial',
  'number-boot-keyboard': 'scanner-boot-keyboard',
};

function settingOf({ at, usb }: Candidate, chosen: ReaderModelId): ReaderSetting {
  const model = AS_LINES[chosen] ?? chosen;
  const role = READER_MODEL_TABLE[model].gives === 'scan' ? 'tube' : 'person';
  return { model, at, role, usb, numberFormat: null };
}
