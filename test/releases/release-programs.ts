/** Edge and kiosk of this checkout as a few files of plain JavaScript, so that a later build can talk to them. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, type Rollup } from 'vite';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { EDGE_PROGRAM, KIOSK_PROGRAM } from './release-folder.ts';

/** Native, and the two optional ones of `ws` that nobody installs: they come from the checkout that runs the programs. */
const OUTSIDE = ['better-sqlite3', 'serialport', 'node-hid', 'bufferutil', 'utf-8-validate'];
/** CommonJS packages inside an ES module ask for these. */
const COMMONJS = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = import.meta.filename, __dirname = import.meta.dirname;`,
].join('\n');

const EDGE_ENTRIES = [
  'edge-service/main.ts',
  'edge-service/threads/ledger-worker.ts',
  'edge-service/threads/report-worker.ts',
  'edge-service/threads/file-worker.ts',
  'edge-service/threads/check-worker.ts',
];
const KIOSK_ENTRY = 'kiosk/browser/main.ts';

/** Bundles both programs into `out`, with the licences of the packages inside. */
export async function bundlePrograms(out: string): Promise<void> {
  const packages = new Set([
    ...(await bundle(EDGE_ENTRIES, path.join(out, path.dirname(EDGE_PROGRAM)))),
    ...(await bundle([KIOSK_ENTRY], path.join(out, path.dirname(KIOSK_PROGRAM)))),
  ]);
  const { name, version } = manifest(PROJECT_ROOT);
  writeFileSync(path.join(out, 'package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`);
  copyFileSync(path.join(PROJECT_ROOT, 'LICENSE'), path.join(out, 'LICENSE'));
  writeFileSync(path.join(out, 'LICENSES-OF-PACKAGES.txt'), licences([...packages].toSorted()));
  // The kiosk serves its page from here; nobody looks at it.
  const screen = path.join(out, 'dist/screen');
  mkdirSync(screen, { recursive: true });
  writeFileSync(
    path.join(screen, 'index.html'),
    '<!doctype html><title>no page is kept of a release</title>\n',
  );
}

/** Returns the folders of the packages that went in. */
async function bundle(entries: readonly string[], out: string): Promise<string[]> {
  const built = await build({
    root: PROJECT_ROOT,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: OUTSIDE },
    build: {
      ssr: true,
      outDir: out,
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: {
        input: entries.map((entry) => path.join(PROJECT_ROOT, entry)),
        external: [...OUTSIDE, /^node:/, ...builtinModules],
        platform: 'node',
        output: {
          format: 'es',
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          banner: COMMONJS,
          minify: true,
        },
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]) as Rollup.RollupOutput[];
  return outputs
    .flatMap(({ output }) => output)
    .flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
    .flatMap((module) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? []);
}

function licences(packages: readonly string[]): string {
  return packages
    .map((folder) => {
      const { name, version, license, licenses } = manifest(folder);
      const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
      const text = file === undefined ? '' : readFileSync(path.join(folder, file), 'utf8').trim();
      return `${name} ${version} (${license ?? licenses?.map(({ type }) => type).join(', ')})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  /** As old packages say it. */
  licenses?: { type: string }[];
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
}
