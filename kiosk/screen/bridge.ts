import { z } from 'zod';
import { kioskStateSchema, commandReplySchema, type KioskBridge } from '#shared/contract/kiosk-screen.ts';
import { message, type Message } from '#shared/language/message.ts';
import { socketBridge } from './socket-bridge.ts';

declare global {
  interface Window {
    /** Put there by the preload of the Electron shell; absent in a browser. */
    readonly kiosk?: KioskBridge;
  }
}

const TOKEN = z.string().min(8).max(200);

export type BridgeChoice = { ok: true; bridge: KioskBridge } | { ok: false; words: Message };

/** The Electron shell's bridge where there is one, else a socket to the server this page came from. */
export function chooseBridge(window: Window): BridgeChoice {
  if (window.kiosk !== undefined) return { ok: true, bridge: parsing(window.kiosk) };
  const fragment = new URLSearchParams(window.location.hash.slice(1)).get('token');
  const token = TOKEN.safeParse(fragment ?? new URLSearchParams(window.location.search).get('token'));
  if (!token.success) return { ok: false, words: message('face.full-address') };
  return { ok: true, bridge: socketBridge({ origin: window.location.origin, token: token.data }) };
}

/** What comes over a border is looked at, whoever sent it. */
function parsing(bridge: KioskBridge): KioskBridge {
  return {
    onState: (listener) => bridge.onState((state) => listener(kioskStateSchema.parse(state))),
    send: async (command) => commandReplySchema.parse(await bridge.send(command)),
  };
}
