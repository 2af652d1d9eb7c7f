/**
 * `npm run known-options` writes the lists that constructs/known/ checks properties against, from the jars of
 * Kafka and Flink that pom.xml names. With `-- --check` it fails when a list is not what it would write.
 */
import { Command } from 'commander';
import { runCommand } from '../cli/command';
import { EXIT } from '../contract';
import { writeKnownOptions } from '../local/known-options/write';

async function knownOptions({ check = false }: { readonly check?: boolean }): Promise<void> {
  const different = await writeKnownOptions({ check });
  if (different.length === 0) return;
  console.error(
    `${different.join(' and ')}: differs from the jars. Run \`npm run known-options\` and commit the change.`,
  );
  process.exitCode = EXIT.failed;
}

const program = new Command('npm run known-options --')
  .description('Writes the lists of options that Kafka and Flink know, from their jars.')
  .option('--check', 'only compare: fail when a committed list differs from the jars');
void runCommand(program.action(knownOptions));
