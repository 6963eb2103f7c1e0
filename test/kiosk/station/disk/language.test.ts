import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LANGUAGE_CODES } from '#shared/language/languages.ts';
import { openSettings } from '../../../../kiosk/station/disk/settings.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';

const bench = new KioskBench();
const file = (): string => path.join(bench.directory, 'settings.json');
const kept = (): Record<string, unknown> =>
  JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>;

describe('the language of a kiosk', () => {
  it('LN23 is told once it is chosen, and kept over a new start', async () => {
    const k = await bench.start([]);
    expect(k.state.language).toBeNull();
    expect(kept()).not.toHaveProperty('language');
    for (const language of LANGUAGE_CODES) {
      expect(await k.do({ command: 'choose-language', language })).toEqual({ ok: true });
      expect([k.state.language, kept()['language']]).toEqual([language, language]);
    }
    const last = LANGUAGE_CODES.at(-1);
    await bench.end(k);
    expect((await bench.start([])).state.language).toBe(last);
  });

  it('LN23 is chosen before the kiosk is paired as well', async () => {
    const k = await bench.start([], { paired: false });
    expect(await k.do({ command: 'choose-language', language: 'en' })).toEqual({ ok: true });
    expect([k.face.face, k.state.language]).toEqual(['unpaired', 'en']);
  });

  it('LN23 of a newer version is as none, and nothing else of the settings is lost', async () => {
    const k = await bench.start([]);
    await k.do({ command: 'choose-language', language: 'en' });
    await bench.end(k);
    const before = kept();
    writeFileSync(file(), JSON.stringify({ ...before, language: 'xx' }));
    const { language, ...settings } = openSettings(bench.directory).get();
    expect(language).toBeUndefined();
    expect({ ...settings, language: 'en' }).toEqual(before);
  });
});
