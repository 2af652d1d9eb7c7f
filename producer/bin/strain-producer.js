#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');

// A signal that no one listens to is lost on process 1 of a container. One that comes while the program is
// loaded, half a second, is now kept until `main` listens.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

// Samples are typed arrays, small on V8's heap and large beside it. A young generation that stays at its
// first 1 MB is collected often, which frees them soon: a 20 Hz day peaks 60 MB lower, and reads no slower.
setFlagsFromString('--semi-space-growth-factor=1');
// The old generation is collected when it has grown by half, not by a multiple, which frees the memory of
// batches that were published.
setFlagsFromString('--heap-growing-percent=50');

// In a clone the sources stand beside this file and run as they are; the package brings them compiled.
const source = join(__dirname, '..', 'cli.ts');
if (existsSync(source)) {
  require('tsx/cjs');
  require(source).main();
} else {
  require('../dist/producer/cli.js').main();
}
