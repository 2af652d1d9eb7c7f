/** Checks the machine: Java, for the first start its compiler and Maven, and space on the disk. */
import { execFile } from 'node:child_process';
import { mkdir, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../contract/user-error';

/** The version that everything is tested with. */
const JAVA_TESTED = 17;

/** Free space that a start needs, in bytes, for logs and the rows of some 20 Hz days. */
const ROOM_TO_RUN = 512 * 2 ** 20;

/** Free space that the first start needs, in bytes, for the parts and Maven's copies of them. */
const ROOM_TO_FETCH = 1536 * 2 ** 20;

const INSTALL_JAVA = `install Java ${JAVA_TESTED} (Debian and Ubuntu: apt install openjdk-17-jdk-headless; macOS: brew install openjdk@17), or set JAVA_HOME to it`;
const INSTALL_JDK = `install a JDK ${JAVA_TESTED} (Debian and Ubuntu: apt install openjdk-17-jdk-headless; macOS: brew install openjdk@17), or set JAVA_HOME to one`;
const INSTALL_MAVEN =
  'install Maven 3.8 or later (Debian and Ubuntu: apt install maven; macOS: brew install maven)';

/**
 * The `java` command of JAVA_HOME if it is set, else the one on PATH. Throws when it is missing or too old.
 */
export async function findJava(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const java = env.JAVA_HOME ? path.join(env.JAVA_HOME, 'bin', 'java') : 'java';
  const where = env.JAVA_HOME ? `${java} (from JAVA_HOME)` : 'java on the PATH';
  const output = await run(java, ['-version'], env).catch((error: unknown) => {
    throw new UserError('PROGRAM_FAILED', `Java was not found: ${where} cannot be run (${reason(error)})`, {
      fix: INSTALL_JAVA,
    });
  });
  const version = parseJavaVersion(output);
  if (version === undefined) {
    throw new UserError('PROGRAM_FAILED', `${where} does not report its version: ${output.split('\n')[0]}`, {
      fix: INSTALL_JAVA,
    });
  }
  if (version < JAVA_TESTED) {
    throw new UserError('PROGRAM_FAILED', `${where} is Java ${version}: ${JAVA_TESTED} or later is needed`, {
      fix: INSTALL_JAVA,
    });
  }
  return java;
}

/** The number of a Java release from `java -version`: 17 of `17.0.15`, 8 of `1.8.0_392`. */
export function parseJavaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match ? Number(match[1]) : undefined;
}

/** Throws when Maven is missing. Called only when something has to be downloaded. */
export async function checkMaven(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await run('mvn', ['-version'], env).catch((error: unknown) => {
    throw new UserError(
      'PROGRAM_FAILED',
      `Maven was not found, and the first start needs it to download Kafka, Flink and the registry (mvn: ${reason(error)})`,
      { fix: INSTALL_MAVEN },
    );
  });
}

/** Throws when the Java compiler is missing. Called only when something has to be compiled. */
export async function checkJdk(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const javac = env.JAVA_HOME ? path.join(env.JAVA_HOME, 'bin', 'javac') : 'javac';
  await run(javac, ['-version'], env).catch((error: unknown) => {
    throw new UserError(
      'PROGRAM_FAILED',
      `the Java compiler was not found, and the functions for Flink SQL have to be built once (${javac}: ${reason(error)}): this is a JRE`,
      { fix: INSTALL_JDK },
    );
  });
}

/** Throws when the disk of `dir` has too little free space. */
export async function checkRoom(dir: string, fetching: boolean): Promise<void> {
  await mkdir(dir, { recursive: true });
  const { bavail, bsize } = await statfs(dir);
  const needed = fetching ? ROOM_TO_FETCH : ROOM_TO_RUN;
  if (bavail * bsize >= needed) return;
  throw new UserError(
    'PROGRAM_FAILED',
    `the disk of ${dir} has ${mib(bavail * bsize)} MiB left: ${mib(needed)} MiB are needed${fetching ? ' for the first start' : ''}`,
    {
      fix: fetching
        ? 'free some space there'
        : 'free some space, or choose another disk: npm start -- --state-dir FOLDER',
    },
  );
}

function mib(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, [...args], { env, timeout: 60_000 });
  return stdout + stderr;
}

function reason(error: unknown): string {
  const { code, stderr } = error as { code?: string | number; stderr?: string };
  if (code === 'ENOENT') return 'no such command';
  return stderr?.trim().split('\n')[0] ?? String(code ?? error);
}
