/**
 * NetworkPolicies let each link through and nothing else; Pod Security admits what is restricted and nothing
 * else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { NAMES } from '../../../constructs/common/names';
import { COLLECT_PORTS } from '../../../constructs/flink/ports';
import { Cluster } from '../support/cluster';
import { Prober, type Outcome } from '../support/prober';
import { clientsOf, placeOfApi, placesOf, type Client, type Place } from '../support/reach';
import type { Stack } from '../support/stack';

/** Policies take effect a moment after labels change. */
const TAKES_HOLD_SECONDS = 20;

/**
 * Pods that try to connect at the same time: each spends most of its time waiting for connections that are
 * dropped.
 */
const PROBERS = 3;

export function keepsOut(stack: Stack): void {
  const { cluster, chart } = stack;

  describe('NetworkPolicies', () => {
    let probers: Prober[];
    let places: Place[];
    let reached: ReadonlyMap<string, Promise<void>> | undefined;

    beforeAll(async () => {
      places = [...(await placesOf(cluster)), await collectPort(stack), await placeOfApi(stack)];
      const names = Array.from({ length: PROBERS }, (_, i) => `prober-${i}`);
      probers = await Promise.all(names.map((name) => Prober.start(cluster, chart, name)));
    });
    afterAll(() => Promise.all(probers.map((prober) => prober.remove())));

    /** Tries all clients, each prober one after another, and gives the outcome of each client by its name. */
    function tryAll(): ReadonlyMap<string, Promise<void>> {
      const last = probers.map((): Promise<unknown> => Promise.resolve());
      return new Map(
        clientsOf(stack).map((client, i) => {
          const lane = i % probers.length;
          const outcome = (last[lane] ?? Promise.resolve()).then(() => reaches(probers[lane]!, client));
          last[lane] = outcome.catch(() => undefined);
          return [client.name, outcome];
        }),
      );
    }

    async function reaches(prober: Prober, client: Client): Promise<void> {
      await prober.wear(client.labels);
      const expected = places.filter(client.mayReach);
      await untilReach(prober, places, expected);
      stack.print(
        `${client.name} reaches ${expected.length} of ${places.length} ports: ${namesOf(client, expected)}`,
      );
      if (expected.length > 0) expect(await prober.resolves(NAMES.kafka)).toBe(true);
    }

    test("a pod without links in the namespace reaches none of the stack's ports, and no DNS", async () => {
      expect(places.length).toBeGreaterThan(20);
      await Promise.all(
        probers.map(async (prober) => {
          await untilReach(prober, places, []);
          expect(await prober.resolves(NAMES.kafka)).toBe(false);
        }),
      );
    });

    // The same pods with the labels of a client: what they reach now shows that only the policies had kept
    // them from it.
    test.each(clientsOf(stack).map(({ name }) => name))(
      '%s reaches what it is linked to, and nothing else',
      async (name) => {
        reached ??= tryAll();
        await reached.get(name);
      },
    );
  });

  describe('NetworkPolicies towards other namespaces', () => {
    const elsewhere = new Cluster(`${cluster.namespace}-elsewhere`);
    let outsider: Prober;

    beforeAll(async () => {
      await elsewhere.kubectl.text(['create', 'namespace', elsewhere.namespace]);
      outsider = await Prober.start(elsewhere, chart);
    });
    afterAll(() => elsewhere.remove());

    test("a pod without egress policies reaches none of the stack's ports, though it has DNS and the Kubernetes API", async () => {
      const places = await placesOf(cluster);
      const api = { host: 'kubernetes.default.svc', port: 443 };
      await elsewhere.until('the Kubernetes API reached', TAKES_HOLD_SECONDS, async () =>
        (await outsider.connect([api])).includes('open'),
      );
      await untilReach(outsider, places, []);
    });
  });

  describe('Pod Security', () => {
    test('refuses a pod that is not restricted', async () => {
      const run = cluster.kubectl.text(['run', 'unrestricted', '--image=busybox:1.37', '--dry-run=server']);
      await expect(run).rejects.toThrow(/violates PodSecurity "restricted/);
    });

    test('has refused no pod of the stack', async () => {
      const refused = (await cluster.events()).filter(({ reason }) =>
        /^Failed(Create|Validation)$/.test(reason),
      );
      expect(refused.map(({ involvedObject, message }) => `${involvedObject.name}: ${message}`)).toEqual([]);
    });
  });
}

/**
 * A port of the range from which Flink picks one for each query: nothing listens there now, so that a
 * connection is refused.
 */
async function collectPort({ cluster }: Stack): Promise<Place> {
  const workload = NAMES.flinkTaskManager;
  const { metadata, status } = await cluster.pod(workload);
  const port = COLLECT_PORTS.last;
  return {
    name: `pod ${metadata.name}:${port}`,
    host: status.podIP ?? '',
    port,
    workload,
    containerPort: port,
  };
}

/** Tries all places until exactly the expected ones are reached. Throws with those that differ. */
async function untilReach(
  prober: Prober,
  places: readonly Place[],
  expected: readonly Place[],
): Promise<void> {
  const end = Date.now() + TAKES_HOLD_SECONDS * 1000;
  for (;;) {
    const outcomes = await prober.connect(places);
    const wrong = places.flatMap((place, i) =>
      differs(place, outcomes[i] ?? 'silent', expected.includes(place)),
    );
    if (wrong.length === 0) return;
    if (Date.now() > end) throw new Error(`after ${TAKES_HOLD_SECONDS} s still:\n${wrong.join('\n')}`);
    await sleep(500);
  }
}

function differs({ name }: Place, outcome: Outcome, expected: boolean): string[] {
  return (outcome !== 'silent') === expected
    ? []
    : [`${name} is ${outcome}, expected ${expected ? 'open' : 'silent'}`];
}

const namesOf = (client: Client, places: readonly Place[]): string =>
  [...new Set(places.map(({ workload, containerPort }) => `${workload}:${containerPort}`))]
    .map((name) => (name.startsWith(`${client.name}:`) ? `itself${name.slice(client.name.length)}` : name))
    .join(', ') || 'none';
