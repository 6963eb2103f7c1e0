import { SaxesParser } from 'saxes';
import { utf16Of } from '#shared/bytes.ts';

/** What is told of an XML document while it goes by; names are without their prefix, text may come in several pieces. */
export interface XmlSight {
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  close: (name: string, place: XmlPlace) => void;
  text: (text: string) => void;
}

export interface XmlPlace {
  /** Where the tag that was just told ends; what it gives says in bytes, and is asked where that is needed: it costs a look at the text. */
  mark: () => () => number;
}

const PIECE_BYTES = 64 * 1024;
const UTF8_MARK = [0xef, 0xbb, 0xbf];

/**
 * Goes through XML in UTF-8 or, with its mark, UTF-16. Throws on what is not well formed and on every entity but the five of
 * XML itself, so that none is expanded or fetched. Control characters are passed on: programs write them, and they are repaired
 * where a cell is read.
 */
export function scanXml(bytes: Uint8Array, sight: XmlSight): void {
  const parser = new SaxesParser<{ position: true; xmlns: false }>({ position: true, xmlns: false });
  parser.on('opentag', ({ name, attributes }) => sight.open(localName(name), attributes));
  parser.on('text', (text) => sight.text(text));
  parser.on('cdata', (text) => sight.text(text));
  parser.on('error', (error) => {
    if (!/disallowed character/.test(error.message)) throw error;
  });
  let piece = '';
  let charsBefore = 0;
  let bytesBefore = UTF8_MARK.every((byte, i) => bytes[i] === byte) ? UTF8_MARK.length : 0;
  const place: XmlPlace = {
    mark: () => {
      const [text, before, end] = [piece, bytesBefore, parser.position - charsBefore];
      return () => before + Buffer.byteLength(text.slice(0, end));
    },
  };
  parser.on('closetag', ({ name }) => sight.close(localName(name), place));
  const decoder = new TextDecoder(utf16Of(bytes) ?? 'utf-8', { fatal: true });
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    piece = decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: at + PIECE_BYTES < bytes.length });
    parser.write(piece);
    charsBefore += piece.length;
    bytesBefore += Buffer.byteLength(piece);
  }
  parser.close();
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

/** An attribute by its local name, whatever its prefix; null where there is none. */
export function attributeOf(attributes: Readonly<Record<string, string>>, name: string): string | null {
  for (const [key, value] of Object.entries(attributes)) if (localName(key) === name) return value;
  return null;
}

/** `1`, `true` and `on`, as office programs write what holds. */
export const isOn = (value: string | undefined): boolean =>
  value === '1' || value === 'true' || value === 'on';
