/**
 * What the HTTP services of the stack share: their props, and their Deployment, Service and disruption
 * budget.
 */
import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { accessedService, giveAccess, type Access } from './access';
import { disruptionBudget } from './availability';
import type { ContainerOptions } from './container';
import { externalEndpoint, type ExternalEndpoint } from './endpoint';
import type { Environment } from './environment';
import { invalid, replicaCount, type Where } from './invalid';
import { podTemplate } from './pod';
import type { PodOptions } from './pod-options';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from './probes';
import { resolveResources, type Resources } from './resources';
import { type PodEndpoint, Workload } from './workload';

/** Props that every HTTP service has. */
export interface HttpServiceProps {
  /**
   * Name of the Deployment and the Service.
   * @default - the service's name in `NAMES`
   */
  readonly name?: string;
  /**
   * Container image.
   * @default - the service's image in `IMAGES`
   */
  readonly image?: string;
  /**
   * Number of pods. With two or more, there is a PodDisruptionBudget too.
   * @default 1
   */
  readonly replicas?: number;
  /**
   * CPU and memory of each pod.
   * @default - the values that the construct's description names
   */
  readonly resources?: Resources;
  /**
   * How clients outside the cluster reach the service: `Access.nodePort(…)`, `Access.loadBalancer(…)`,
   * `Access.ingress(…)` or `Access.gateway(…)`.
   * @default - reachable from inside the cluster only
   */
  readonly access?: Access;
  /**
   * Where the pods run, and their labels, service account, variables, volumes and other containers.
   * @default - see `PodOptions`
   */
  readonly pod?: PodOptions;
}

/** A service's program: how to run its image, and the defaults of its props. */
export interface HttpProgram {
  /** Default name of the Deployment and the Service. */
  readonly name: string;
  /** Default image. */
  readonly image: string;
  /** Default resources. */
  readonly resources: Required<Resources>;
  /** Label `app.kubernetes.io/name`. */
  readonly app: string;
  /** Label `app.kubernetes.io/component`. */
  readonly component: string;
  /** Name of the container. */
  readonly container: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port that the container listens on; named `http`. */
  readonly containerPort: number;
  /** Path of the API below the Service's address. */
  readonly apiPath?: string;
  /** Path that returns 200 once the server is ready. */
  readonly readyPath: string;
  /** How long the server may take to start. */
  readonly startsWithin: Duration;
  /** How long the server may take to stop. */
  readonly gracePeriod: Duration;
  /** User that the container runs as. */
  readonly uid: number;
  /** Group that the container runs as; the same number as the user by default. */
  readonly gid?: number;
}

/** What a service's pod gets from its props. */
export interface HttpPod {
  /** Variables that the construct sets. */
  readonly env: Environment;
  /** Writable folders of the container, by volume name. */
  readonly scratch: Readonly<Record<string, string>>;
  /**
   * Containers that run before the server.
   * @default - none
   */
  readonly initContainers?: readonly ContainerOptions[];
}

/** Name of the container's port. */
const PORT_NAME = 'http';

/** A stateless HTTP server: a Deployment, a Service and a disruption budget. */
export abstract class HttpService extends Construct {
  /** Address in the cluster, without a slash at the end. */
  readonly url: string;
  /** What a client's `Workload` connects to. */
  readonly endpoint: PodEndpoint;
  /** The pods: labels, selector and links. */
  readonly workload: Workload;
  /** Container image. */
  readonly image: string;
  /** Number of pods. */
  readonly replicas: number;
  /** CPU and memory of each pod. */
  readonly resources: Required<Resources>;
  /** Parent of the Kubernetes objects. Its place before the workload fixes their order in the manifest. */
  private readonly objects: Construct;

  protected constructor(
    scope: Construct,
    id: string,
    private readonly given: HttpServiceProps,
    private readonly program: HttpProgram,
  ) {
    super(scope, id);
    this.image = given.image ?? program.image;
    this.replicas = replicaCount(this, given.replicas);
    this.resources = resolveResources(this, given.resources, program.resources);
    this.objects = new Construct(this, 'server');
    const name = given.name ?? program.name;
    const { app, component, containerPort } = program;
    this.workload = new Workload(this, 'workload', { name, app, component, image: this.image });
    this.endpoint = this.workload.endpoint(containerPort);
    this.url = `http://${name}:${program.port}${program.apiPath ?? ''}`;
    giveAccess(this.objects, this, {
      workload: this.workload,
      service: name,
      port: program.port,
      containerPort,
      property: 'access',
      access: given.access,
    });
  }

  /** Makes the Kubernetes objects. A service calls it once, at the end of its constructor. */
  protected serve(pod: HttpPod): void {
    this.makeDeployment(pod);
    this.makeService();
    disruptionBudget(this.objects, this.workload, this.replicas);
  }

  private makeDeployment({ env, scratch, initContainers }: HttpPod): void {
    const { container, containerPort, readyPath, startsWithin, uid, gid, gracePeriod } = this.program;
    const ready = httpCheck(readyPath, PORT_NAME);
    new k8s.KubeDeployment(this.objects, 'deployment', {
      metadata: this.workload.metadata(),
      spec: {
        replicas: this.replicas,
        selector: { matchLabels: { ...this.workload.selector } },
        // Start the new pod first, so that the service stays available while a single replica is replaced.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromNumber(1),
          },
        },
        template: podTemplate(this, this.workload, {
          pod: this.given.pod,
          uid,
          gid,
          gracePeriod,
          initContainers,
          spread: this.replicas > 1 ? this.workload : undefined,
          containers: [
            {
              name: container,
              image: this.image,
              env,
              resources: this.resources,
              scratch,
              ports: { [PORT_NAME]: containerPort },
              startupProbe: startupProbe(ready, startsWithin),
              readinessProbe: readinessProbe(ready),
              // Check the port only: a restart does not help when a service that this one depends on is
              // down.
              livenessProbe: livenessProbe(tcpCheck(PORT_NAME)),
            },
          ],
        }),
      },
    });
  }

  private makeService(): void {
    const { annotations, spec, nodePort } = accessedService(this.given.access);
    new k8s.KubeService(this.objects, 'service', {
      metadata: { ...this.workload.metadata(), annotations },
      spec: {
        ...spec,
        selector: { ...this.workload.selector },
        ports: [
          {
            name: PORT_NAME,
            port: this.program.port,
            targetPort: k8s.IntOrString.fromString(PORT_NAME),
            protocol: 'TCP',
            nodePort,
          },
        ],
      },
    });
  }
}

/** URL and endpoint of an HTTP service that the stack does not make. */
export function existingHttpService(
  where: Where,
  name: string,
  url: string,
  property = 'url',
): { readonly url: string; readonly endpoint: ExternalEndpoint } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search + parsed.hash !== '') {
    invalid(where, {
      property,
      got: url,
      allowed: 'an http:// or https:// address, with or without a path',
      fix: 'Give it in full, for example http://registry.example.com:8081.',
    });
  }
  if (parsed.username + parsed.password !== '') {
    invalid(where, {
      property,
      got: `${parsed.protocol}//…@${parsed.host}${parsed.pathname}`,
      allowed: 'an address without user and password, as manifests are no place for secrets',
      fix: 'Leave them out.',
    });
  }
  const port = Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80));
  return {
    url: url.replace(/\/+$/, ''),
    endpoint: externalEndpoint(name, [{ host: parsed.hostname, port }]),
  };
}
