/** Writes the udev file and the generated part of the guide anew: `node test/tools/readers-guide-main.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { GUIDE_FILE, guideTables, guideWith, UDEV_FILE, udevRules } from './readers-guide.ts';

const guide = path.join(PROJECT_ROOT, GUIDE_FILE);
writeFileSync(path.join(PROJECT_ROOT, UDEV_FILE), udevRules());
writeFileSync(guide, guideWith(readFileSync(guide, 'utf8'), guideTables()));
