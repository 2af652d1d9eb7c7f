/** What Landoop's two pages share: Caddy, which serves static files and passes the browser's calls on to a service. */
import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HttpService } from '../common/http-service';
import type { Endpoint } from '../common/workload';
import { mergeEnvironment } from '../common/environment';
import type { Environment } from '../common/pod';
import type { Resources } from '../common/resources';

/** Resources by default. */
export const PAGE_RESOURCES: Required<Resources> = {
  cpuRequest: Cpu.millis(10),
  cpuLimit: Cpu.millis(200),
  memoryRequest: Size.mebibytes(8),
  memoryLimit: Size.mebibytes(64),
};

/** Port that Caddy listens on. */
const CONTAINER_PORT = 8000;

/** Any user does: the images write to /tmp alone. */
const UID = 1000;

export interface PageOptions {
  readonly name: string;
  readonly image: string;
  readonly replicas: number;
  readonly port: number;
  readonly nodePort: number | undefined;
  readonly resources: Required<Resources>;
  /** The service behind the page. */
  readonly backend: Endpoint;
  readonly env: Environment;
  /** The user's own variables. */
  readonly extraEnv: Environment;
}

export function makePage(scope: Construct, options: PageOptions): HttpService {
  const own: Environment = {
    PORT: String(CONTAINER_PORT),
    // The page's server calls the service: the browser need not reach it.
    PROXY: 'true',
    ...options.env,
  };
  const server = new HttpService(scope, 'server', {
    name: options.name,
    app: options.name,
    component: 'ui',
    image: options.image,
    replicas: options.replicas,
    port: options.port,
    containerPort: CONTAINER_PORT,
    readyPath: '/',
    startsWithin: Duration.minutes(2),
    nodePort: options.nodePort,
    uid: UID,
    gracePeriod: Duration.seconds(15),
    container: {
      name: 'ui',
      env: mergeEnvironment(scope, own, options.extraEnv),
      resources: options.resources,
      scratch: { tmp: '/tmp' },
    },
  });
  server.workload.connectTo(options.backend);
  return server;
}
