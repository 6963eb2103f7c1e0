import { readFileSync } from 'node:fs';

type Lock = { packages: Record<string, { optionalDependencies?: Record<string, string> }> };

/**
 * Optional platform packages that some package of the lock names and the lock itself lacks, as "who -> what".
 * npm leaves them out in silence when a newest version was published for some systems only; from then on every
 * `npm ci`, on any system, refuses the lock.
 */
export function lockGaps(lock: Lock): string[] {
  const found = (from: string, name: string): boolean => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      if (lock.packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`]) return true;
      if (at === '') return false;
    }
  };
  return Object.entries(lock.packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !found(from, name))
      .map((name) => `${from || 'package.json'} -> ${name}`),
  );
}

if (import.meta.main) {
  const gaps = lockGaps(JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock);
  for (const gap of gaps) process.stderr.write(`package-lock.json lacks ${gap}\n`);
  process.exitCode = gaps.length > 0 ? 1 : 0;
}
