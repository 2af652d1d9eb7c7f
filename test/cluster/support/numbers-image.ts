/** The image with the jar of the numbers' job, which the test builds itself. */
import { buildImage, dockerOf, dockerProgram } from '../../../cluster/images';
import { hasCluster, isDocker, loadImages } from '../../../cluster/kind/kind';

export const NUMBERS_IMAGE = 'kafka-flink-cluster/numbers:1.0.0';

/** Builds it, and loads it into kind, if that is there. A program in Docker's place loads what it builds. */
export async function buildNumbersImage(): Promise<void> {
  const program = dockerProgram();
  const docker = dockerOf(program);
  await buildImage(docker, {
    name: NUMBERS_IMAGE,
    dockerfile: 'test/cluster/support/numbers-jar/Dockerfile',
  });
  if (await hasCluster().catch(() => false))
    await loadImages(docker, await isDocker(program), [NUMBERS_IMAGE]);
}
