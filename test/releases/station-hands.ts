import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';

/** Of a state, what the hands of every release look at. The rest of it is between an engine and its own screen. */
const seenSchema = z.looseObject({
  face: z.looseObject({ face: z.string() }),
  bands: z.array(z.looseObject({ band: z.string() })),
  paired: z.boolean(),
  round: z.looseObject({ name: z.string(), state: z.string() }).nullable(),
  lastSequence: z.number(),
  received: z.number(),
});
export type Seen = z.infer<typeof seenSchema>;
const replySchema = z.looseObject({ ok: z.boolean() });

/** A kiosk on a busy machine answers within milliseconds; beyond this the test has failed. */
const WAIT_MS_MAX = 30_000;

/** Hands at a kiosk's screen of any release: whole states come down, commands go up (`kiosk:browser`). */
export class StationHands {
  readonly #socket: Socket;
  readonly #watching = new Set<() => void>();
  #seen: Seen | null = null;

  constructor(at: { origin: string; token: string }) {
    this.#socket = io(at.origin, { transports: ['websocket'], auth: { token: at.token } });
    this.#socket.on('state', (raw: unknown) => {
      this.#seen = seenSchema.parse(raw);
      for (const look of this.#watching) look();
    });
  }

  /** Waits for a state that fits. */
  see(what: string, fits: (seen: Seen) => boolean): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#seen === null || !fits(this.#seen)) return;
        end();
        resolve(this.#seen);
      };
      const late = setTimeout(() => {
        end();
        reject(new Error(`waited in vain for ${what}: ${JSON.stringify(this.#seen)}`));
      }, WAIT_MS_MAX);
      const end = (): void => {
        clearTimeout(late);
        this.#watching.delete(look);
      };
      this.#watching.add(look);
      look();
    });
  }

  /** Gives a command; throws when it is refused. */
  async press(command: { command: string } & Record<string, unknown>): Promise<void> {
    const raw: unknown = await this.#socket.timeout(WAIT_MS_MAX).emitWithAck('command', command);
    const reply = replySchema.parse(raw);
    if (!reply.ok) throw new Error(`${command.command}: ${JSON.stringify(reply)}`);
  }

  /** Gives a command and waits for the face that answers it. */
  async pressFor(face: string, command: { command: string } & Record<string, unknown>): Promise<Seen> {
    await this.press(command);
    return this.see(face, (seen) => seen.face.face === face);
  }

  /** Waits until the edge has everything this kiosk recorded. */
  delivered(): Promise<Seen> {
    return this.see(
      'delivery',
      (seen) => seen.received === seen.lastSequence && seen.bands.every(({ band }) => band !== 'offline'),
    );
  }

  leave(): void {
    this.#socket.disconnect();
  }
}
