/** Writes the udev file and the generated part of the guide anew: `node test/tools/readers-guide-main.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { GUIDE_FILE, guideTables, guideWith, UDEV_FILE, udevRules } from './readers-guide.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const guide = path.join(ROOT, GUIDE_FILE);
writeFileSync(path.join(ROOT, UDEV_FILE), udevRules());
writeFileSync(guide, guideWith(readFileSync(guide, 'utf8'), guideTables()));
