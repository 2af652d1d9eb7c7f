'use strict';
/**
 * `node ../build.js [FOLDER...]` in a package's folder: builds its `dist` from nothing, as files of an
 * earlier build would be packed too. Scripts of shell and awk are copied next to the code that reads them,
 * and the named folders of the repository into `dist`.
 */
const { execFileSync } = require('node:child_process');
const { cpSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const { basename, dirname, join } = require('node:path');

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
const scripts = readdirSync('.', { recursive: true }).filter(
  (file) => /\.(sh|awk)$/.test(file) && !/^(dist|node_modules)\//.test(file),
);
for (const script of scripts) copy(script, join('dist', basename(process.cwd()), script));
for (const folder of process.argv.slice(2)) copy(join(__dirname, folder), join('dist', folder));

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}
