#!/usr/bin/env node
'use strict';

// The sources run as they are.
require('tsx/cjs');
require('../main.ts');
