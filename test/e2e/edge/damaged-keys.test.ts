import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { tlsIdentity } from '../../../edge-service/keys/tls-identity.ts';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'muster-damaged-keys-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A secret of `site.json`, so that a part of it can be looked for. */
function secretOf(keys: string): string {
  return (JSON.parse(readFileSync(path.join(keys, 'site.json'), 'utf8')) as { tokenKey: string }).tokenKey;
}

describe('a damaged key file', () => {
  it.each([
    ['cut', (text: string) => text.slice(0, -40)],
    ['of other fields', (text: string) => text.replace('tokenKey', 'token')],
    ['with a letter in it', (text: string) => text.replace('"tokenKey":"', '"tokenKey":x"')],
  ])(
    'HO79 that is %s ends the start in words that name it, show no stack and hold nothing of it',
    async (_, damage) => {
      const keys = path.join(dir, 'keys');
      rmSync(keys, { recursive: true, force: true });
      new KeyStore(keys).site();
      const secret = secretOf(keys);
      const file = path.join(keys, 'site.json');
      writeFileSync(file, damage(readFileSync(file, 'utf8')));
      const edge = new WatchedProcess('edge-service/main.ts', edgeArguments(dir));
      expect(await edge.ended()).toBe(1);
      expect(edge.said).toMatch(/^密钥文件损坏.* \/ the key file .*site\.json is damaged/);
      expect(edge.said).not.toMatch(/^ {4}at /m);
      for (let at = 0; at + 6 <= secret.length; at++)
        expect(edge.said).not.toContain(secret.slice(at, at + 6));
    },
  );

  it('HO79 of the certificate does so too', async () => {
    const keys = path.join(dir, 'tls');
    new KeyStore(keys).site(); // makes the directory
    const made = await tlsIdentity(keys);
    expect(await tlsIdentity(keys)).toEqual(made);
    const file = path.join(keys, 'tls.json');
    for (const wrong of [
      { key: made.key },
      { key: made.key, cert: 'x' },
      { key: 'x', cert: made.cert },
      [],
    ]) {
      writeFileSync(file, JSON.stringify(wrong));
      await expect(tlsIdentity(keys)).rejects.toThrow(/密钥文件损坏.*tls\.json/);
    }
  });
});
