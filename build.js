'use strict';
/**
 * `node ../build.js [PATH...]` in a package's folder: builds its `dist` from nothing, as files of an
 * earlier build would be packed too. Scripts of shell and awk are copied next to the code that reads them,
 * and the named files and folders of the repository into `dist`, without build results and tests.
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
for (const path of process.argv.slice(2)) copy(join(__dirname, path), join('dist', path));

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const isSource = (path) => !/\/(target|src\/test)$/.test(path);
  cpSync(from, to, { recursive: true, filter: isSource });
}
