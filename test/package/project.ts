import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const REPOSITORY = resolve(__dirname, '../..');

/** The library's front page. */
export const README = readFileSync(join(REPOSITORY, 'constructs', 'README.md'), 'utf8');

/** The code blocks of a language on the library's front page. */
export function readmeBlocks(language: string): string[] {
  const block = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g');
  return [...README.matchAll(block)].map(([, text = '']) => text);
}

/**
 * A user's project, with only the packed package, its dependencies, and the named development dependencies.
 */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'a-user-'));

  /** @param workspace is built and packed as `npm publish` would, and installed from its tarball */
  constructor(workspace: 'constructs' | 'producer', ...devDependencies: string[]) {
    const pack = ['pack', '--silent', '-w', workspace, '--pack-destination', this.folder];
    execFileSync('npm', pack, { cwd: REPOSITORY, stdio: ['ignore', 'ignore', 'inherit'] });
    const tarball = readdirSync(this.folder).find((name) => name.endsWith('.tgz')) ?? '';
    this.write('package.json', '{ "name": "a-user", "private": true }');
    const versions = (
      JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
        devDependencies: Record<string, string>;
      }
    ).devDependencies;
    const wanted = devDependencies.map((name) => `${name}@${versions[name]}`);
    this.run('npm', 'install', '--silent', '--no-audit', '--no-fund', `./${tarball}`, ...wanted);
  }

  /** Standard output of a command; a failing one throws with what it printed. */
  run(command: string, ...args: string[]): string {
    try {
      return execFileSync(command, args, {
        cwd: this.folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${command} ${args.join(' ')}:\n${stdout}${stderr}`, { cause: error });
    }
  }

  /**
   * Compiles TypeScript files to JavaScript next to them, as strictly as users do, with the declarations of
   * packages checked as well. Returns the errors.
   */
  errorsOf(...files: string[]): string[] {
    const modules = ['--module', 'node16', '--moduleResolution', 'node16'];
    const args = ['tsc', '--strict', '--target', 'es2022', '--pretty', 'false', ...modules, ...files];
    const { stdout } = spawnSync('npx', args, { cwd: this.folder, encoding: 'utf8' });
    return stdout.split('\n').filter((line) => /^\S.*error TS\d+/.test(line));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  /** Names of the installed packages, scoped ones left out. */
  packages(): string[] {
    return readdirSync(join(this.folder, 'node_modules'));
  }

  /** Files of an installed package, its own dependencies left out. */
  filesOf(name: string): string[] {
    const files = readdirSync(join(this.folder, 'node_modules', name), {
      recursive: true,
      encoding: 'utf8',
    });
    return files.filter((file) => !file.startsWith('node_modules'));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
