import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const COMPRESSIBLE = new Set(['.js', '.css', '.svg', '.json', '.webmanifest', '.txt']);
/** Below this a compressed copy saves nothing on the wire. */
const WORTH_BYTES = 1024;

/** Compressed copies beside each file: made once here, so that the server never compresses at a request. */
const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  closeBundle() {
    const dist = join(import.meta.dirname, 'dist');
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = readFileSync(path);
      if (bytes.length < WORTH_BYTES) continue;
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    }
  },
});

/** What the reader needs, which is to load fastest, and so every page has: libraries, and parts of the app. */
const EVERYWHERE = [
  /node_modules\/(?:react|react-dom|scheduler|react-router|@tanstack|@radix-ui\/react-direction|get-nonce)\//,
  /node_modules\/lucide-react\/dist\/esm\/(?:Icon|createLucideIcon|context|defaultAttributes|shared)/,
  /web\/app\/(?:i18n\/|api\/(?!upload|send)|library\/(?:text\/en|public-queries|contents-names|library-text))/,
  /web\/app\/shell\/(?:text\.|text\/en|theme|crash|guarded|page|not-found|require-account|account)/,
  /web\/app\/ui\/(?:text\.|text\/en|button|classes|later|use-later|progress|state|native-dialog)/,
];
/** What all pages have on which one writes or arranges. */
const CONTROLS = [/web\/app\/ui\/(?:toast|hint|menu|icon-button|field|inline-field|avatar|ago)\./];
const anyOf =
  (patterns: readonly RegExp[]) =>
  (path: string): boolean =>
    patterns.some((pattern) => pattern.test(path));

// where a running house answers, for `npx vite` beside it
const house = process.env['HOUSE_URL'] ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react(), precompress()],
  publicDir: 'public',
  build: {
    target: 'es2022',
    manifest: true,
    // fonts and pictures stay files of their own: the policy of the pages allows no data: URLs for fonts
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // what every page has: in one file it is smaller, and no page waits for dozens of crumbs
            { name: 'house', test: anyOf(EVERYWHERE) },
            // what every page of those who write has
            { name: 'controls', test: anyOf(CONTROLS) },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: house, ws: true }, '/healthz': house },
  },
});
