/** Where tubes bear no code they are numbered: 第3管. Events hold that as the tube's code; a screen may say it in its language. */
export const tubeMark = (n: number): string => `第${n}管`;

/** The number of such a tube; null of any other code. */
export function numberOfMark(code: string): number | null {
  const digits = /^第(\d{1,6})管$/.exec(code)?.[1];
  return digits === undefined ? null : Number(digits);
}
