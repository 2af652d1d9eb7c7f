/** NetworkPolicies let each link through and nothing else; Pod Security admits what is restricted and nothing else. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NAMES } from '../../../constructs/common/names';
import { COLLECT_PORTS } from '../../../constructs/flink/ports';
import { Cluster } from '../support/cluster';
import { Prober, type Outcome } from '../support/prober';
import { clientsOf, placeOfApi, placesOf, type Client, type Place } from '../support/reach';
import type { Stack } from '../support/stack';

/** Policies take hold a moment after labels change. */
const TAKES_HOLD_SECONDS = 20;

export function keepsOut(stack: Stack): void {
  const { cluster, chart } = stack;

  describe('NetworkPolicies', () => {
    let prober: Prober;
    let places: Place[];

    beforeAll(async () => {
      places = [...(await placesOf(cluster)), await collectPort(stack), await placeOfApi(stack)];
      prober = await Prober.start(cluster, chart);
    });
    afterAll(() => prober.remove());

    test("a stranger of the namespace reaches none of the stack's ports, and no DNS", async () => {
      expect(places.length).toBeGreaterThan(20);
      await untilReach(prober, places, []);
      expect(await prober.resolves(NAMES.kafka)).toBe(false);
    });

    // The same pod with the labels of a client: that it reaches something now shows that the policies alone kept it from that.
    test.each(clientsOf(stack).map((client) => [client.name, client] as const))(
      '%s reaches what it is linked to, and nothing else',
      async (_, client) => {
        await prober.wear(client.labels);
        const expected = places.filter(client.mayReach);
        await untilReach(prober, places, expected);
        stack.print(
          `${client.name} reaches ${expected.length} of ${places.length} ports: ${namesOf(client, expected)}`,
        );
        if (expected.length > 0) expect(await prober.resolves(NAMES.kafka)).toBe(true);
      },
    );
  });

  describe('NetworkPolicies towards other namespaces', () => {
    const elsewhere = new Cluster(`${cluster.namespace}-elsewhere`);
    let stranger: Prober;

    beforeAll(async () => {
      await elsewhere.kubectl.text(['create', 'namespace', elsewhere.namespace]);
      stranger = await Prober.start(elsewhere, chart);
    });
    afterAll(() => elsewhere.remove());

    test("a pod that nothing keeps in reaches none of the stack's ports, though it has DNS and the Kubernetes API", async () => {
      const places = await placesOf(cluster);
      const api = { host: 'kubernetes.default.svc', port: 443 };
      await elsewhere.until('the Kubernetes API reached', TAKES_HOLD_SECONDS, async () =>
        (await stranger.connect([api])).includes('open'),
      );
      await untilReach(stranger, places, []);
    });
  });

  describe('Pod Security', () => {
    test('refuses a pod that is not restricted', async () => {
      const run = cluster.kubectl.text(['run', 'unrestricted', '--image=busybox:1.37', '--dry-run=server']);
      await expect(run).rejects.toThrow(/violates PodSecurity "restricted/);
    });

    test('has refused none of the stack', async () => {
      const refused = (await cluster.events()).filter(({ reason }) =>
        /^Failed(Create|Validation)$/.test(reason),
      );
      expect(refused.map(({ involvedObject, message }) => `${involvedObject.name}: ${message}`)).toEqual([]);
    });
  });
}

/** A port of the range from which Flink picks one for each query: nothing listens there now, so that a connection is refused. */
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
