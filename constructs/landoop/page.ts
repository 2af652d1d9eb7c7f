/**
 * What Landoop's two pages share: Caddy serves static files and forwards the browser's calls to a service.
 */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HttpService, type HttpServiceProps } from '../common/http-service';
import type { Environment } from '../common/environment';
import type { Endpoint } from '../common/workload';

/** Port that Caddy listens on. */
const CONTAINER_PORT = 8000;

/** Default name and image of a page, and the port of its Service. */
export interface LandoopPageProgram {
  readonly name: string;
  readonly image: string;
  readonly port: number;
}

/** A page of Landoop's. */
export abstract class LandoopPage extends HttpService {
  protected constructor(scope: Construct, id: string, props: HttpServiceProps, page: LandoopPageProgram) {
    super(scope, id, props, {
      ...page,
      resources: {
        cpuRequest: Cpu.millis(10),
        cpuLimit: Cpu.millis(200),
        memoryRequest: Size.mebibytes(8),
        memoryLimit: Size.mebibytes(64),
      },
      app: props.name ?? page.name,
      component: 'ui',
      container: 'ui',
      containerPort: CONTAINER_PORT,
      readyPath: '/',
      startsWithin: Duration.minutes(2),
      gracePeriod: Duration.seconds(15),
      // Any user works: the images write to /tmp only.
      uid: 1000,
    });
  }

  /** Makes the Kubernetes objects, and links the page to the service behind it. */
  protected servePage(backend: Endpoint, env: Environment): void {
    this.serve({
      env: {
        PORT: String(CONTAINER_PORT),
        // The page's server calls the service, so the browser does not have to reach it.
        PROXY: 'true',
        ...env,
      },
      scratch: { tmp: '/tmp' },
    });
    this.workload.connectTo(backend);
  }
}
