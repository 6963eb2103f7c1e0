/**
 * `npm run screenshots [folder]`: pictures of kiosk and board into docs/screens, to be looked at before they are committed; the
 * board in every language, the kiosk, whose faces say several, in the first, unless a folder is named: then it in every language too.
 */
import path from 'node:path';
import { DEFAULT_LANGUAGE, LANGUAGE_CODES } from '#shared/language/languages.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { boardScreenshots } from './board-screenshots.ts';
import { kioskScreenshots } from './kiosk-screenshots.ts';

const named = process.argv[2];
const folder = named ?? path.join(PROJECT_ROOT, 'docs/screens');
for (const language of LANGUAGE_CODES) {
  const here = path.join(folder, language);
  const ofKiosk =
    named === undefined && language !== DEFAULT_LANGUAGE ? [] : await kioskScreenshots(here, { language });
  for (const file of [...ofKiosk, ...(await boardScreenshots(here, language))]) console.log(file);
}
