/** Runs sandboxed beside the page and gives it the kiosk's bridge: two named functions, nothing general. */
import { contextBridge, ipcRenderer } from 'electron';
import { commandReplySchema, kioskStateSchema, type KioskBridge } from '#shared/contract/kiosk-screen.ts';
import { COMMAND_CHANNEL, STATE_CHANNEL, WATCH_CHANNEL } from './channels.ts';

const bridge: KioskBridge = {
  onState(listener) {
    const pass = (_event: unknown, state: unknown): void => listener(kioskStateSchema.parse(state));
    ipcRenderer.on(STATE_CHANNEL, pass);
    ipcRenderer.send(WATCH_CHANNEL);
    return () => {
      ipcRenderer.off(STATE_CHANNEL, pass);
    };
  },
  send: async (command) => commandReplySchema.parse(await ipcRenderer.invoke(COMMAND_CHANNEL, command)),
};
contextBridge.exposeInMainWorld('kiosk', bridge);
