/** Strict UTF-8 first, because GB18030 accepts nearly anything; null when it is neither. */
export function decodeText(bytes: Uint8Array): string | null {
  const label =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : null;
  for (const encoding of label === null ? ['utf-8', 'gb18030'] : [label]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue; // not in this encoding: the next one is tried, and none at all is told to the caller
    }
  }
  return null;
}
