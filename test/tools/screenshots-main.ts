/** `npm run screenshots [folder]`: pictures of kiosk and board into docs/screens, to be looked at before they are committed. */
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { boardScreenshots } from './board-screenshots.ts';
import { kioskScreenshots } from './kiosk-screenshots.ts';

const folder = process.argv[2] ?? path.join(PROJECT_ROOT, 'docs/screens');
for (const file of [...(await kioskScreenshots(folder)), ...(await boardScreenshots(folder))])
  console.log(file);
