import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Construct } from 'constructs';
import { PRODUCER_ENV, SCHEMAS_MOUNT_PATH } from '../contract';
import { k8s } from '../imports';
import { parseAvroSchema } from '../avro/schema';
import { contentHash } from './common/hash';
import { didYouMean, invalid } from './common/invalid';
import { objectLabels } from './common/labels';
import { NAMES } from './common/names';

/** Schema files, from a folder or as they stand in the program. Exactly one of the two. */
export interface AvroSchemasProps {
  /**
   * Folder whose `.avsc` files are taken, as they stand; folders in it are not.
   * @default - `files`
   */
  readonly directory?: string;
  /**
   * Texts of schema files by file name.
   * @default - `directory`
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Name of the ConfigMap.
   * @default 'avro-schemas'
   */
  readonly name?: string;
}

/** What a ConfigMap may hold, with room for its metadata: etcd takes objects of 1 MiB (kubernetes.io, "ConfigMaps"). */
const MAX_BYTES = 1_000_000;

/**
 * A ConfigMap of Avro schema files. Each is parsed at synth, so that a schema that no client could read is never deployed.
 * Pods that mount it find the files in `mountPath`, read-only.
 */
export class AvroSchemas extends Construct {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Texts of the schema files by file name, sorted. */
  readonly files: Readonly<Record<string, string>>;
  /** Changes when a schema changes. */
  readonly hash: string;
  /** Folder in containers. */
  readonly mountPath = SCHEMAS_MOUNT_PATH;
  /** Environment that tells clients the folder. */
  readonly env: Readonly<Record<string, string>> = { [PRODUCER_ENV.avroSchemasRoot]: SCHEMAS_MOUNT_PATH };

  constructor(scope: Construct, id: string, props: AvroSchemasProps) {
    super(scope, id);
    this.name = props.name ?? NAMES.avroSchemas;
    this.files = this.read(props);
    this.hash = contentHash(this.files);
    this.check();
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name: this.name, labels: objectLabels(this, this.name, 'schemas') },
      data: { ...this.files },
    });
  }

  /** The text of one file. */
  text(file: string): string {
    const text = this.files[file];
    if (text === undefined) {
      const names = Object.keys(this.files);
      invalid(this, {
        property: 'file',
        got: file,
        allowed: `one of ${names.join(', ')}`,
        fix: `Add the file or correct its name.${didYouMean(file, names)}`,
      });
    }
    return text;
  }

  /** The volume for a pod. */
  volume(name = this.name): k8s.Volume {
    return { name, configMap: { name: this.name } };
  }

  /** The mount for a container of that pod. */
  mount(name = this.name): k8s.VolumeMount {
    return { name, mountPath: this.mountPath, readOnly: true };
  }

  private read({ directory, files }: AvroSchemasProps): Record<string, string> {
    if ((directory === undefined) === (files === undefined)) {
      invalid(this, {
        property: 'directory and files',
        got: directory === undefined ? 'neither' : 'both',
        allowed: 'exactly one of the two',
        fix: 'Give the folder of the .avsc files, or their texts by name.',
      });
    }
    const found = files ?? readFolder(directory ?? '');
    return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private check(): void {
    const names = Object.keys(this.files);
    if (names.length === 0) {
      invalid(this, {
        property: 'files',
        got: 'none',
        allowed: 'one .avsc file or more',
        fix: 'Name the folder that holds the schemas.',
      });
    }
    for (const [file, text] of Object.entries(this.files)) {
      if (!/^[\w.-]+\.avsc$/.test(file)) {
        invalid(this, {
          property: 'files',
          got: file,
          allowed: 'letters, digits, `-`, `_` and `.`, ending in .avsc: the names are keys of a ConfigMap',
          fix: 'Rename the file.',
        });
      }
      this.parse(file, text);
    }
    const bytes = Buffer.byteLength(JSON.stringify(this.files));
    if (bytes > MAX_BYTES) {
      invalid(this, {
        property: 'files',
        got: bytes,
        allowed: `at most ${MAX_BYTES} bytes together, which is what a ConfigMap holds`,
        fix: 'Split them over several AvroSchemas with names of their own.',
      });
    }
  }

  private parse(file: string, text: string): void {
    try {
      parseAvroSchema(text, file);
    } catch (error) {
      throw new Error(`${this.node.path}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function readFolder(directory: string): Record<string, string> {
  const names = readdirSync(directory).filter((name) => name.endsWith('.avsc'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}
