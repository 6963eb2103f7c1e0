import type { UsbMatch } from './reader-model.ts';

/**
 * Chips that make a serial line of a USB cable. They say nothing about what is at the line's end: a reader, a scale, a
 * programmable controller. So they are offered, and nothing is written to them before a person has confirmed one. The
 * identities are those of the chip makers' own drivers and of Linux's ch341, cp210x, ftdi_sio and pl2303.
 */
export const SERIAL_BRIDGES: readonly UsbMatch[] = [
  { vendorId: '1A86', productId: '7523', confidence: 'high', of: 'CH340' },
  { vendorId: '1A86', productId: '5523', confidence: 'high', of: 'CH341' },
  { vendorId: '1A86', productId: '55D3', confidence: 'high', of: 'CH343' },
  { vendorId: '1A86', productId: '55D4', confidence: 'high', of: 'CH9102' },
  { vendorId: '10C4', productId: 'EA60', confidence: 'high', of: 'CP210x' },
  { vendorId: '10C4', productId: 'EA70', confidence: 'high', of: 'CP2105' },
  { vendorId: '0403', productId: '6001', confidence: 'high', of: 'FTDI FT232R' },
  { vendorId: '0403', productId: '6015', confidence: 'high', of: 'FTDI FT231X' },
  { vendorId: '067B', productId: '2303', confidence: 'high', of: 'PL2303' },
  { vendorId: '067B', productId: '23A3', confidence: 'high', of: 'PL2303GC' },
  { vendorId: '067B', productId: '23C3', confidence: 'high', of: 'PL2303GT' },
];

/** The bridge of this identity (upper-case hex), or null. */
export function bridgeOf(usb: { vendorId: string; productId: string }): UsbMatch | null {
  return (
    SERIAL_BRIDGES.find((each) => each.vendorId === usb.vendorId && each.productId === usb.productId) ?? null
  );
}
