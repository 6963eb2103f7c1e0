/** Writes the column "Who" of docs/http.md anew, as an edge started for it says: `node test/tools/http-page-main.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { EdgeSite } from '../support/edge/edge-site.ts';
import { type DescribedPaths, HTTP_PAGE, pageWith } from './http-page.ts';

const site = await EdgeSite.start();
try {
  const { json } = await site.ask('GET', '/api/openapi.json');
  const page = path.join(PROJECT_ROOT, HTTP_PAGE);
  writeFileSync(page, pageWith(readFileSync(page, 'utf8'), json.paths as DescribedPaths));
} finally {
  await site.stop();
  site.remove();
}
