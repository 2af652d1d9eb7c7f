/** Sizes of volumes. */
import { SizeRoundingBehavior, type Size } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/** Throws on a volume of no size, which Kubernetes refuses. */
export function checkVolumeSize(scope: IConstruct, property: string, size: Size): void {
  if (size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) > 0) return;
  invalid(scope, {
    property,
    got: '0',
    allowed: 'a size above 0',
    fix: 'Give the room that the data needs, for example Size.gibibytes(8).',
  });
}
