import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkJdk, checkMaven, checkRoom, findJava, parseJavaVersion } from '../../local/requirements';

/**
 * A folder with a program `name` in `bin` that writes `output` as `java -version` does, and exits with
 * `code`.
 */
function withProgram(name: string, output: string, code = 0): string {
  const home = mkdtempSync(path.join(tmpdir(), 'home-'));
  mkdirSync(path.join(home, 'bin'));
  const file = path.join(home, 'bin', name);
  writeFileSync(file, `#!/bin/sh\necho '${output}' >&2\nexit ${code}\n`);
  chmodSync(file, 0o755);
  return home;
}

test.each([
  ['openjdk version "17.0.15" 2025-04-15', 17],
  ['java version "1.8.0_392"', 8],
  ['openjdk version "21" 2023-09-19', 21],
  ['openjdk version "26-ea" 2026-03-17', 26],
  ['Unable to locate a Java Runtime.', undefined],
])('%s', (output, version) => {
  expect(parseJavaVersion(output)).toBe(version);
});

describe('Java', () => {
  test('from JAVA_HOME is used', async () => {
    const JAVA_HOME = withProgram('java', 'openjdk version "21.0.1"');
    expect(await findJava({ JAVA_HOME })).toBe(path.join(JAVA_HOME, 'bin', 'java'));
  });

  test('on the PATH is used when JAVA_HOME is not set', async () => {
    const home = withProgram('java', 'openjdk version "17.0.15"');
    expect(await findJava({ PATH: `${path.join(home, 'bin')}:/bin` })).toBe('java');
  });

  test('that is too old is reported with its version and where it was found', async () => {
    const JAVA_HOME = withProgram('java', 'openjdk version "11.0.2"');
    await expect(findJava({ JAVA_HOME })).rejects.toMatchObject({
      message: `${path.join(JAVA_HOME, 'bin', 'java')} (from JAVA_HOME) is Java 11: 17 or later is needed`,
      fix: expect.stringContaining('install Java 17') as string,
    });
  });

  test('that is missing is reported', async () => {
    await expect(findJava({ PATH: '/nowhere' })).rejects.toMatchObject({
      message: 'Java was not found: java on the PATH cannot be run (no such command)',
      fix: expect.stringContaining('install Java 17') as string,
    });
  });

  test('that is only a stub is reported with its message (macOS)', async () => {
    const JAVA_HOME = withProgram('java', 'Unable to locate a Java Runtime.', 1);
    await expect(findJava({ JAVA_HOME })).rejects.toThrow('cannot be run (Unable to locate a Java Runtime.)');
  });
});

describe('Maven', () => {
  test('that is missing is reported', async () => {
    await expect(checkMaven({ PATH: '/nowhere' })).rejects.toMatchObject({
      message: expect.stringContaining('(mvn: no such command)') as string,
      fix: expect.stringContaining('install Maven') as string,
    });
  });

  test('that is installed is accepted', async () => {
    await checkMaven({ PATH: `${path.join(withProgram('mvn', 'Apache Maven 3.8.7'), 'bin')}:/bin` });
  });
});

test('a disk with enough free space is accepted', async () => {
  await checkRoom(mkdtempSync(path.join(tmpdir(), 'room-')), false);
});

describe('the JDK', () => {
  test('that is only a JRE is reported with what to install', async () => {
    const JAVA_HOME = withProgram('java', 'openjdk version "17.0.15"');
    await expect(checkJdk({ JAVA_HOME })).rejects.toMatchObject({
      message: expect.stringMatching(/javac: no such command\): this is a JRE$/) as string,
      fix: expect.stringContaining('openjdk-17-jdk-headless') as string,
    });
  });

  test('that is installed is accepted', async () => {
    await checkJdk({ JAVA_HOME: withProgram('javac', 'javac 17.0.15') });
  });
});
