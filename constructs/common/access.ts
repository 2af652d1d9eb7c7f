/** How clients outside the cluster reach an HTTP service. */
import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { invalid } from './invalid';
import type { Workload } from './workload';

/** Use the functions of `Access` to make one. */
export type Access =
  | {
      /** A port of every node. */
      readonly kind: 'nodePort';
      /** The port, 30000 to 32767. */
      readonly port: number;
    }
  | ({
      /** A load balancer that the cluster's provider makes. */
      readonly kind: 'loadBalancer';
    } & LoadBalancerOptions)
  | ({
      /** A host name of an ingress controller. */
      readonly kind: 'ingress';
      /** Host name. */
      readonly host: string;
    } & IngressOptions)
  | ({
      /** A host name of a gateway (Gateway API). */
      readonly kind: 'gateway';
      /** Host name. */
      readonly host: string;
    } & GatewayOptions);

/** Options of a load balancer. */
export interface LoadBalancerOptions {
  /**
   * Annotations of the Service, which providers read: an internal address, a name in DNS.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Addresses that may connect, as CIDR blocks, where the provider enforces it.
   * @default - all
   */
  readonly sourceRanges?: readonly string[];
  /**
   * Class of the load balancer.
   * @default - that of the provider
   */
  readonly className?: string;
}

/** Options of an Ingress. */
export interface IngressOptions {
  /**
   * IngressClass.
   * @default - the default class of the cluster
   */
  readonly className?: string;
  /**
   * Secret with the certificate of the host, which the stack does not make.
   * @default - plain HTTP, or the certificate of the controller
   */
  readonly tlsSecretName?: string;
  /**
   * Annotations of the Ingress, which controllers read: authentication, an issuer of certificates.
   * @default - none
   */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Options of an HTTPRoute. */
export interface GatewayOptions {
  /** Name of the Gateway, which the stack does not make. */
  readonly gatewayName: string;
  /**
   * Namespace of the Gateway. Its listener has to allow routes of the service's namespace.
   * @default - the namespace of the service
   */
  readonly gatewayNamespace?: string;
  /**
   * Listener of the Gateway.
   * @default - all listeners that take the host
   */
  readonly sectionName?: string;
}

/** Ways into HTTP services. All services are open to the namespace only, unless one is set. */
export const Access = {
  /** A port of every node, 30000 to 32767. */
  nodePort: (port: number): Access => ({ kind: 'nodePort', port }),
  /** A load balancer that the cluster's provider makes. */
  loadBalancer: (options: LoadBalancerOptions = {}): Access => ({ kind: 'loadBalancer', ...options }),
  /**
   * A host name of an ingress controller. With NetworkPolicies, the stack's `ingressFrom` says where its pods
   * are.
   */
  ingress: (host: string, options: IngressOptions = {}): Access => ({ kind: 'ingress', host, ...options }),
  /** A host name of a gateway. With NetworkPolicies, the stack's `ingressFrom` says where its pods are. */
  gateway: (host: string, options: GatewayOptions): Access => ({ kind: 'gateway', host, ...options }),
} as const;

/** A service that is made accessible. */
export interface AccessedService {
  readonly workload: Workload;
  /** Name of the Service. */
  readonly service: string;
  /** Port of the Service. */
  readonly port: number;
  /** Port of the container. */
  readonly containerPort: number;
  /** Name of the prop, for errors. */
  readonly property: string;
  readonly access: Access | undefined;
}

/** Opens the way, and makes the Ingress or the HTTPRoute where there is one. */
export function giveAccess(scope: Construct, owner: IConstruct, accessed: AccessedService): void {
  const { workload, containerPort, property, access } = accessed;
  switch (access?.kind) {
    case undefined:
      return;
    case 'nodePort':
      return workload.exposeToOutside(containerPort, access.port);
    case 'loadBalancer':
      return workload.exposeToOutside(containerPort);
    case 'ingress':
      checkHost(owner, property, access.host);
      workload.exposeToIngress(containerPort);
      return makeIngress(scope, accessed, access);
    case 'gateway':
      checkHost(owner, property, access.host);
      workload.exposeToIngress(containerPort);
      return makeRoute(scope, accessed, access);
  }
}

/** The parts of the Service that follow from the access. */
export function accessedService(access: Access | undefined): {
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly spec: Pick<k8s.ServiceSpec, 'type' | 'loadBalancerClass' | 'loadBalancerSourceRanges'>;
  readonly nodePort: number | undefined;
} {
  const none = { annotations: undefined, nodePort: undefined };
  switch (access?.kind) {
    case 'nodePort':
      return { ...none, spec: { type: 'NodePort' }, nodePort: access.port };
    case 'loadBalancer': {
      const { annotations, className, sourceRanges } = access;
      const spec = {
        type: 'LoadBalancer',
        loadBalancerClass: className,
        loadBalancerSourceRanges: sourceRanges && [...sourceRanges],
      };
      return { ...none, annotations, spec };
    }
    case 'ingress':
    case 'gateway':
    case undefined:
      return { ...none, spec: { type: 'ClusterIP' } };
  }
}

function makeIngress(
  scope: Construct,
  { workload, service, port }: AccessedService,
  { host, className, tlsSecretName, annotations }: Extract<Access, { kind: 'ingress' }>,
): void {
  new k8s.KubeIngress(scope, 'ingress', {
    metadata: { ...workload.metadata(), annotations },
    spec: {
      ingressClassName: className,
      tls: tlsSecretName === undefined ? undefined : [{ hosts: [host], secretName: tlsSecretName }],
      rules: [
        {
          host,
          http: {
            paths: [
              {
                path: '/',
                pathType: 'Prefix',
                backend: { service: { name: service, port: { number: port } } },
              },
            ],
          },
        },
      ],
    },
  });
}

function makeRoute(
  scope: Construct,
  { workload, service, port }: AccessedService,
  { host, gatewayName, gatewayNamespace, sectionName }: Extract<Access, { kind: 'gateway' }>,
): void {
  new ApiObject(scope, 'route', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: workload.metadata(),
    spec: {
      parentRefs: [{ name: gatewayName, namespace: gatewayNamespace, sectionName }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  });
}

function checkHost(owner: IConstruct, property: string, host: string): void {
  if (host.length <= 253 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(host))
    return;
  invalid(owner, {
    property: `${property}.host`,
    got: host,
    allowed: 'a host name in lowercase, without a protocol, a port and a path',
    fix: 'Correct it, for example flink.example.com.',
  });
}
