/** Kiosks and edge as machines: pairing, links, journals, readers. */
export const machine = {
  'machine.token-unbound': 'Token not bound to this machine',
} as const;
