import { builtinModules } from 'node:module';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type ViteBuilder } from 'vite';
import { builtAside, newBuild, publishBuild } from '../packaging/builds.config.ts';

const HERE = import.meta.dirname;
// Without it only the page is built, which is all the browser kiosk needs.
const WHOLE_APP = process.argv.includes('--app');
const OUT = WHOLE_APP ? newBuild('electron') : '';
const PAGE = path.join(OUT, 'screen');
// Loaded by Electron's own processes at run time, never bundled: electron itself and the native modules.
const EXTERNAL = ['electron', 'node-hid', 'serialport', 'better-sqlite3', /^node:/, ...builtinModules];

/**
 * Bundles for Electron's processes keep to what Node 20.18 has (Electron 33 in tests, 45 shipped). CommonJS: a sandboxed
 * preload must be, and main is then loaded in one go, before `ready`, whatever starts it (schemes and paths must be set by then).
 */
function electronBundle(entry: { file: string; from: string }): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external: [] },
    build: {
      outDir: OUT,
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      sourcemap: true,
      target: 'node20',
      rolldownOptions: {
        input: path.join(HERE, entry.from),
        external: EXTERNAL,
        platform: 'node',
        output: {
          format: 'cjs',
          entryFileNames: entry.file,
          codeSplitting: false,
        },
      },
    },
  };
}

async function buildApp(builder: ViteBuilder): Promise<void> {
  try {
    for (const name of ['client', 'main', 'preload', 'engine']) {
      const environment = builder.environments[name];
      if (environment === undefined) throw new Error(`vite knows no environment ${name}`);
      await builder.build(environment);
    }
    // The project's package.json says ES modules; what lies here is not.
    writeFileSync(path.join(OUT, 'package.json'), '{ "type": "commonjs" }\n');
    // The page is a build of its own too, for the browser kiosk.
    const page = newBuild('screen');
    cpSync(PAGE, page, { recursive: true });
    publishBuild('screen', page);
    publishBuild('electron', OUT);
  } finally {
    rmSync(OUT, { recursive: true, force: true }); // where it failed; else it lies there no more
  }
}

export default defineConfig({
  root: path.join(HERE, 'screen'),
  base: './',
  plugins: [react(), ...(WHOLE_APP ? [] : [builtAside('screen')])],
  server: { host: '127.0.0.1', port: 5174, strictPort: true },
  build: {
    ...(WHOLE_APP ? { outDir: PAGE, emptyOutDir: false } : {}),
    target: 'chrome130',
    modulePreload: { polyfill: false },
  },
  ...(WHOLE_APP ? { builder: { buildApp, sharedConfigBuild: true } } : {}),
  environments: {
    main: electronBundle({ file: 'main.js', from: 'electron/main.ts' }),
    preload: electronBundle({ file: 'preload.cjs', from: 'electron/preload.ts' }),
    engine: electronBundle({ file: 'engine.js', from: 'electron/engine-main.ts' }),
  },
});
