import { build, type Metafile } from 'esbuild';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const PAGE = path.join(__dirname, 'page');

/**
 * Bundles the page into a folder, which is emptied first: `index.html`, and one script and one style sheet
 * whose names change with their content, so that the server may let browsers keep them forever.
 */
export async function buildPage(outDir: string): Promise<void> {
  await rm(outDir, { recursive: true, force: true });
  await mkdir(outDir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: PAGE,
    entryPoints: ['main.tsx'],
    outdir: path.resolve(outDir),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    sourcemap: 'external',
    entryNames: 'page-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: path.join(PAGE, 'tsconfig.json'),
    metafile: true,
    logLevel: 'silent',
  });
  const { script, style } = namesOf(metafile);
  const html = await readFile(path.join(PAGE, 'index.html'), 'utf8');
  await writeFile(
    path.join(outDir, 'index.html'),
    html.replace('page.js', script).replace('page.css', style),
  );
}

function namesOf({ outputs }: Metafile): { script: string; style: string } {
  const names = Object.keys(outputs).map((name) => path.basename(name));
  const script = names.find((name) => name.endsWith('.js'));
  const style = names.find((name) => name.endsWith('.css'));
  if (script === undefined || style === undefined) {
    throw new Error(`esbuild wrote ${names.join(', ')}; expected a script and a style sheet`);
  }
  return { script, style };
}
