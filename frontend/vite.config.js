import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const FONTS = ['@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono'];

/** Vite's own list of licences knows the scripts that were bundled, but not the fonts. */
const fontLicences = {
  name: 'font-licences',
  generateBundle() {
    const texts = FONTS.map(
      (name) => `## ${name}\n\n${readFileSync(here(`node_modules/${name}/LICENSE`), 'utf8')}`,
    );
    this.emitFile({
      type: 'asset',
      fileName: 'licenses-fonts.md',
      source: `# Fonts\n\n${texts.join('\n\n')}`,
    });
  },
};

// Relative addresses everywhere, so that the page works under any path of a proxy.
export default defineConfig({
  base: './',
  plugins: [svelte(), fontLicences],
  build: {
    outDir: process.env.RACEWALK_STATIC_DIR ?? here('../backend/racewalk/static'),
    emptyOutDir: true,
    assetsInlineLimit: 0, // the Content-Security-Policy has no data: addresses
    license: { fileName: 'licenses.md' },
    target: 'es2023',
  },
  server: {
    proxy: { '/api': { target: process.env.RACEWALK_SERVER ?? 'http://127.0.0.1:8000', ws: true } },
  },
});
