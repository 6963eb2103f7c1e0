import { builtinModules } from 'node:module';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type ViteBuilder } from 'vite';

const HERE = import.meta.dirname;
const OUT = path.resolve(HERE, '../dist/electron');
// Loaded by Electron's own processes at run time, never bundled: electron itself and the native modules.
const EXTERNAL = ['electron', 'node-hid', 'serialport', 'better-sqlite3', /^node:/, ...builtinModules];

/** Bundles for Electron's processes keep to what Node 20.18 has (Electron 33 in tests, 45 shipped). */
function electronBundle(entry: { name: string; file: string; format: 'es' | 'cjs' }): EnvironmentOptions {
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
        input: { [entry.name]: path.join(HERE, entry.file) },
        external: EXTERNAL,
        platform: 'node',
        output: {
          format: entry.format,
          entryFileNames: entry.format === 'cjs' ? '[name].cjs' : '[name].js',
          codeSplitting: false,
        },
      },
    },
  };
}

async function buildApp(builder: ViteBuilder): Promise<void> {
  for (const name of ['client', 'main', 'preload', 'engine']) {
    const environment = builder.environments[name];
    if (environment === undefined) throw new Error(`vite knows no environment ${name}`);
    await builder.build(environment);
  }
}
// Without it only the page is built, which is all the browser kiosk needs.
const WHOLE_APP = process.argv.includes('--app');

export default defineConfig({
  root: path.join(HERE, 'screen'),
  base: './',
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5174, strictPort: true },
  build: {
    outDir: path.join(OUT, 'screen'),
    emptyOutDir: true,
    target: 'chrome130',
    modulePreload: { polyfill: false },
  },
  ...(WHOLE_APP ? { builder: { buildApp } } : {}),
  environments: {
    main: electronBundle({ name: 'main', file: 'electron/main.ts', format: 'es' }),
    // A sandboxed preload must be CommonJS.
    preload: electronBundle({ name: 'preload', file: 'electron/preload.ts', format: 'cjs' }),
    engine: electronBundle({ name: 'engine', file: 'electron/engine-main.ts', format: 'es' }),
  },
});
