// Bundles the live view into ../jupyter_runcfg/notebook/static, byte for byte the same on every machine.
import { build, context } from 'esbuild';

const dev = process.argv.includes('--dev');
const options = {
  absWorkingDir: import.meta.dirname,
  bundle: true,
  charset: 'utf8',
  entryPoints: { widget: 'src/widget/index.ts', runs: 'src/runs/index.ts' },
  format: 'esm',
  legalComments: 'eof',
  logLevel: 'info',
  minify: !dev,
  outdir: '../jupyter_runcfg/notebook/static',
  sourcemap: false,
  target: ['es2022']
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
}
