import { isUtf8 } from 'node:buffer';
import { utf16Of } from '#shared/bytes.ts';

export type Decoded =
  | { ok: true; text: string }
  /** `line`: the first that is broken, from 1; null: it is no text at all. */
  | { ok: false; line: number | null };

/**
 * Text in UTF-8, UTF-16 with its mark, or GB18030. What it is in, its lines decide and not its first bytes: GB18030 accepts
 * nearly anything, and one broken line would turn all other names of a file in UTF-8 into other ones.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return decoded(bytes, utf16);
  if (isUtf8(bytes)) return decoded(bytes, 'utf-8');
  const { utf8, others, firstOther } = linesOf(bytes);
  return utf8 > others ? { ok: false, line: firstOther } : decoded(bytes, 'gb18030');
}

function decoded(bytes: Uint8Array, encoding: string): Decoded {
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, line: null }; // not in this encoding, and there is none left to try
  }
}

/** How many lines with more than ASCII are UTF-8, and how many are not. */
function linesOf(bytes: Uint8Array): { utf8: number; others: number; firstOther: number } {
  let [utf8, others, firstOther] = [0, 0, 0];
  let line = 0;
  for (let from = 0; from < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, from);
    const piece = bytes.subarray(from, end < 0 ? bytes.length : end);
    from += piece.length + 1;
    if (piece.every((byte) => byte < 0x80)) continue;
    if (isUtf8(piece)) utf8++;
    else if (others++ === 0) firstOther = line + 1;
  }
  return { utf8, others, firstOther };
}
