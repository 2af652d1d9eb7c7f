/** The probes' scripts, against a server that answers as a broker does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SCRIPTS, sized, withFakeBroker } from './fake-broker';
import { TOOLS } from './tools';

/** Exit code of a probe's script in pod `kafka-broker-1`. */
async function exitOf(script: string, port: number, path = process.env.PATH): Promise<number> {
  const child = spawn('bash', [join(SCRIPTS, script)], {
    env: { PATH: path, HOSTNAME: 'kafka-broker-1', READY_PORT: String(port) },
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number];
  return code;
}

/** An answer to Metadata, version 1, as far as the script reads it: members by their host names. */
const members = (...hosts: string[]) =>
  sized(
    Buffer.concat([
      Buffer.from('00000001', 'hex'),
      Buffer.from([0, 0, 0, hosts.length]),
      ...hosts.map((host, i) =>
        Buffer.concat([
          Buffer.from([0, 0, 0, i, 0, host.length]),
          Buffer.from(host),
          Buffer.from([0, 0, 35, 132, 255, 255]),
        ]),
      ),
    ]),
  );

const hostOf = (i: number) => `kafka-broker-${i}.kafka-broker-headless.test.svc`;

describe.each(TOOLS)('readiness of a broker, with %s', (_tools, path) => {
  const ready = (answer: readonly Buffer[]) =>
    withFakeBroker(answer, (port) => exitOf('broker-ready.sh', port, path));

  test('asks for the members of the cluster, without topics', async () => {
    const { request } = await ready([members(hostOf(1))]);
    expect(request).toBe('0000000e' + '0003' + '0001' + '00000001' + 'ffff' + '00000000');
  });

  test('passes when the broker is a member', async () => {
    expect((await ready([members(hostOf(0), hostOf(1), hostOf(2))])).result).toBe(0);
  });

  test('passes when the answer comes in pieces', async () => {
    const whole = members(hostOf(0), hostOf(1));
    const pieces = [whole.subarray(0, 2), whole.subarray(2, 30), whole.subarray(30)];
    expect((await ready(pieces)).result).toBe(0);
  });

  test.each([
    ['nobody is', []],
    ['only others are, some with a name that begins like its own', [hostOf(0), hostOf(10), hostOf(11)]],
  ])('fails when %s', async (_, hosts) => {
    expect((await ready([members(...hosts)])).result).not.toBe(0);
  });

  test('fails when nothing listens', async () => {
    expect(await exitOf('broker-ready.sh', 1)).not.toBe(0);
  });
});

describe.each(TOOLS)('readiness of a controller, with %s', (_tools, path) => {
  const ready = (error: string) =>
    withFakeBroker([sized(Buffer.from(`00000001${error}00000000`, 'hex'))], (port) =>
      exitOf('controller-ready.sh', port, path),
    );

  test('asks for the versions of its API', async () => {
    expect((await ready('0000')).request).toBe('0000000a' + '0012' + '0000' + '00000001' + 'ffff');
  });

  test('passes when it answers without an error, fails with one', async () => {
    expect((await ready('0000')).result).toBe(0);
    expect((await ready('0023')).result).not.toBe(0);
  });
});
