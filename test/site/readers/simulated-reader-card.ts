import type { InventedPerson } from '../invented-people.ts';

/** What a module can get out of a card. */
export interface SimulatedCard {
  /** 256 bytes. */
  text: Uint8Array;
  /** 1024 bytes that decode to no picture. */
  photo: Uint8Array;
  /** 1024 bytes; null for a card issued without. */
  fingerprint: Uint8Array | null;
  /** 70 bytes each, at most four. */
  appendedAddresses: readonly Uint8Array[];
  /** 28 bytes. */
  managementNumber: Uint8Array;
}

export interface CardText {
  kind: 'resident' | 'hmt' | 'foreigner-2017' | 'foreigner-2023';
  number: string;
  /** Chinese, perhaps empty on a foreigner's card. */
  name: string;
  nameEnglish: string;
  /** GB/T 2261.1 */
  sexCode: string;
  /** `YYYYMMDD` */
  birth: string;
  validFrom: string;
  /** `YYYYMMDD` or 长期 */
  validTo: string;
  /** GB/T 3304, residents only. */
  ethnicity: string;
  /** Alpha-3, foreigners only. */
  nationality: string;
}

const ADDRESS = '虚构省样例市示范区测试路1号';
const AUTHORITY = '样例市公安局示范分局';
const SEX_CODES = { unknown: '0', M: '1', F: '2', unspecified: '9' };

/** The card of an invented person, with a photo that begins as real ones do. */
export function cardOf(person: InventedPerson): SimulatedCard {
  const isForeigner = person.kind === 'foreigner-2017' || person.kind === 'foreigner-2023';
  const text = encodeCardText({
    kind: person.kind,
    number: person.number,
    name: person.name === person.nameEnglish ? '' : person.name,
    nameEnglish: person.nameEnglish ?? '',
    sexCode: SEX_CODES[person.sex],
    birth: person.birth.replaceAll('-', ''),
    validFrom: '20150601',
    validTo: isForeigner ? '20250531' : '20350601',
    ethnicity: '01',
    nationality: 'UTO',
  });
  return {
    text,
    photo: photoFiller(3),
    fingerprint: null,
    appendedAddresses: [],
    managementNumber: new Uint8Array(28),
  };
}

/**
 * The text block, written from the table of offsets and not with the decoder's, so that one proves the other: UTF-16LE
 * padded with spaces, in one of four layouts.
 */
export function encodeCardText(card: CardText): Uint8Array {
  const block = new TextBlock();
  if (card.kind === 'foreigner-2017') {
    block.put(0, 120, card.nameEnglish);
    block.put(120, 2, card.sexCode);
    block.put(122, 30, card.number);
    block.put(152, 6, card.nationality);
    block.put(158, 30, card.name);
    block.put(220, 16, card.birth);
    block.put(236, 4, '01');
    block.put(240, 8, '1100');
    block.put(248, 2, 'I');
  } else {
    block.put(0, 30, card.name);
    block.put(30, 2, card.sexCode);
    block.put(36, 16, card.birth);
    block.put(122, 36, card.number);
    if (card.kind !== 'foreigner-2023') {
      block.put(52, 70, ADDRESS);
      block.put(158, 30, AUTHORITY);
    }
  }
  block.put(188, 16, card.validFrom);
  block.put(204, 16, card.validTo);
  if (card.kind === 'resident') block.put(32, 4, card.ethnicity);
  if (card.kind === 'hmt') {
    block.put(220, 18, 'H00000001');
    block.put(238, 4, '01');
    block.put(248, 2, 'J');
  }
  if (card.kind === 'foreigner-2023') {
    block.put(32, 4, '01');
    block.put(52, 70, card.nameEnglish.slice(0, 35));
    block.put(220, 22, card.nameEnglish.slice(35));
    block.put(242, 6, card.nationality);
    block.put(248, 2, 'Y');
  }
  return block.bytes;
}

/** 1024 bytes beginning like a WLT picture, then (seed + 7·i) & FF. */
export function photoFiller(seed: number): Uint8Array {
  const head = [0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff];
  return Uint8Array.from({ length: 1024 }, (_, i) => head[i] ?? (seed + 7 * (i - head.length)) & 0xff);
}

/** Two prints of 512 bytes each, which decode to nothing. */
export function fingerprintFiller(): Uint8Array {
  return Uint8Array.from({ length: 1024 }, (_, i) =>
    i % 512 === 0 ? 0x43 : i % 512 === 1 ? 0x01 : i & 0xff,
  );
}

class TextBlock {
  readonly bytes = new Uint8Array(256);

  constructor() {
    this.put(0, 256, '');
  }

  put(offset: number, bytes: number, text: string): void {
    if (text.length * 2 > bytes) throw new Error(`${text} does not fit ${bytes} bytes`);
    const view = new DataView(this.bytes.buffer);
    for (let i = 0; i < bytes / 2; i += 1) {
      view.setUint16(offset + 2 * i, i < text.length ? text.charCodeAt(i) : 0x20, true);
    }
  }
}
