import { endsWithMod10 } from './check-character.ts';

/**
 * What stands on a label, whatever brought it: a serial line, a HID report or keys. Scanners may put an AIM identifier in
 * front (ISO/IEC 15424: `]`, a letter for the symbology, a modifier), and of a GS1 label FNC1 as GS in front and between
 * its elements.
 */

export type Label =
  | { is: 'text'; text: string }
  /** `serial`: what element (21) says; null: the label names goods and no single piece. */
  | { is: 'gs1'; serial: string | null };

const GS = '\u001d';
const AIM = /^\][A-Za-z][0-9A-Za-z]/;
/** GS1-128, DataBar, GS1 DataMatrix, GS1 QR, GS1 DotCode. */
const GS1_AIMS = /^\](?:C1|e[0-3]|d2|Q3|J1)/;

/** True for an AIM identifier that says FNC1 stands in front of what follows. */
export function isGs1Aim(identifier: string): boolean {
  return GS1_AIMS.test(identifier);
}

/** Reads what a scanner has sent. */
export function readLabel(raw: string): Label {
  const sent = raw.trim();
  const text = sent.replace(AIM, '').trim();
  if (isGs1Aim(sent) || text.includes(GS)) {
    const elements = elementsOf(text);
    if (elements !== null) return { is: 'gs1', serial: elements.get('21') ?? null };
    return { is: 'text', text: text.replaceAll(GS, '') };
  }
  const elements = bracketedElements(text) ?? unmarkedElements(text);
  return elements === null ? { is: 'text', text } : { is: 'gs1', serial: elements.get('21') ?? null };
}

/** The code on a label: the serial number of a GS1 label, else its text; of a GS1 label without one, all as it came. */
export function labelText(raw: string): string {
  const label = readLabel(raw);
  return label.is === 'text' ? label.text : (label.serial ?? raw.trim());
}

/** How many characters the elements of fixed length have, by their first two digits (GS1 General Specifications 7.8.5). */
const FIXED: Readonly<Record<string, number>> = {
  '00': 18,
  '01': 14,
  '02': 14,
  '03': 14,
  '04': 16,
  ...Object.fromEntries([11, 12, 13, 14, 15, 16, 17, 18, 19].map((id) => [id, 6])),
  '20': 2,
  ...Object.fromEntries([31, 32, 33, 34, 35, 36].map((id) => [id, 8])),
  '41': 14,
};

/** The elements by the first two digits of their identifiers, first one of each; null where the text holds none. */
function elementsOf(text: string): ReadonlyMap<string, string> | null {
  const elements = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    if (rest.startsWith(GS)) {
      rest = rest.slice(1);
      continue;
    }
    const id = rest.slice(0, 2);
    if (!/^[0-9]{2}$/.test(id)) return null;
    const fixed = FIXED[id];
    const end = rest.indexOf(GS);
    const length = fixed === undefined ? (end === -1 ? rest.length : end) - 2 : fixed;
    const value = rest.slice(2, 2 + length);
    if (value.length < (fixed ?? 1)) return null;
    if (!elements.has(id)) elements.set(id, value);
    rest = rest.slice(2 + length);
  }
  return elements.size === 0 ? null : elements;
}

/** `(01)06901234567892(21)A`: as printed below the bars, and as some scanners send it. */
function bracketedElements(text: string): ReadonlyMap<string, string> | null {
  if (!/^(?:\([0-9]{2,4}\)[^()]+)+$/.test(text)) return null;
  return new Map(
    [...text.matchAll(/\(([0-9]{2,4})\)([^()]+)/g)].map(([, id = '', value = '']) => [id, value]),
  );
}

/** (01) and (21) from a scanner that drops FNC1: told from other digits by the check digit of the article. */
function unmarkedElements(text: string): ReadonlyMap<string, string> | null {
  const [, article, serial] = /^01([0-9]{14})21(.{1,20})$/.exec(text) ?? [];
  if (article === undefined || serial === undefined || !endsWithMod10(article)) return null;
  return new Map([
    ['01', article],
    ['21', serial],
  ]);
}
