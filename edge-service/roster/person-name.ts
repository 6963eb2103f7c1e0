/** Blanks of every kind at the ends go, inside they become one. */
export function tidy(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\u00a0\u3000\u200b\ufeff]+/gu, ' ')
    .trim();
}

/** `测　伟` is padded to line up in the sheet: blanks inside a Chinese name mean nothing; in Latin letters they part words. */
export function readName(text: string): string {
  const plain = tidy(text);
  return /\p{Script=Han}/u.test(plain) ? plain.replaceAll(' ', '') : plain;
}

/** Dots between the parts of a foreign name, as rosters, cards and keyboards have them. */
const DOTS = /[·•・‧∙⋅.]/gu;

/** Zero-width joiners and marks of direction, which a paste brings along. */
const UNSEEN = /\p{Cf}/gu;

/** A name as two of them are compared: whatever width, case and dots it was typed with. Empty where nothing is left. */
export const comparedName = (text: string): string =>
  readName(text.normalize('NFKC').replace(UNSEEN, '').replace(DOTS, '·')).toLowerCase();
