import { Construct, type IConstruct } from 'constructs';
import { k8s } from '../../imports';
import { withPath } from '../common/invalid';
import type { Workload } from '../common/workload';
import { flinkConfigYaml, type FlinkConfig } from '../config/flink';
import { log4jConsoleProperties } from '../config/log4j';
import { FLINK_HOME } from './image';

export interface ConfFolderProps {
  /** Workload of the folder, which gives the ConfigMap its name and labels. */
  readonly workload: Workload;
  /** Construct of the user, whose path is in errors. */
  readonly owner: IConstruct;
  readonly config: FlinkConfig;
}

const VOLUME = 'conf';
const MOUNT_PATH = `${FLINK_HOME}/conf`;

/**
 * A complete `conf` folder of Flink as a ConfigMap. The entry point of the image would rewrite the folder at
 * each start. The pods run Flink's own scripts instead, so the folder can be read-only.
 */
export class ConfFolder extends Construct {
  /** Texts by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly volume: k8s.Volume;
  readonly mount: k8s.VolumeMount = { name: VOLUME, mountPath: MOUNT_PATH, readOnly: true };
  readonly env: Readonly<Record<string, string>> = {
    FLINK_CONF_DIR: MOUNT_PATH,
    // The entry point of the image preloads jemalloc instead. With the default number of glibc arenas, the
    // process would exceed its memory limit.
    MALLOC_ARENA_MAX: '2',
  };

  constructor(scope: Construct, id: string, { workload, owner, config }: ConfFolderProps) {
    super(scope, id);
    // Tools (`flink`, `sql-client.sh`) print their results to the console, so only their warnings are logged
    // there.
    const tools = log4jConsoleProperties({ level: 'WARN' });
    this.files = {
      'config.yaml': withPath(owner, () => flinkConfigYaml(config)),
      'log4j-cli.properties': tools,
      'log4j-console.properties': log4jConsoleProperties(),
      'log4j.properties': tools,
    };
    const name = `${workload.name}-config`;
    new k8s.KubeConfigMap(this, 'config-map', { metadata: workload.metadata(name), data: { ...this.files } });
    this.volume = { name: VOLUME, configMap: { name } };
  }
}
