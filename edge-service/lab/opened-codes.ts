import { tubeCodeSchema } from '#shared/event/event.ts';
import type { RoundId } from '#shared/ids.ts';
import type { RoundDefinition } from '#shared/round.ts';
import type { Store } from '../store/database.ts';

export type CodeRead =
  | { ok: true; code: string; repaired: boolean }
  | { ok: false; code: 'tube-missing' | 'tube-code' | 'tube-ambiguous' };

/** Codes of the tubes opened here, as their labels read: finds the one that a damaged code means. */
export class OpenedCodes {
  readonly #exact = new Map<string, string>();
  readonly #byDigits = new Map<string, string[]>();
  readonly #named: boolean;

  constructor(codes: readonly string[], tubeMode: RoundDefinition['tubeMode']) {
    for (const code of new Set(codes)) {
      this.#exact.set(code.toUpperCase(), code);
      if (/^[0-9]+$/.test(code)) {
        const digits = withoutZeros(code);
        this.#byDigits.set(digits, [...(this.#byDigits.get(digits) ?? []), code]);
      }
    }
    this.#named = tubeMode === 'codes' && codes.length > 0;
  }

  has(code: string): boolean {
    return this.#exact.get(code.toUpperCase()) === code;
  }

  /** Nobody opened it here, in a round where tubes are opened by their codes. */
  isUnknown(code: string): boolean {
    return this.#named && !this.has(code);
  }

  /** A code out of a cell: also as a spreadsheet spoils it. */
  read(cell: string): CodeRead {
    const text = plainText(cell)
      .replace(/^['‘’`]/, '')
      .replaceAll(' ', '')
      .replace(/^([0-9]+)\.0$/, '$1');
    if (text === '') return { ok: false, code: 'tube-missing' };
    const scientific = /^([0-9])(?:\.([0-9]+))?E\+?([0-9]{1,2})$/i.exec(text);
    if (scientific && !this.#exact.has(text.toUpperCase()))
      return this.#one([...this.#exact.values()].filter((code) => looksLike(code, scientific)));
    const read = this.complete(text);
    return read.ok ? { ...read, repaired: this.has(read.code) && read.code !== cell } : read;
  }

  /** A code as a person types it off the label or the sheet, often without its zeros. */
  complete(text: string): CodeRead {
    const exact = this.#exact.get(text.toUpperCase());
    if (exact !== undefined) return { ok: true, code: exact, repaired: exact !== text };
    const known = /^[0-9]+$/.test(text) ? this.#byDigits.get(withoutZeros(text)) : undefined;
    if (known !== undefined) return this.#one(known);
    const parsed = tubeCodeSchema.safeParse(text);
    return parsed.success
      ? { ok: true, code: parsed.data, repaired: false }
      : { ok: false, code: 'tube-code' };
  }

  #one(codes: readonly string[]): CodeRead {
    if (codes.length > 1) return { ok: false, code: 'tube-ambiguous' };
    return codes[0] === undefined
      ? { ok: false, code: 'tube-code' }
      : { ok: true, code: codes[0], repaired: true };
  }
}

/** The codes of a round as the ledger stands now. */
export function openedCodes(
  db: Store,
  of: { round: RoundId; definition: Pick<RoundDefinition, 'tubeMode'> },
): OpenedCodes {
  const codes = db
    .prepare<[RoundId], string>('SELECT code FROM tube WHERE round = ? AND code IS NOT NULL')
    .pluck()
    .all(of.round);
  return new OpenedCodes(codes, of.definition.tubeMode);
}

/** Full width made narrow, blanks of every kind one blank. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u200b\ufeff]+/gu, ' ')
    .trim();
}

/** Whether a code of digits, shown by a spreadsheet as 2.10124E+11, would read like that. */
function looksLike(code: string, [, whole, part = '', exponent]: RegExpExecArray): boolean {
  if (!/^[0-9]+$/.test(code)) return false;
  const digits = withoutZeros(code);
  if (digits.length !== Number(exponent) + 1) return false;
  return Number(code)
    .toExponential(part.length)
    .startsWith(`${whole}${part === '' ? '' : `.${part}`}e`);
}

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=.)/, '');
