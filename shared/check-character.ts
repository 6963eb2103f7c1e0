const CODE_39 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%';

/** GS1 General Specifications 7.9: from the right the digits weigh 1, 3, 1 … and add up to a multiple of ten; letters weigh nothing. */
export function endsWithMod10(code: string): boolean {
  const digits = code.replace(/[^0-9]/g, '');
  const sum = [...digits]
    .toReversed()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0);
  return digits.length > 1 && /[0-9]$/.test(code) && sum % 10 === 0;
}

/** ISO/IEC 16388 annex A: the values of the characters, added up modulo 43, name the last one. */
export function endsWithMod43(code: string): boolean {
  const values = [...code].map((character) => CODE_39.indexOf(character));
  if (values.includes(-1) || values.length < 2) return false;
  const check = values.pop();
  return values.reduce((sum, value) => sum + value, 0) % 43 === check;
}
