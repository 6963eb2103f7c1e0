/** What crosses between Electron's processes. Every message is parsed where it arrives, from whichever side it came. */
import { z } from 'zod';
import { keyHandleSchema, keyMadeSchema, keyOpenedSchema } from '#shared/contract/machine-keys.ts';
import { commandReplySchema, kioskCommandSchema, kioskStateSchema } from '#shared/contract/kiosk-screen.ts';

/** Screen → main, invoked: a KioskCommand, answered by a CommandReply. */
export const COMMAND_CHANNEL = 'kiosk:command';
/** Screen → main: send me states from now on, the present one first. */
export const WATCH_CHANNEL = 'kiosk:watch';
/** Main → screen: a KioskState. */
export const STATE_CHANNEL = 'kiosk:state';

/** How a station's engine is started; paths are absolute. */
const engineStartSchema = z.strictObject({
  data: z.string().min(1),
  /** `tcp://host:port`, a serial path or `hid:VID:PID`; empty: look for readers. */
  readers: z.array(z.string().min(1)),
  pair: z.string().nullable(),
  /** Another build of better-sqlite3's binding, for tests in an older Electron; null when packaged. */
  nativeBinding: z.string().nullable(),
});
export type EngineStart = z.infer<typeof engineStartSchema>;

const commandNumber = z.int().min(1);

/** Main → engine. */
export const toEngineSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('start'), start: engineStartSchema }),
  z.strictObject({ to: z.literal('command'), number: commandNumber, command: kioskCommandSchema }),
  z.strictObject({ to: z.literal('key-made'), number: commandNumber, made: keyMadeSchema }),
  z.strictObject({ to: z.literal('key-opened'), number: commandNumber, opened: keyOpenedSchema }),
  z.strictObject({ to: z.literal('stop') }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

/** Engine → main. */
export const fromEngineSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('state'), state: kioskStateSchema }),
  z.strictObject({ from: z.literal('reply'), number: commandNumber, reply: commandReplySchema }),
  /** Asks for a key of this machine, which the main process alone can ask the system for. */
  z.strictObject({ from: z.literal('make-key'), number: commandNumber }),
  z.strictObject({ from: z.literal('open-key'), number: commandNumber, handle: keyHandleSchema }),
]);
export type FromEngine = z.infer<typeof fromEngineSchema>;
