/**
 * The page inside a file: script and style stand in one HTML file, which asks the network for nothing.
 * `racewalk.api.offline` puts a run into what is built here.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const sha256 = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Inside <script>, neither the end of the element nor the start of a comment may appear. */
const inScript = (text) => text.replaceAll(/<(?=\/script|!--|script)/gi, '\\x3c');

/** Nothing is asked of any network, and no script or style runs but these two. */
const policy = (script, style) =>
  [
    "default-src 'none'",
    `script-src ${sha256(script)}`,
    `style-src ${sha256(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
  ].join('; ');

const licences = () =>
  ['../LICENSE', 'node_modules/svelte/LICENSE.md']
    .map((path) => readFileSync(here(path), 'utf8').trim())
    .join('\n\nSvelte, which is part of the script below:\n\n')
    .replaceAll('--', '- -');

const oneFile = {
  name: 'one-file',
  enforce: 'post',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((part) => part.type === 'chunk');
    const styles = Object.values(bundle).filter((part) => part.fileName.endsWith('.css'));
    if (chunks.length !== 1) this.error(`one script was expected, not ${chunks.length}`);
    const script = inScript(chunks[0].code.trim());
    const style = styles.map((part) => String(part.source).trim()).join('\n');
    if (/<\/style/i.test(style) || /url\((?!["']?data:)/.test(style))
      this.error('the style needs another file');
    const parts = {
      POLICY: policy(script, style),
      ICON: `data:image/svg+xml;base64,${readFileSync(here('public/favicon.svg')).toString('base64')}`,
      LICENCES: licences(),
      STYLE: style,
      SCRIPT: script,
    };
    // Without the blanks around them: the hashes are of the bare texts.
    const source = readFileSync(here('offline.html'), 'utf8')
      .replaceAll(/\s*(%OFFLINE_(?:STYLE|SCRIPT)%)\s*/g, '$1')
      .replaceAll(/%OFFLINE_(\w+)%/g, (_, name) => parts[name]);
    for (const name of Object.keys(bundle)) Reflect.deleteProperty(bundle, name);
    this.emitFile({ type: 'asset', fileName: 'offline.html', source });
  },
};

/** The fonts are larger than all the rest: the file takes those of the system. */
const noFonts = {
  name: 'no-fonts',
  enforce: 'pre',
  transform(code, id) {
    if (id.endsWith('/styles/base.css')) return code.replace("@import './fonts.css';", '');
  },
};

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [noFonts, svelte(), oneFile],
  build: {
    outDir: process.env.RACEWALK_STATIC_DIR ?? here('../backend/racewalk/static'),
    emptyOutDir: false, // beside the page
    cssCodeSplit: false,
    modulePreload: false,
    target: 'es2023',
    rolldownOptions: { input: here('src/offline.ts'), output: { codeSplitting: false } },
  },
});
