'use strict';
/**
 * `node ../build.js [FOLDER...]` in a package's folder: builds its `dist` from nothing, as what an earlier build left there would be
 * packed as well, and puts the named folders of the repository into it.
 */
const { execFileSync } = require('node:child_process');
const { copyFileSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const { join } = require('node:path');

rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
for (const folder of process.argv.slice(2)) {
  mkdirSync(join('dist', folder));
  for (const file of readdirSync(join(__dirname, folder))) {
    copyFileSync(join(__dirname, folder, file), join('dist', folder, file));
  }
}
