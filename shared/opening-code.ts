/**
 * The opening code of a round, digits on its set-up sheet: a kiosk that starts without the edge unwraps the round key with it. Every
 * digit is random, none checks the others: a wrong code is told by the box that does not open.
 */
export const OPENING_CODE_DIGITS = 13;

/** Of rounds made by 0.2.0 and before; they keep their code until they are closed. */
export const EARLIER_CODE_DIGITS = 10;

/** Of this or an earlier round. */
export const OPENING_CODE = new RegExp(`^(?:[0-9]{${OPENING_CODE_DIGITS}}|[0-9]{${EARLIER_CODE_DIGITS}})$`);

/** Three, three, three and four, as people read it aloud and type it; also what has been typed of it so far. */
export function groupedOpeningCode(code: string): string {
  return [code.slice(0, 3), code.slice(3, 6), code.slice(6, 9), code.slice(9)]
    .filter((part) => part !== '')
    .join(' ');
}
