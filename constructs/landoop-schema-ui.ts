import type { Construct } from 'constructs';
import { PORTS } from '../contract';
import type { HttpServiceProps } from './common/http-service';
import { IMAGES } from './common/images';
import { invalid } from './common/invalid';
import { NAMES } from './common/names';
import { LandoopPage } from './landoop/page';
import type { ISchemaRegistry } from './schema-registry/link';

/** Props of `LandoopSchemaUi`. */
export interface LandoopSchemaUiProps extends HttpServiceProps {
  /** Registry that the page shows. */
  readonly registry: ISchemaRegistry;
  /**
   * Removes everything that changes schemas.
   * @default false
   */
  readonly readOnly?: boolean;
  /**
   * Lets users change the compatibility level of the whole registry.
   * @default false
   */
  readonly allowGlobalConfig?: boolean;
  /**
   * Offers the transitive compatibility levels.
   * @default true
   */
  readonly allowTransitive?: boolean;
  /**
   * Lets users delete schemas.
   * @default false
   */
  readonly allowDeletion?: boolean;
}

/**
 * Landoop's page of subjects and their schemas, at `landoop-schema-ui:8094`. Its default image is
 * `landoop/schema-registry-ui:0.9.5`, with 10m to 200m CPU and 8Mi to 64Mi of memory.
 */
export class LandoopSchemaUi extends LandoopPage {
  /** Whether users can only read schemas. */
  readonly readOnly: boolean;
  /** Whether users can change the compatibility level of the whole registry. */
  readonly allowGlobalConfig: boolean;
  /** Whether the transitive compatibility levels are offered. */
  readonly allowTransitive: boolean;
  /** Whether users can delete schemas. */
  readonly allowDeletion: boolean;

  constructor(scope: Construct, id: string, props: LandoopSchemaUiProps) {
    super(scope, id, props, { name: NAMES.schemaUi, image: IMAGES.schemaUi, port: PORTS.schemaUi });
    this.readOnly = props.readOnly ?? false;
    this.allowGlobalConfig = props.allowGlobalConfig ?? false;
    this.allowTransitive = props.allowTransitive ?? true;
    this.allowDeletion = props.allowDeletion ?? false;
    this.checkReadOnly();
    this.servePage(props.registry.endpoint, {
      SCHEMAREGISTRY_URL: props.registry.url,
      READONLY_MODE: String(this.readOnly),
      ALLOW_GLOBAL: String(this.allowGlobalConfig),
      ALLOW_TRANSITIVE: String(this.allowTransitive),
      ALLOW_DELETION: String(this.allowDeletion),
    });
  }

  /** A read-only page allows no changes. */
  private checkReadOnly(): void {
    for (const property of ['allowGlobalConfig', 'allowDeletion'] as const) {
      if (!this.readOnly || !this[property]) continue;
      invalid(this, { property, got: true, allowed: 'false with readOnly', fix: 'Leave one of them out.' });
    }
  }
}
