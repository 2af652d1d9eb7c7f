import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { k8s } from '../../imports';
import { isSameNamespace } from './namespace';

/** What the manifest of a ConfigMap says. */
interface ConfigMapJson {
  readonly data?: unknown;
  readonly binaryData?: unknown;
}

/**
 * Contents of the app's ConfigMaps that a pod mounts, by name, as their manifests will have them; undefined
 * when it mounts none. Call it at synthesis only, when no more JSON patches are added.
 */
export function mountedConfig(
  scope: IConstruct,
  { volumes = [] }: Pick<k8s.PodSpec, 'volumes'>,
): Readonly<Record<string, ConfigMapJson>> | undefined {
  const names = volumes.flatMap(({ configMap, projected }) =>
    [configMap, ...(projected?.sources ?? []).map((source) => source.configMap)].flatMap((map) =>
      map?.name === undefined ? [] : [map.name],
    ),
  );
  if (names.length === 0) return undefined;
  const maps = scope.node.root.node
    .findAll()
    .filter((it): it is ApiObject => ApiObject.isApiObject(it) && it.kind === 'ConfigMap')
    .filter((map) => names.includes(map.name) && isSameNamespace(scope, map));
  return Object.fromEntries(
    maps.map((map) => {
      const { data, binaryData } = map.toJson() as ConfigMapJson;
      return [map.name, { data, binaryData }];
    }),
  );
}
