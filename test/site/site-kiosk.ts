import { BrowserKiosk, type BrowserKioskOptions } from '../support/kiosk/kiosk-process.ts';
import { Child } from './child.ts';

/** A kiosk of the site, in a process of its own as at a real one. */
export type SiteKiosk = BrowserKiosk<Child>;

/** Starts `npm run kiosk:browser`; `name`: for the words of a failure. */
export function startKiosk({ name, ...options }: { name: string } & BrowserKioskOptions): Promise<SiteKiosk> {
  return BrowserKiosk.start((script, args) => new Child(name, script, args), options);
}
