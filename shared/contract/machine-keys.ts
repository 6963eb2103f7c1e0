/**
 * The contract between a station's engine and the shell that started it, about keys that only this machine gives back: the
 * system's keyring holds them, or wraps them. The pairing token lies on the disk under such a key.
 */
import { z } from 'zod';

/** 256 bits. */
const keySchema = z.string().regex(/^[0-9a-f]{64}$/);
/** Names a key on the disk, and opens nothing without this machine's keyring. */
export const keyHandleSchema = z.string().regex(/^[A-Za-z0-9+/=:-]{1,2000}$/);

/**
 * absent: no keyring runs here. locked: it runs and gives nothing before somebody unlocks it, or does not answer. open: it keeps
 * what it is given on the disk for anybody to read, which binds nothing.
 */
const UNBOUND = ['absent', 'locked', 'open'] as const;

/** lost: the keyring answers and does not have it, or cannot open it: it is another machine's, user's or keyring's. */
export const closedSchema = z.enum(['absent', 'locked', 'lost']);

export const keyMadeSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), key: keySchema, handle: keyHandleSchema }),
  z.strictObject({ ok: z.literal(false), why: z.enum(UNBOUND), detail: z.string() }),
]);
export type KeyMade = z.infer<typeof keyMadeSchema>;

export const keyOpenedSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), key: keySchema }),
  z.strictObject({ ok: z.literal(false), why: closedSchema, detail: z.string() }),
]);
export type KeyOpened = z.infer<typeof keyOpenedSchema>;

/**
 * The pairing's token. bound: sealed by this machine's keyring. unbound: in clear on the disk. opening: asked for the first time.
 * closed: the keyring does not give it back, and the edge cannot be spoken to.
 */
export const tokenStateSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('bound') }),
  z.strictObject({ state: z.literal('unbound'), why: z.enum(UNBOUND) }),
  z.strictObject({ state: z.literal('opening') }),
  z.strictObject({ state: z.literal('closed'), why: closedSchema }),
]);
export type TokenState = z.infer<typeof tokenStateSchema>;

/** Keys of this machine. Nothing rejects, and every answer comes within `KEYRING_MS_MAX` and a little. */
export interface MachineKeys {
  /** A new key, read back from where it is kept before it is handed over. */
  make(): Promise<KeyMade>;
  open(handle: string): Promise<KeyOpened>;
  /** The handle is no longer written anywhere. */
  forget(handle: string): void;
}

/** A keyring answers in a tenth of a second; a dialog asking a person for its password may stand for ever. */
export const KEYRING_MS_MAX = 20_000;
