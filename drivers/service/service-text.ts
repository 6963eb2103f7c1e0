/** Bytes of a maker's service to text, and text to what it says. Pure; nothing here throws on what a service sends. */

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * UTF-8, or else GB18030: a service written for a Chinese Windows may send its own code page (own precaution: the
 * sample clients read UTF-8, and a wrong guess would only garble a name, never a number).
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** The JSON object in `text`, or null for anything else. */
export function objectOf(text: string): Record<string, unknown> | null {
  let value: unknown;
  try {
    // C programs send the NUL at the end of their strings along.
    value = JSON.parse(text.replace(/[\s\0]+$/u, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** A result code, which some services send as a number and some as a string; null where there is none. */
export function codeOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null;
  return typeof value === 'string' && /^\s*[+-]?[0-9]{1,9}\s*$/.test(value) ? Number(value) : null;
}

/** A string without padding; empty for anything else. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/^[\s\0]+|[\s\0]+$/gu, '') : '';
}
