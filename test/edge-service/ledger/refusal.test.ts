import { describe, expect, it } from 'vitest';
import { Refusal, REFUSAL_CODES, refusalFrom } from '../../../edge-service/ledger/refusal.ts';
import { HttpProblem, PROBLEM_CODES, statusOf } from '../../../edge-service/http/problems.ts';

describe('refusals', () => {
  it('HT54 a code of the list comes through from another thread, and any other is a fault', () => {
    for (const code of REFUSAL_CODES)
      expect(refusalFrom({ code, message: 'why' })).toMatchObject({ code, message: 'why', origin: null });
    for (const code of [
      'SQLITE_CONSTRAINT',
      'ERR_OUT_OF_RANGE',
      '',
      'constructor',
      '__proto__',
      'no-session',
    ]) {
      const refusal = refusalFrom({ code, message: 'why' });
      expect(refusal).toBeInstanceOf(Refusal);
      expect(refusal).toMatchObject({ code: 'fault', message: 'why', origin: code });
    }
  });

  it('HT54 every code has a status of a refusal and says in both languages what is the matter', () => {
    expect(REFUSAL_CODES.filter((code) => !PROBLEM_CODES.includes(code))).toEqual([]);
    for (const code of PROBLEM_CODES) {
      expect(statusOf(code), code).toBeGreaterThanOrEqual(400);
      const { title, detail } = new HttpProblem(code).body();
      expect(title, code).toMatch(/\p{Script=Han}/u);
      expect(detail, code).toMatch(/^[\p{ASCII}’]+$/u);
    }
  });
});
