#!/usr/bin/env node
'use strict';
require('../dist/constructs/build-image.js').main();
