import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Relative addresses everywhere, so that the page works under any path of a proxy.
export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    outDir:
      process.env.RACEWALK_STATIC_DIR ??
      fileURLToPath(new URL('../backend/racewalk/static', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the Content-Security-Policy has no data: addresses
    license: { fileName: 'licenses.md' },
    target: 'es2023',
  },
  server: {
    proxy: { '/api': { target: process.env.RACEWALK_SERVER ?? 'http://127.0.0.1:8000', ws: true } },
  },
});
