import http from 'node:http';
import https from 'node:https';
import { concatBytes } from '#shared/bytes.ts';
import { originOf, pinnedAgent } from './pinned-agent.ts';
import type { EdgeAddress } from '../disk/settings.ts';

/** An answer later than this is none: the edge is on the same LAN. */
export const HTTP_TIMEOUT_MS = 10_000;
/** 36,000 people with several credentials each are under 4 MB; more is not a roster. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export interface EdgeRequest {
  address: EdgeAddress;
  fingerprint: string | null;
  path: string;
  token: string | null;
  /** JSON to post; null: a GET. */
  json: unknown;
}

/** One HTTP request to the pinned edge. Rejects when nobody or somebody else answers, or when it takes too long. */
export function askEdge(request: EdgeRequest): Promise<{ status: number; body: Uint8Array }> {
  const { fingerprint, json, token } = request;
  const body = json === null ? null : Buffer.from(JSON.stringify(json));
  return new Promise((resolve, reject) => {
    const url = new URL(request.path, originOf(request.address, fingerprint));
    const options: https.RequestOptions = {
      method: body === null ? 'GET' : 'POST',
      timeout: HTTP_TIMEOUT_MS,
      headers: {
        ...(body !== null && { 'content-type': 'application/json', 'content-length': body.length }),
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      ...(fingerprint !== null && { agent: pinnedAgent(fingerprint) }),
    };
    const call = (fingerprint === null ? http : https).request(url, options, (answer) => {
      const parts: Uint8Array[] = [];
      let length = 0;
      answer.on('data', (part: Uint8Array) => {
        parts.push(part);
        length += part.length;
        if (length > ANSWER_BYTES_MAX) call.destroy(new Error('the answer is too long'));
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: concatBytes(...parts) }));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer in ${HTTP_TIMEOUT_MS} ms`)));
    call.on('error', reject);
    call.end(body ?? undefined);
  });
}
