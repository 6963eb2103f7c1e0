/** Kiosks and edge as machines: pairing, links, journals, readers. */
export const machine = {
  'machine.token-unbound': '令牌未绑定本机',
} as const;
