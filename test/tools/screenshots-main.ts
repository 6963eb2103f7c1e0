/** `npm run screenshots [folder]`: pictures of kiosk and board into docs/screens, to be looked at before they are committed. */
import path from 'node:path';
import { boardScreenshots } from './board-screenshots.ts';
import { kioskScreenshots } from './kiosk-screenshots.ts';

const folder = process.argv[2] ?? path.resolve(import.meta.dirname, '../../docs/screens');
for (const file of [...(await kioskScreenshots(folder)), ...(await boardScreenshots(folder))])
  console.log(file);
