import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { compressed } from './build/compressed';

// Whoever builds it, under Jest too: what is published is never the build for developers.
process.env['NODE_ENV'] = 'production';

/**
 * The page is React source on `preact/compat` (the preset's alias). Addresses in it are relative, so that it works
 * wherever it is mounted; nothing is inlined, so that it works under a policy that forbids inline code.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false }), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
