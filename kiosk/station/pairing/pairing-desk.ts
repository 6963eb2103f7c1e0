import type { Clock } from '#shared/clock.ts';
import type { CommandReply, Face } from '#shared/contract/kiosk-screen.ts';
import type { KeyMade, MachineKeys, TokenState } from '#shared/contract/machine-keys.ts';
import { parsePairingCode, type PairingCode } from '#shared/contract/wire.ts';
import { message, type Message } from '#shared/language/message.ts';
import { labelText } from '#shared/label.ts';
import type { Random } from '#shared/random.ts';
import { ACCEPTED, refusal, refusalOf } from '../desks/desk.ts';
import type { LinkTarget } from '../uplink/link.ts';
import { errorCode, type PairingResult } from '../uplink/pairing-request.ts';
import type { Log } from '../disk/log.ts';
import {
  KNOWN_ADDRESSES_MAX,
  changeIfPossible,
  edgeAddressSchema,
  type EdgeAddress,
  type Pairing,
  type SettingsStore,
} from '../disk/settings.ts';
import { PairingToken } from './pairing-token.ts';

/** Where an edge listens unless somebody chose otherwise. */
const EDGE_PORT_DEFAULT = 8443;
/** So many hex digits are compared by eye: 80 bits. */
const COMPARED_DIGITS = 20;

export interface PairingPorts {
  /** `previous`: the token held so far of the same edge, or null. */
  redeem: (code: PairingCode, previous: string | null) => Promise<PairingResult>;
  /** The key an address shows, before anything is sent to it. Rejects when nobody answers in TLS. */
  fingerprint: (address: EdgeAddress) => Promise<string>;
  isLoopback: (host: string) => boolean;
  /** Where the token's key is kept. */
  keys: MachineKeys;
}

export interface PairingDeskParts extends PairingPorts {
  settings: SettingsStore;
  clock: Clock;
  random: Random;
  log: Log;
  /** The settings hold another pairing or address, or its token can be used now. */
  paired: () => void;
  changed: () => void;
}

/** Pairs this kiosk with an edge: by the QR's text, or typed and compared by eye. */
export class PairingDesk {
  readonly #parts: PairingDeskParts;
  readonly #token: PairingToken;
  #comparing: { code: PairingCode & { fingerprint: string } } | null = null;
  #error: Message | null = null;
  #busy = false;

  constructor(parts: PairingDeskParts) {
    this.#parts = parts;
    this.#token = new PairingToken({ ...parts, opened: parts.paired });
  }

  begin(): void {
    this.#token.begin();
  }

  stop(): void {
    this.#token.stop();
  }

  /** Null while unpaired. */
  get token(): TokenState | null {
    return this.#token.state;
  }

  /** Where to connect, the best first; none while this machine has no token it can use. */
  targets(): LinkTarget[] {
    const { pairing } = this.#parts.settings.get();
    const token = this.#token.clear;
    if (pairing === null || token === null) return [];
    const { fingerprint, addresses } = pairing;
    return addresses.map((address) => ({ address, fingerprint, token }));
  }

