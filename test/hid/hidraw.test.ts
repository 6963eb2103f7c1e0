import { beforeAll, expect, it } from 'vitest';

import type { HidProfile } from '#drivers/hid/hid-sdt.ts';

import { describeNeeding } from '../support/machine/requirements.ts';
import { HIDRAW_CASES } from '../site/readers/hidraw-cases.ts';
import { type GuestRun, runInMachine } from './virtual-machine.ts';

/** An emulated machine boots in seconds; the cases take half a minute on an idle machine. */
const GUEST_SECONDS_MAX = 240;

const PROFILES: readonly HidProfile[] = ['raw64', 'miaxis', 'dk'];
/** The contract has as many at least; it is collected in the machine only. */
const CONTRACT_CASES_MIN = 7;

interface Verdict {
  title: string;
  ms: number;
  error: string | null;
}

describeNeeding(['hidraw'], 'HI11, HI12, HI13 HID devices behind the system’s own driver', () => {
  let run: GuestRun = { code: null, stdout: '', stderr: '' };
  const verdicts = new Map<string, Verdict>();

  beforeAll(
    async () => {
      run = await runInMachine('test/hid/guest-main.ts', GUEST_SECONDS_MAX, []);
      for (const line of run.stdout.split('\n').filter((text) => text.startsWith('{'))) {
        const verdict = JSON.parse(line) as Verdict;
        verdicts.set(verdict.title, verdict);
      }
    },
    (GUEST_SECONDS_MAX + 60) * 1_000,
  );

  it.each(HIDRAW_CASES.map(({ title }) => title))('%s', (title) => {
    const verdict = verdicts.get(title);
    expect(verdict, `not run; the machine said: ${run.stderr.slice(-2_000)}`).toBeDefined();
    expect(verdict?.error).toBeNull();
  });

  it.each(PROFILES)('RM11 %s keeps the contract of ports over hidraw', (profile) => {
    const own = [...verdicts.values()].filter(({ title }) =>
      title.includes(`: ${profile} over hidraw: RM11`),
    );
    expect(own.length).toBeGreaterThanOrEqual(CONTRACT_CASES_MIN);
    expect(own.filter(({ error }) => error !== null)).toEqual([]);
  });

  it('the machine ends well and has run nothing but these', () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    const others = [...verdicts.keys()].filter((title) => !title.includes('over hidraw: RM11'));
    expect(others).toEqual(HIDRAW_CASES.map(({ title }) => title));
  });
});
