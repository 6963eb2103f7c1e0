import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';

import type { Piece } from './simulated-line-device.ts';

/** What a device sent where it went wrong, from `test/cases/readers`. */
export async function readerCase<Given = Piece>(name: string): Promise<readonly Given[]> {
  const file = path.join(PROJECT_ROOT, 'test/cases/readers', `${name}.json`);
  return (JSON.parse(await readFile(file, 'utf8')) as { input: Given[] }).input;
}