  /** compare-fingerprint while it is asked; unpaired while this kiosk is. */
  get standing(): Face | null {
    if (this.#comparing !== null)
      return {
        face: 'compare-fingerprint',
        digits: this.#comparing.code.fingerprint.slice(0, COMPARED_DIGITS),
      };
    return this.#parts.settings.get().pairing === null ? { face: 'unpaired', error: this.#error } : null;
  }

  async scanned(text: string): Promise<CommandReply> {
    const code = parsePairingCode(labelText(text));
    if (code === null) return this.#fail(refusal('not-pairing-code'));
    return await this.#redeem(code);
  }

  /** Typed: the edge's key is fetched and shown first. With an empty secret only the address is learnt. */
  async typed(address: string, secret: string): Promise<CommandReply> {
    const parsed = parseAddress(address);
    if (parsed === null) return this.#fail(refusalOf('address', message('pairing-fault.address')));
    const { pairing } = this.#parts.settings.get();
    if (secret === '' && pairing !== null) return this.#learn(parsed, pairing);
    if (!/^[A-Za-z0-9]{6,64}$/.test(secret))
      return this.#fail(refusalOf('secret', message('pairing-fault.secret')));
    let fingerprint: string;
    try {
      fingerprint = await this.#parts.fingerprint(parsed);
    } catch (error) {
      if (this.#parts.isLoopback(parsed.host))
        return await this.#redeem({ ...parsed, fingerprint: null, secret });
      const at = `${parsed.host}:${parsed.port}`;
      this.#parts.log({ code: 'link', detail: `pairing: unreachable: ${errorCode(error)}` });
      return this.#fail(refusalOf('unreachable', message('pairing-fault.unreachable', { address: at })));
    }
    this.#comparing = { code: { ...parsed, fingerprint, secret } };
    this.#parts.changed();
    return ACCEPTED;
  }

  async confirmed(same: boolean): Promise<CommandReply> {
    const comparing = this.#comparing;
    if (comparing === null) return refusal('no-pairing');
    this.#comparing = null;
    if (!same) return this.#fail(refusal('fingerprint-differs'));
    return await this.#redeem(comparing.code);
  }

  /** The edge welcomed us there: that address is tried first from now on. */
  welcomedAt(address: EdgeAddress): void {
    const { pairing } = this.#parts.settings.get();
    const [first] = pairing?.addresses ?? [];
    if (pairing === null || (first?.host === address.host && first.port === address.port)) return;
    const change = { pairing: { ...pairing, addresses: foremost(address, pairing.addresses) } };
    changeIfPossible(this.#parts.settings, change, this.#parts.log);
  }

  async #redeem(code: PairingCode): Promise<CommandReply> {
    if (this.#busy) return refusal('busy');
    this.#busy = true;
    const { host, port, fingerprint } = code;
    const known = this.#parts.settings.get().pairing;
    // A token is shown to the edge that gave it, and to no other.
    const before = known !== null && known.fingerprint === fingerprint ? known : null;
    const asked = this.#ask(code, before === null ? null : this.#token.clear);
    const { result, key } = await asked.finally(() => (this.#busy = false));
    if (!result.ok) {
      this.#parts.log({ code: 'link', detail: `pairing: ${result.code}: ${result.detail}` });
      return this.#fail(refusalOf(result.code, result.words));
    }
    const { token, station, site, intakeKey } = result.redeemed;
    const addresses = foremost({ host, port }, before?.addresses ?? []);
    const pairing = { station, site, intakeKey, fingerprint, addresses };
    this.#token.take(token, key, (held) =>
      this.#parts.settings.change({ pairing: { ...pairing, token: held } }),
    );
    this.#error = null;
    this.#parts.paired();
    return ACCEPTED;
  }

  /** The key comes first: a code is good once, and its token is written the moment it is there. */
  async #ask(code: PairingCode, previous: string | null): Promise<{ result: PairingResult; key: KeyMade }> {
    const key = await this.#token.prepare();
    const result = await this.#parts.redeem(code, previous);
    if (!result.ok && key.ok) this.#parts.keys.forget(key.handle);
    return { result, key };
  }

  #learn(address: EdgeAddress, pairing: Pairing): CommandReply {
    this.#parts.settings.change({ pairing: { ...pairing, addresses: foremost(address, pairing.addresses) } });
    this.#parts.paired();
    return ACCEPTED;
  }

  #fail(reply: CommandReply & { ok: false }): CommandReply {
    this.#error = reply.words;
    this.#parts.changed();
    return reply;
  }
}

/** `host` or `host:port`, `https://` allowed in front; null for anything else. */
export function parseAddress(text: string): EdgeAddress | null {
  const plain = text
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
  const [, host = '', port] = /^([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?$/.exec(plain) ?? [];
  const parsed = edgeAddressSchema.safeParse({
    host,
    port: port === undefined ? EDGE_PORT_DEFAULT : Number(port),
  });
  return parsed.success ? parsed.data : null;
}

function foremost(address: EdgeAddress, others: readonly EdgeAddress[]): EdgeAddress[] {
  const rest = others.filter(({ host, port }) => host !== address.host || port !== address.port);
  return [address, ...rest].slice(0, KNOWN_ADDRESSES_MAX);
}
