import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of package.json and dist/: above the sources, and above the bundle, which lies under dist/. */
export const PROJECT_ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  const above = path.dirname(folder);
  if (existsSync(path.join(above, 'package.json'))) return above;
  if (above === folder) throw new Error('package.json is missing: install Muster again');
  return rootAbove(above);
}
