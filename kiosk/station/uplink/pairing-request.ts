import { z } from 'zod';
import { bytesToUtf8 } from '#shared/bytes.ts';
import { redeemReplySchema, type PairingCode, type Redeemed } from '#shared/contract/wire.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { askEdge } from './edge-http.ts';
import { OtherKeyError, isLoopback } from './pinned-agent.ts';

const REDEEM = '/api/v1/pairings/redeem';

export type PairingResult =
  | { ok: true; redeemed: Redeemed }
  /** `detail`: for the log, nothing that somebody typed or that a stranger's machine said. */
  | { ok: false; code: string; words: Message; detail: string };

const problemSchema = z.looseObject({
  code: z
    .string()
    .regex(/^[a-z.-]{1,40}$/)
    .optional(),
});

/**
 * Sends the one-time secret to the pinned edge and takes the token for it. `previous`: the token this kiosk had at the same
 * edge, which lets its journal go on; null: none. Every failure says what to do.
 */
export async function redeem(
  code: PairingCode,
  given: { device: string; previous: string | null },
): Promise<PairingResult> {
  const { device, previous } = given;
  const { host, port, fingerprint, secret } = code;
  if (fingerprint === null && !isLoopback(host))
    return {
      ok: false,
      code: 'no-fingerprint',
      words: message('pairing-fault.no-fingerprint'),
      detail: 'nothing was sent',
    };
  let answer: { status: number; body: Uint8Array };
  try {
    const ask = (json: object): ReturnType<typeof askEdge> =>
      askEdge({ address: { host, port }, fingerprint, path: REDEEM, token: null, json });
    answer = await ask({ secret, device, ...(previous !== null && { previous }) });
    // 0.1.0 refuses what it does not know, before it looks at the secret.
    if (answer.status === 400 && previous !== null) answer = await ask({ secret, device });
  } catch (error) {
    if (error instanceof OtherKeyError)
      return {
        ok: false,
        code: 'other-key',
        words: message('pairing-fault.other-key'),
        detail: 'nothing was sent',
      };
    return {
      ok: false,
      code: 'unreachable',
      words: message('pairing-fault.unreachable', { address: `${host}:${port}` }),
      detail: errorCode(error),
    };
  }
  const json = jsonOrNull(answer.body);
  const redeemed = redeemReplySchema.safeParse(json);
  if (answer.status < 300 && redeemed.success) return { ok: true, redeemed: redeemed.data };
  const problem = problemSchema.safeParse(json);
  const refusedAs = (problem.success && problem.data.code) || 'refused';
  return {
    ok: false,
    code: refusedAs,
    words: { key: NO_FAULT_OF_THE_CODE.get(refusedAs) ?? 'pairing-fault.refused', parameters: {} },
    detail: `HTTP ${answer.status}`,
  };
}

/** Refusals of an edge that has not judged the pairing code: another one would help nobody. */
const NO_FAULT_OF_THE_CODE: ReadonlyMap<string, PlainKey> = new Map([
  ['too-many-tries', 'problem.too-many-tries'],
  ['disk-full', 'problem.disk-full'],
  ['database-damaged', 'problem.database-damaged'],
  ['stopping', 'problem.stopping'],
  ['fault', 'problem.fault'],
]);

/** The system's code of it: its words hold the address, which may be anything that was typed or scanned. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'no answer';

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(bytes)) as unknown;
  } catch {
    return null; // no JSON: told by its HTTP status
  }
}
