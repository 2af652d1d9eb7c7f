import type { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { HttpService, type HttpProgram, type HttpServiceProps } from './http-service';
import { resolveHeap } from './resources';

/** Props of an HTTP service that runs on a JVM. */
export interface JvmHttpServiceProps extends HttpServiceProps {
  /**
   * Heap of the JVM.
   * @default - half of the memory limit
   */
  readonly heap?: Size;
}

/** An HTTP service that runs on a JVM. */
export abstract class JvmHttpService extends HttpService {
  /** Heap of the JVM. */
  readonly heap: Size;

  protected constructor(scope: Construct, id: string, props: JvmHttpServiceProps, program: HttpProgram) {
    super(scope, id, props, program);
    this.heap = resolveHeap(this, props.heap, this.resources.memoryLimit);
  }
}
