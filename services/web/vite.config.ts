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
  },
  server: {
    proxy: { '/api': { target: house, ws: true }, '/healthz': house },
  },
});
