// Bundles the JupyterLab plugin into lib/, from where `jupyter-builder build` makes the federated module.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const outdir = join(import.meta.dirname, 'lib');
rmSync(outdir, { force: true, recursive: true });
await build({
  absWorkingDir: import.meta.dirname,
  bundle: true,
  charset: 'utf8',
  // the views' styles become lib/style.css, which JupyterLab loads with the plugin (package.json)
  entryPoints: { index: 'src/plugin/index.ts', style: 'src/plugin/style.ts' },
  external: ['@jupyterlab/*', '@lumino/*'],
  format: 'esm',
  logLevel: 'info',
  outdir,
  splitting: true, // the view is a chunk of its own: JupyterLab starts without it
  target: ['es2022']
});
