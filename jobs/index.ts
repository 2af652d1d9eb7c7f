/** The streaming jobs of this repository. */
import { CLICKS } from './clicks';
import type { JobDefinition } from './definition';
import { GTSM_GAPS } from './strain/gaps';
import { GTSM_1MIN } from './strain/minutes';

export const JOBS: readonly JobDefinition[] = [CLICKS, GTSM_1MIN, GTSM_GAPS];
