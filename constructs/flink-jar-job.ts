import { Construct } from 'constructs';
import { invalid } from './common/invalid';
import { FlinkApplication, type FlinkApplicationOptions } from './flink/application';
import { checkJobName, checkParallelism, type SavepointPolicy } from './flink/job';
import type { IKafka } from './kafka/link';
import type { ISchemaRegistry } from './schema-registry/link';

/** Props of `FlinkJarJob`. */
export interface FlinkJarJobProps {
  /** Name of the job: lowercase letters, digits and `-`, at most 30 characters. */
  readonly name: string;
  /** Path of the jar in the image, for example `/opt/flink/usrlib/orders.jar`. */
  readonly jar: string;
  /**
   * Class with the main method.
   * @default - the `Main-Class` of the jar's manifest
   */
  readonly className?: string;
  /**
   * Arguments of the main method. Do not give secrets here: set variables with `application.pod`.
   * @default - none
   */
  readonly args?: readonly string[];
  /** The job's own JobManager and TaskManagers, and the image that has the jar. */
  readonly application: FlinkApplicationOptions & {
    /** Image with the jar. Base it on the default image of `FlinkApplicationOptions`. */
    readonly image: string;
  };
  /**
   * Kafka clusters that the job reads and writes. The pods are linked to them.
   * @default - none
   */
  readonly kafka?: readonly IKafka[];
  /**
   * Registries of the schemas that the job uses. The pods are linked to them.
   * @default - none
   */
  readonly registries?: readonly ISchemaRegistry[];
  /**
   * Parallelism of the job, unless its program sets its own.
   * @default 1
   */
  readonly parallelism?: number;
  /**
   * What happens to the state when the jar's image, its arguments or its options change. Give each operator
   * with state a `uid` in the program, so that Flink finds its state again.
   * @default 'savepoint'
   */
  readonly savepointPolicy?: SavepointPolicy;
}

/**
 * A DataStream or Table program in a jar, with its own JobManager and TaskManagers. If it is applied again
 * unchanged, nothing happens. If it is changed, the new job continues from the last checkpoint or savepoint
 * of the old one. The program must start exactly one job.
 */
export class FlinkJarJob extends Construct {
  /** Parallelism of the job. */
  readonly parallelism: number;
  /** What happens to the state when the job changes. */
  readonly savepointPolicy: SavepointPolicy;
  /** The job's own JobManager and TaskManagers. */
  readonly application: FlinkApplication;

  constructor(scope: Construct, id: string, props: FlinkJarJobProps) {
    super(scope, id);
    const { name, jar, className, args = [], application, kafka = [], registries = [] } = props;
    this.parallelism = props.parallelism ?? 1;
    this.savepointPolicy = props.savepointPolicy ?? 'savepoint';
    checkJobName(this, name);
    this.checkProgram(props);
    const services = [...kafka, ...registries].map(({ endpoint }) => endpoint);
    this.application = new FlinkApplication(this, 'application', {
      ...application,
      job: name,
      name: `flink-jar-${name}`,
      program: { jar, className, args },
      parallelism: this.parallelism,
      savepointPolicy: this.savepointPolicy,
      services: { jobManager: services, taskManager: services },
    });
    checkParallelism(this, this.parallelism, this.application.taskManager, 'application.');
  }

  private checkProgram({ jar, className }: FlinkJarJobProps): void {
    if (!/^\/\S+\.jar$/.test(jar)) {
      invalid(this, {
        property: 'jar',
        got: jar,
        allowed: 'the path of a jar in the image',
        fix: 'Copy the jar into the image, and give its path there, for example /opt/flink/usrlib/job.jar.',
      });
    }
    if (className === undefined || /^[\p{L}_$][\p{L}\p{N}_$.]*$/u.test(className)) return;
    invalid(this, {
      property: 'className',
      got: className,
      allowed: 'the name of a Java class with its package',
      fix: 'Correct it, for example com.example.Orders.',
    });
  }
}
