import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { kioskCommandSchema, type CommandReply, type KioskBridge } from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { COMMAND_CHANNEL, STATE_CHANNEL, WATCH_CHANNEL } from './channels.ts';
import { SCREEN_ORIGIN } from './screen-window.ts';

const NOT_UNDERSTOOD: CommandReply = {
  ok: false,
  code: 'not-understood',
  words: message('program.other-version'),
};

/** Joins the engine to the screen. Only the main frame of our own page is heard, and only what parses. */
export function connectScreen(engine: KioskBridge, log: (text: string) => void): void {
  const trusted = (event: IpcMainEvent | IpcMainInvokeEvent, channel: string): boolean => {
    const frame = event.senderFrame;
    const fine = frame !== null && frame.parent === null && frame.url.startsWith(`${SCREEN_ORIGIN}/`);
    if (!fine) log(`ipc: ${channel} from ${frame?.url ?? 'nowhere'} refused`);
    return fine;
  };
  const watchers = new Set<WebContents>();
  ipcMain.on(WATCH_CHANNEL, (event) => {
    if (!trusted(event, WATCH_CHANNEL)) return;
    const { sender } = event;
    const known = watchers.has(sender);
    watchers.add(sender);
    const stop = engine.onState((state) => {
      if (!sender.isDestroyed()) sender.send(STATE_CHANNEL, state);
    });
    // A page loaded anew asks again: one subscription a window, and the present state once more.
    if (known) stop();
    else sender.once('destroyed', stop);
  });
  ipcMain.handle(COMMAND_CHANNEL, async (event, raw: unknown): Promise<CommandReply> => {
    if (!trusted(event, COMMAND_CHANNEL)) return NOT_UNDERSTOOD;
    const command = kioskCommandSchema.safeParse(raw);
    if (command.success) return engine.send(command.data);
    log(`ipc: command not understood at ${command.error.issues[0]?.path.join('.') ?? ''}`);
    return NOT_UNDERSTOOD;
  });
}
