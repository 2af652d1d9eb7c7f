import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { PORTS } from '../contract';
import type { HttpServiceProps } from './common/http-service';
import { IMAGES } from './common/images';
import { requireInteger } from './common/invalid';
import { NAMES } from './common/names';
import type { IKafkaRest } from './kafka-rest';
import { LandoopPage } from './landoop/page';

/** Props of `LandoopTopicsUi`. */
export interface LandoopTopicsUiProps extends HttpServiceProps {
  /** REST proxy that the page reads topics through. */
  readonly rest: IKafkaRest;
  /**
   * Maximum number of bytes that the page reads from a topic; a number, because `Size` has no unit below 1
   * KiB.
   * @default 50000
   */
  readonly maxBytes?: number;
  /**
   * How long the page waits for records.
   * @default - 2 seconds
   */
  readonly pollTimeout?: Duration;
}

/**
 * Landoop's page of topics and their records, at `landoop-topics-ui:8093`. Its default image is
 * `landoop/kafka-topics-ui:0.9.4`, with 10m to 200m CPU and 8Mi to 64Mi of memory.
 */
export class LandoopTopicsUi extends LandoopPage {
  /** Maximum number of bytes that the page reads from a topic. */
  readonly maxBytes: number;
  /** How long the page waits for records. */
  readonly pollTimeout: Duration;

  constructor(scope: Construct, id: string, props: LandoopTopicsUiProps) {
    super(scope, id, props, { name: NAMES.topicsUi, image: IMAGES.topicsUi, port: PORTS.topicsUi });
    this.maxBytes = props.maxBytes ?? 50_000;
    requireInteger(this, 'maxBytes', this.maxBytes, { min: 1 });
    this.pollTimeout = props.pollTimeout ?? Duration.seconds(2);
    this.servePage(props.rest.endpoint, {
      KAFKA_REST_PROXY_URL: props.rest.url,
      MAX_BYTES: String(this.maxBytes),
      RECORD_POLL_TIMEOUT: String(this.pollTimeout.toMilliseconds()),
    });
  }
}
