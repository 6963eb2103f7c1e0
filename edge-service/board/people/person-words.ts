import type { HttpLink, KnownPerson, WalkIn } from '#shared/contract/http-identity.ts';
import { listed, message, type Text } from '#shared/language/message.ts';

/** The name of a person; in words where nobody has given one. */
export const nameText = (name: string | null): Text => name ?? message('person.nameless');

/** `110***********0013`, `工号 00141`, `没有证件`; a dash where nobody knows which number it was. */
export function numberText({ kind, number }: { kind: WalkIn['kind']; number: string | null }): Text {
  if (number === null) return kind === null ? '—' : message(`credential.${kind}`);
  return kind === null || kind === 'id' ? number : spaced(message(`credential.${kind}`), [number]);
}

/** `范晓丽 00141 · 三车间 · 焊接班` */
export function personText({ name, staffNumber, number, workshop, team }: KnownPerson): Text {
  const named = spaced(nameText(name), [staffNumber ?? number]);
  const places = [workshop, team].filter((text) => text !== null).filter((text) => text !== '');
  return listed('list.dot', [named, ...places]) ?? named;
}

/** `身份证 110***0010 测甲` */
const credentialText = ({ kind, number, name }: HttpLink['credentials'][number]): Text =>
  spaced(message(`credential.${kind ?? 'unknown'}`), [number, name]);

/** `卡号 00000000000000AA = 身份证 110***0010 测甲` */
export const credentialsText = ({ credentials }: Pick<HttpLink, 'credentials'>): Text =>
  listed('list.equal', credentials.map(credentialText)) ?? '—';

const spaced = (first: Text, more: readonly (string | null)[]): Text =>
  listed('list.space', [first, ...more.filter((text) => text !== null)]) ?? first;

/** Who linked numbers: somebody at a station, an account at the board, or the edge itself. */
export function linkerText({ station, by }: Pick<HttpLink, 'station' | 'by'>): Text {
  if (station === null) return by ?? message('link.by-edge');
  return by === null
    ? message('station.numbered', { n: station })
    : message('link.by-at-station', { station, by });
}
