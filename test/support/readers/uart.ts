/**
 * What a UART at one rate hears of bytes sent at another, 8N1: it waits for a falling edge and samples the middle of each
 * of its own bits. `bytes` are sent without a pause. `keepsBroken`: whether the driver hands on bytes without a stop bit
 * (Windows does; Linux's IGNPAR drops them).
 */
export function heardAt(
  bytes: Uint8Array,
  { sentAt, heardAt: rate, keepsBroken }: { sentAt: number; heardAt: number; keepsBroken: boolean },
): Uint8Array {
  const bits = [...bytes].flatMap((byte) => [
    0,
    ...Array.from({ length: 8 }, (_, i) => (byte >> i) & 1),
    1, // stop bit
  ]);
  /** Level of the line after `at` own bits; it rests high. */
  const level = (at: number) => bits[Math.floor((at * sentAt) / rate)] ?? 1;
  const heard: number[] = [];
  const step = Math.min(1, rate / sentAt) / 8;
  const end = (bits.length * rate) / sentAt;
  for (let at = 0; at < end;) {
    if (level(at) === 1) {
      at += step;
      continue;
    }
    let byte = 0;
    for (let i = 0; i < 8; i += 1) byte |= level(at + 1.5 + i) << i;
    const isWhole = level(at + 9.5) === 1;
    if (isWhole || keepsBroken) heard.push(byte);
    at += 9.5;
    // After a missing stop bit a new start needs the line high first.
    while (at < end && level(at) === 0) at += step;
  }
  return Uint8Array.from(heard);
}
