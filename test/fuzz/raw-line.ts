import { connect } from 'node:net';

/** Who has said nothing for so long has nothing to say to it. */
const QUIET_MS = 500;

/** Sends these bytes on a connection of their own and resolves once it has ended, from whichever side. */
async function throwLine(url: string, bytes: Uint8Array): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  socket.end(bytes);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const quiet = setTimeout(() => socket.destroy(), QUIET_MS);
  await closed;
  clearTimeout(quiet);
}

/** All of them at once; resolves once the last connection has ended. */
export async function throwLines(url: string, lines: readonly Uint8Array[]): Promise<void> {
  await Promise.all(lines.map((bytes) => throwLine(url, bytes)));
}
