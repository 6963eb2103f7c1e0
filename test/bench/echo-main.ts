/** The reference for speed: socket.io alone. It answers every batch as stored, having looked at nothing. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import type { EventsHeader, EventsReply, HelloReply } from '#shared/contract/wire.ts';
import type { InstallId } from '#shared/ids.ts';
import { NAMESPACE } from './lean-socket.ts';

const http = createServer();
const io = new Server(http, { maxHttpBufferSize: SOCKET_MESSAGE_BYTES_MAX, serveClient: false });
const hash = '0'.repeat(64);
const epoch = 'echo';

io.of(NAMESPACE).on('connection', (socket) => {
  socket.on('hello', (_hello: unknown, answer: (reply: HelloReply) => void) => {
    const edgeHead = { install: epoch as InstallId, head: { sequence: 0, hash } };
    const watermark = { sequence: 0, hash };
    answer({ outcome: 'welcome', epoch, watermark, edgeTime: Date.now(), edgeHead, station: 1 });
  });
  socket.on('events', (header: EventsHeader, _bytes: Uint8Array, answer: (reply: EventsReply) => void) => {
    const { sequence } = header.head;
    const items = [{ from: header.first, to: sequence, outcome: 'created' as const }];
    answer({ outcome: 'stored', epoch, watermark: sequence, items, verdicts: [], edgeTime: Date.now() });
  });
});
process.on('SIGTERM', () => process.exit(0));
http.listen(Number(process.argv[2]), '127.0.0.1');
