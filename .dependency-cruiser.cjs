/**
 * No import circles, between files or between folders, type imports included: `npm run check:circles`.
 * Which folder may import which is held by eslint.config.mjs.
 */
module.exports = {
  forbidden: [
    {
      name: 'no-circle-of-files',
      comment: 'Move what both files need into a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circle-of-folders',
      comment: 'Two folders that import each other are one: join them, or move what both need into a third.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
  },
};
