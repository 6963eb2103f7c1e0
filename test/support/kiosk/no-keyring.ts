import type { MachineKeys } from '#shared/contract/machine-keys.ts';

const ABSENT = { ok: false, why: 'absent', detail: 'no keyring in this test' } as const;

/** A machine without a keyring. */
export const NO_KEYRING: MachineKeys = {
  make: () => Promise.resolve(ABSENT),
  open: () => Promise.resolve(ABSENT),
  forget: () => {},
};
