import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { build } from 'vite';
import { message } from '#shared/language/message.ts';
import { pseudoVoice } from '#shared/language/pseudo.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

describe('the pseudo-language', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('LN7 says English with accents, longer and between brackets', () => {
    expect(pseudoVoice('action.log-in')).toBe('⟦Lóg íñ~~⟧');
    expect(pseudoVoice('account.password-length', { least: 10 })).toMatch(/^⟦Át léášt 10 çháráçtérš.*~⟧$/);
    expect(pseudoVoice(message('action.log-in'))).toBe(pseudoVoice('action.log-in'));
  });

  it('LN7 nothing of it is in a board that is built', async () => {
    vi.stubEnv('NODE_ENV', 'production'); // as vite's own command has it
    const built = await build({
      configFile: path.join(PROJECT_ROOT, 'edge-service/board/vite.config.ts'),
      logLevel: 'error',
      build: { write: false },
    });
    const outputs = [built].flat().flatMap((part) => ('output' in part ? part.output : []));
    const code = outputs.map((part) => (part.type === 'chunk' ? part.code : '')).join('');
    expect(code).toContain('muster.language');
    expect(code).not.toContain('⟦');
  });
});
