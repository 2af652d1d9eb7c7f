/** A real S3 server, SeaweedFS, in a namespace of its own. */
import { randomUUID } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { stringify } from 'yaml';
import { FlinkStorage, IngestSource } from '../../../constructs/index';
import { Cluster } from './cluster';
import { removeLeftovers, testNamespace } from './namespace';

/** Where the image cannot be pulled, `object-store/Dockerfile` builds one that takes its place. */
const IMAGE = 'chrislusf/seaweedfs:4.48';

const NAME = 'object-store';
const PORT = 8333;
const BUCKET = 'flink-state';

/** The Secret with the credentials, in the namespace of those who use the store. */
const SECRET = 'flink-s3';

/** A server with one bucket, which only the holder of its keys can read. */
export class ObjectStore {
  private readonly cluster: Cluster;
  private readonly keys = { 'access-key': 'flink', 'secret-key': randomUUID() };

  constructor(private readonly owner: string) {
    this.cluster = new Cluster(testNamespace(`${owner}-store`));
  }

  /** Storage for Flink in the bucket. */
  get storage(): FlinkStorage {
    return FlinkStorage.s3(`s3://${BUCKET}/state`, {
      endpoint: `http://${NAME}.${this.cluster.namespace}.svc:${PORT}`,
      credentials: { secretName: SECRET },
    });
  }

  async up(): Promise<void> {
    await removeLeftovers(`${this.owner}-store`);
    await this.cluster.apply(
      this.objects()
        .map((object) => stringify(object))
        .join('---\n'),
    );
    await this.cluster.untilReady(120);
    await this.cluster.until(
      'the bucket',
      60,
      async () => (await this.shell(`s3.bucket.create -name ${BUCKET}`)) !== '',
    );
  }

  down(): Promise<void> {
    return this.cluster.remove();
  }

  /** Storage for archives in the bucket. */
  get source(): IngestSource {
    return IngestSource.s3(`s3://${BUCKET}/archives`, {
      endpoint: `http://${NAME}.${this.cluster.namespace}.svc:${PORT}`,
      credentials: { secretName: SECRET },
    });
  }

  /** Puts a file below the source. */
  async put(name: string, content: Buffer): Promise<void> {
    await this.cluster.forward(`svc/${NAME}`, PORT, async ({ url }) => {
      const client = new S3Client({
        endpoint: url,
        region: 'us-east-1',
        forcePathStyle: true,
        credentials: { accessKeyId: this.keys['access-key'], secretAccessKey: this.keys['secret-key'] },
      });
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `archives/${name}`, Body: content }));
    });
  }

  /** Manifest of the Secret. */
  secret(namespace: string): string {
    return stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: SECRET, namespace },
      stringData: this.keys,
    });
  }

  /** Paths of all objects below a folder of the state. */
  async list(folder: string): Promise<string[]> {
    const output = await this.shell(`fs.tree /buckets/${BUCKET}/state/${folder}`);
    return output
      .split('\n')
      .map((line) => line.replace(/^[\s│├└─]*/u, ''))
      .filter((line) => line !== '');
  }

  private shell(command: string): Promise<string> {
    return this.cluster.exec(`deployment/${NAME}`, ['sh', '-c', 'weed shell 2>&1'], {
      input: `${command}\n`,
    });
  }

  private objects(): object[] {
    const { namespace } = this.cluster;
    const metadata = { name: NAME, namespace };
    const labels = { app: NAME };
    const identity = {
      name: 'flink',
      credentials: [{ accessKey: this.keys['access-key'], secretKey: this.keys['secret-key'] }],
      actions: ['Admin'],
    };
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        stringData: { 's3.json': JSON.stringify({ identities: [identity] }) },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: labels, ports: [{ port: PORT }] },
      },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: 'server',
                  image: IMAGE,
                  command: [
                    'weed',
                    'server',
                    '-s3',
                    '-dir=/data',
                    '-s3.config=/etc/s3/s3.json',
                    '-volume.max=20',
                    '-master.volumeSizeLimitMB=64',
                  ],
                  ports: [{ containerPort: PORT }],
                  readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 2 },
                  volumeMounts: [
                    { name: 'data', mountPath: '/data' },
                    { name: 'config', mountPath: '/etc/s3' },
                  ],
                },
              ],
              securityContext: { runAsUser: 1000, fsGroup: 1000 },
              volumes: [
                { name: 'data', emptyDir: {} },
                { name: 'config', secret: { secretName: NAME } },
              ],
            },
          },
        },
      },
    ];
  }
}
