import { message, type Message } from '#shared/language/message.ts';

/** What may be told of any table, whatever it lists. Each says the message `file.` and its code. */
export const TABLE_CODES = [
  'header-twice',
  'row-above-header',
  'sheet-continued',
  'rows-hidden',
  'foot-row',
  'cells-mended',
] as const;
type TableCode = (typeof TABLE_CODES)[number];

/** The message of such a code; null of another one. */
export function tableMessage(code: string): Message | null {
  const known = TABLE_CODES.find((one): one is TableCode => one === code);
  return known === undefined ? null : message(`file.${known}`);
}
