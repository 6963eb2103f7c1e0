import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { printRecording } from '#drivers/recording/recording.ts';

import { makeRecordings } from './recordings.ts';

// Writes test/recordings anew: `node test/site/readers/recordings-main.ts`.
const folder = path.join(PROJECT_ROOT, 'test/recordings');
for (const [name, recording] of await makeRecordings()) {
  await writeFile(path.join(folder, name), printRecording(recording));
  process.stdout.write(
    `${name}: ${recording.entries.length} entries, gives ${recording.header.gives.length}\n`,
  );
}
