import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Construct } from 'constructs';
import { SCHEMAS_MOUNT_PATH } from '../contract';
import { k8s } from '../imports';
import { parseAvroSchema } from '../avro/schema';
import { contentHash } from './common/hash';
import { didYouMean, invalid, withPath } from './common/invalid';
import { objectLabels } from './common/labels';
import { NAMES } from './common/names';
import { isSameNamespace } from './common/namespace';

/** Props of `AvroSchemas`. Set exactly one of `directory` and `files`. */
export interface AvroSchemasProps {
  /**
   * Folder of the schema files. All `.avsc` files directly in it are used, unchanged.
   * @default - `files`
   */
  readonly directory?: string;
  /**
   * Texts of the schema files by file name.
   * @default - `directory`
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Name of the ConfigMap.
   * @default 'avro-schemas'
   */
  readonly name?: string;
}

/** Size limit, with room for metadata: a ConfigMap can be at most 1 MiB (kubernetes.io, "ConfigMaps"). */
const MAX_BYTES = 1_000_000;

/**
 * A ConfigMap of Avro schema files. Each file is parsed during synthesis, so an invalid schema is never
 * deployed. Pods that mount the ConfigMap find the files in `mountPath`, read-only.
 */
export class AvroSchemas extends Construct {
  /** Name of the ConfigMap. */
  readonly name: string;
  /** Texts of the schema files by file name, sorted. */
  readonly files: Readonly<Record<string, string>>;
  /** Hash of the schemas. */
  readonly hash: string;
  /** Folder of the files in containers. */
  readonly mountPath = SCHEMAS_MOUNT_PATH;

  constructor(scope: Construct, id: string, props: AvroSchemasProps) {
    super(scope, id);
    this.name = props.name ?? NAMES.avroSchemas;
    this.checkName();
    this.files = this.read(props);
    this.hash = contentHash(this.files);
    this.check();
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name: this.name, labels: objectLabels(this, this.name, 'schemas') },
      data: { ...this.files },
    });
  }

  /** Text of one file. */
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

  /** Volume for a pod. */
  volume(name = this.name): k8s.Volume {
    return { name, configMap: { name: this.name } };
  }

  /** Mount for a container of that pod. */
  mount(name = this.name): k8s.VolumeMount {
    return { name, mountPath: this.mountPath, readOnly: true };
  }

  private checkName(): void {
    const twin = this.node.root.node
      .findAll()
      .filter((other): other is AvroSchemas => other instanceof AvroSchemas && other !== this)
      .find((other) => other.name === this.name && isSameNamespace(this, other));
    if (twin === undefined) return;
    invalid(this, {
      property: 'name',
      got: this.name,
      allowed: `a name that no other AvroSchemas of the namespace has; ${twin.node.path} has this one`,
      fix: 'Give one of them another `name`: each is a ConfigMap of that name.',
    });
  }

  private read({ directory, files }: AvroSchemasProps): Record<string, string> {
    if ((directory === undefined) === (files === undefined)) {
      invalid(this, {
        property: 'directory and files',
        got: directory === undefined ? 'neither' : 'both',
        allowed: 'exactly one of the two',
        fix: 'Set directory to the folder of the .avsc files, or files to their texts by name.',
      });
    }
    const found = files ?? readFolder(this, directory ?? '');
    return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private check(): void {
    const names = Object.keys(this.files);
    if (names.length === 0) {
      invalid(this, {
        property: 'files',
        got: 'none',
        allowed: 'one .avsc file or more',
        fix: 'Set directory to the folder of the schemas.',
      });
    }
    for (const [file, text] of Object.entries(this.files)) {
      if (!/^[\w.-]+\.avsc$/.test(file)) {
        invalid(this, {
          property: 'files',
          got: file,
          allowed:
            'letters, digits, `-`, `_` and `.`, ending in .avsc, because the names are keys of a ConfigMap',
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
        allowed: `at most ${MAX_BYTES} bytes in all, the limit of a ConfigMap`,
        fix: 'Split them into several AvroSchemas with different names.',
      });
    }
  }

  private parse(file: string, text: string): void {
    withPath(this, () => parseAvroSchema(text, file));
  }
}

function readFolder(scope: Construct, directory: string): Record<string, string> {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    invalid(scope, {
      property: 'directory',
      got: directory,
      allowed: `an existing folder; a relative path starts at ${process.cwd()}`,
      fix: "Correct the path, or make it relative to the file of the chart: join(__dirname, 'avro_schemas').",
    });
  }
  const names = readdirSync(directory).filter((name) => name.endsWith('.avsc'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}
