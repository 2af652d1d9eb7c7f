/** The streaming jobs of the project. */
import { CLICKS } from './clicks';
import type { JobDefinition } from './definition';

export const JOBS: readonly JobDefinition[] = [CLICKS];
