import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { builtAside } from '../../packaging/builds.config.ts';

const here = import.meta.dirname;
/** Where `vite` (development only) finds an edge. */
const edge = process.env['EDGE_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: here,
  plugins: [react(), builtAside('board')],
  server: {
    host: '127.0.0.1',
    port: 5173,
    strictPort: true,
    proxy: { '/api': edge, '/socket.io': { target: edge, ws: true } },
  },
  build: {
    target: 'chrome130',
    // antd is most of it; the page comes over the LAN once and is cached by its name
    chunkSizeWarningLimit: 2000,
  },
});
