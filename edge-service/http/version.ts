import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';

const packageFile = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

/** Of this build, as package.json says. */
export const VERSION: string = packageFile.version;
