import { z } from 'zod';
import { bytesToUtf8 } from '#shared/bytes.ts';
import { redeemReplySchema, type PairingCode, type Redeemed } from '#shared/contract/wire.ts';
import { wordsOf } from '#shared/error-words.ts';
import { askEdge } from './edge-http.ts';
import { OtherKeyError, isLoopback } from './pinned-agent.ts';

const REDEEM = '/api/v1/pairings/redeem';

export type PairingResult =
  | { ok: true; redeemed: Redeemed }
  | { ok: false; code: string; zh: string; en: string };

const problemSchema = z.looseObject({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
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
      zh: '配对码缺少指纹,请重新扫码',
      en: 'The code holds no fingerprint: scan it again',
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
        zh: '主机指纹不符,没有发送配对码,请找管理员',
        en: 'Another machine answers there: nothing was sent',
      };
    const en = `No answer from ${host}:${port} (${wordsOf(error)}): check cable, address and firewall`;
    return { ok: false, code: 'unreachable', zh: `连不上主机 ${host}:${port},请检查网线、地址和防火墙`, en };
  }
  const json = jsonOrNull(answer.body);
  const redeemed = redeemReplySchema.safeParse(json);
  if (answer.status < 300 && redeemed.success) return { ok: true, redeemed: redeemed.data };
  const problem = problemSchema.safeParse(json);
  const en = problem.success
    ? (problem.data.detail ?? problem.data.title ?? 'refused')
    : `HTTP ${answer.status}`;
  return {
    ok: false,
    code: (problem.success && problem.data.code) || 'refused',
    zh: '配对码无效或已过期,请在主机上重新生成',
    en,
  };
}

function jsonOrNull(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(bytesToUtf8(bytes)) as unknown;
  } catch {
    return null; // no JSON: told by its HTTP status
  }
}
