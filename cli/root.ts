import path from 'node:path';

/** Folder of the clone. */
export const ROOT = path.resolve(__dirname, '..');
