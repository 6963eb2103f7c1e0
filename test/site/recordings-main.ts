import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { printRecording } from '#drivers/recording.ts';

import { makeRecordings } from './recordings.ts';

// Writes test/recordings anew: `node test/site/recordings-main.ts`.
const folder = path.resolve(import.meta.dirname, '../recordings');
for (const [name, recording] of await makeRecordings()) {
  await writeFile(path.join(folder, name), printRecording(recording));
  process.stdout.write(
    `${name}: ${recording.entries.length} entries, gives ${recording.header.gives.length}\n`,
  );
}
