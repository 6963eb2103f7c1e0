import type {
  CountedMessage,
  EventsHeader,
  EventsReply,
  Hello,
  HelloReply,
  KioskStatus,
  RoundsMessage,
  TokenBinding,
  TubePatternsMessage,
} from '#shared/contract/wire.ts';
import type { CredentialKey, RoundId, InstallId } from '#shared/ids.ts';
import type { EdgeAddress } from '../disk/settings.ts';
import type { UsedTube } from '../books/joined-tubes.ts';

export interface LinkTarget {
  address: EdgeAddress;
  /** SHA-256 of the edge's public key, hex; null: plain HTTP on loopback. */
  fingerprint: string | null;
  token: string;
}

/** What comes from the edge unasked. */
export interface LinkListener {
  rounds(message: RoundsMessage): void;
  tubePatterns(message: TubePatternsMessage): void;
  counted(message: CountedMessage): void;
  /** The connection is gone; nothing else follows. Not called after `close`. */
  closed(reason: string): void;
}

/**
 * unreachable: nobody answers there. other-key: somebody answers who is not the edge this kiosk is paired with. version: the
 * handshake names another protocol. unpaired: the token is not known there.
 */
export type ConnectFault = 'unreachable' | 'other-key' | 'version' | 'unpaired';
export type ConnectResult =
  | { ok: true; connection: Connection }
  | { ok: false; code: ConnectFault; message: string; theirs: number | null };

export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; code: 'closed' | 'not-understood'; message: string };

/** One connection to an edge. Requests never time out by themselves: whoever asks bounds the wait and closes. */
export interface Connection {
  hello(hello: Hello): Promise<Answer<HelloReply>>;
  /** A packed batch (batch.ts). */
  events(header: EventsHeader, batch: Uint8Array): Promise<Answer<EventsReply>>;
  /** Hashes the edge holds at these sequences, hex; null where it holds none. */
  hashes(ask: { install: InstallId; sequences: number[] }): Promise<Answer<(string | null)[]>>;
  status(status: KioskStatus): Promise<Answer<{ edgeTime: number }>>;
  /** Masked; null: nobody on the roster has this staff number. */
  rosterName(ask: { round: RoundId; key: CredentialKey }): Promise<Answer<string | null>>;
  tubeUsed(ask: { round: RoundId; code: string }): Promise<Answer<UsedTube | null>>;
  tokenBinding(told: TokenBinding): void;
  countedSince(ask: { round: RoundId; number: number | null }): void;
  /** A roster-key snapshot by its hash, 16 bytes a key. */
  rosterKeys(hash: string): Promise<Answer<Uint8Array>>;
  close(): void;
}

/** Makes connections. `connect` tries once; trying again is the uplink's business. */
export interface Link {
  connect(target: LinkTarget, listener: LinkListener): Promise<ConnectResult>;
}
