'use strict';
// Preloaded by a test: the process gets a SIGTERM when it looks for the program's sources, before it loads
// them.
const fs = require('node:fs');

const { existsSync } = fs;
fs.existsSync = (path) => {
  if (String(path).endsWith('cli.ts')) process.kill(process.pid, 'SIGTERM');
  return existsSync(path);
};
