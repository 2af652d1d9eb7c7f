/** A stateless HTTP server: Deployment, Service, disruption budget. */
import type { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { k8s } from '../../imports';
import { disruptionBudget } from './availability';
import { externalEndpoint, type ExternalEndpoint } from './endpoint';
import { invalid } from './invalid';
import { hardenedPod, type ContainerOptions } from './pod';
import { httpCheck, livenessProbe, readinessProbe, startupProbe, tcpCheck } from './probes';
import { type PodEndpoint, Workload, type WorkloadProps } from './workload';

export interface HttpServiceProps extends WorkloadProps {
  readonly replicas: number;
  /** Port of the Service. */
  readonly port: number;
  /** Port that the container listens on; named `http`. */
  readonly containerPort: number;
  /** Path that is answered with 200 once the server can do its work. */
  readonly readyPath: string;
  /** How long the server may take to come up. */
  readonly startsWithin: Duration;
  /** Opens the Service on every node. */
  readonly nodePort: number | undefined;
  /** The container, but for its image, ports and probes, which follow from the above. */
  readonly container: Omit<
    ContainerOptions,
    'image' | 'ports' | 'startupProbe' | 'readinessProbe' | 'livenessProbe'
  >;
  readonly initContainers?: readonly ContainerOptions[];
  readonly uid: number;
  readonly gid?: number;
  readonly gracePeriod: Duration;
}

/** Name of the container's port. */
const PORT_NAME = 'http';

export class HttpService extends Construct {
  readonly workload: Workload;
  /** What clients connect to. */
  readonly endpoint: PodEndpoint;
  /** Address in the cluster. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: HttpServiceProps) {
    super(scope, id);
    // Errors show the path of the construct that the user made.
    this.workload = new Workload(scope, 'workload', props);
    this.endpoint = this.workload.endpoint(props.containerPort);
    this.url = `http://${props.name}:${props.port}`;
    if (props.nodePort !== undefined) {
      this.workload.exposeToOutside(props.containerPort, props.nodePort);
    }
    this.makeDeployment(props);
    this.makeService(props);
    disruptionBudget(this, this.workload, props.replicas);
  }

  private makeDeployment(props: HttpServiceProps): void {
    const { replicas, readyPath, startsWithin, uid, gid, gracePeriod, initContainers } = props;
    const ready = httpCheck(readyPath, PORT_NAME);
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: this.workload.metadata(),
      spec: {
        replicas,
        selector: { matchLabels: { ...this.workload.selector } },
        // A new pod first, so that a roll-out of a single replica leaves no time without service.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxUnavailable: k8s.IntOrString.fromNumber(0),
            maxSurge: k8s.IntOrString.fromNumber(1),
          },
        },
        template: {
          metadata: this.workload.podMetadata(),
          spec: hardenedPod(this, {
            uid,
            gid,
            gracePeriod,
            initContainers,
            spread: replicas > 1 ? this.workload : undefined,
            containers: [
              {
                ...props.container,
                image: props.image,
                ports: { [PORT_NAME]: props.containerPort },
                startupProbe: startupProbe(ready, startsWithin),
                readinessProbe: readinessProbe(ready),
                // What the server depends on can be away: that is no reason to restart it.
                livenessProbe: livenessProbe(tcpCheck(PORT_NAME)),
              },
            ],
          }),
        },
      },
    });
  }

  private makeService({ port, nodePort }: HttpServiceProps): void {
    new k8s.KubeService(this, 'service', {
      metadata: this.workload.metadata(),
      spec: {
        type: nodePort === undefined ? 'ClusterIP' : 'NodePort',
        selector: { ...this.workload.selector },
        ports: [
          {
            name: PORT_NAME,
            port,
            targetPort: k8s.IntOrString.fromString(PORT_NAME),
            protocol: 'TCP',
            nodePort,
          },
        ],
      },
    });
  }
}

/** Takes the address of an HTTP service that the stack does not make apart; `where` names the call. */
export function existingHttpService(
  where: string,
  name: string,
  url: string,
): { readonly url: string; readonly endpoint: ExternalEndpoint } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.search + parsed.hash !== '') {
    invalid(where, {
      property: 'url',
      got: url,
      allowed: 'an http:// or https:// address, with a path if need be',
      fix: 'Give it in full, for example http://registry.example.com:8081.',
    });
  }
  if (parsed.username + parsed.password !== '') {
    invalid(where, {
      property: 'url',
      got: `${parsed.protocol}//…@${parsed.host}${parsed.pathname}`,
      allowed: 'an address without user and password, as manifests are no place for secrets',
      fix: 'Leave them out, and give them to the client by a Secret.',
    });
  }
  const port = Number(parsed.port || (parsed.protocol === 'https:' ? 443 : 80));
  return {
    url: url.replace(/\/+$/, ''),
    endpoint: externalEndpoint(name, [{ host: parsed.hostname, port }]),
  };
}
