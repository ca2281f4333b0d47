// Bundles test/*.test.ts and runs them in node: the parts of the view that need no browser.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const outdir = mkdtempSync(join(tmpdir(), 'runcfg-test-'));
try {
  const names = readdirSync(join(import.meta.dirname, 'test')).filter(name => name.endsWith('.test.ts'));
  await build({
    absWorkingDir: import.meta.dirname,
    bundle: true,
    entryPoints: names.map(name => join('test', name)),
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    outdir,
    platform: 'node',
    target: ['node20']
  });
  const built = readdirSync(outdir).map(name => join(outdir, name));
  process.exitCode = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
