/**
 * What the original demo shows of the published rows: by the console consumer and the registry, and through
 * its pages.
 */
import { NAMES } from '../../../constructs/common/names';
import { PORTS, TOPIC } from '../../../contract';
import { STRAIN_TOPICS } from '../../../jobs/strain/topics';
import { consume } from '../support/console-consumer';
import { getJson, MessageDecoder } from '../support/messages';
import type { Stack } from '../support/stack';

/** The row of the original's message: the first second of the sample day. */
const FIRST_SECOND = {
  site: 'B009',
  time: Date.UTC(2021, 6, 1),
  timestamp: '2021-07-01 00:00:00',
  ls1_t0: 48116355,
  ls2_t0: 49196540,
};

/** Enough to come past the rows of the day to those of its first hour. */
const MESSAGES = 1000;

const SUBJECTS = [`${TOPIC}-key`, `${TOPIC}-value`];

export function showsRows(stack: Stack): void {
  const { cluster } = stack;

  test("a console consumer and the registry's schemas show the row of the original's message", async () => {
    const messages = await stack.memory.without(() =>
      consume(cluster, TOPIC, [
        '--isolation-level read_committed',
        `--max-messages ${MESSAGES}`,
        '--timeout-ms 60000',
      ]),
    );
    expect(messages).toHaveLength(MESSAGES);
    const rows = await cluster.forward(
      `svc/${NAMES.schemaRegistry}`,
      PORTS.schemaRegistry,
      async ({ url }) => {
        const decoder = new MessageDecoder(url);
        return Promise.all(
          messages.map(async ([key, value]) => ({
            key: await decoder.decode(key),
            value: await decoder.decode(value),
          })),
        );
      },
    );
    const row = rows.find(({ value }) => value.time === FIRST_SECOND.time && value.ls1_t0 !== null);
    expect(row?.key).toEqual({ site: FIRST_SECOND.site });
    expect(row?.value).toMatchObject(FIRST_SECOND);
  });

  test('the table of the progress says that every archive is published, with all of its rows', async () => {
    const progress = await stack.sql.query(
      `SELECT session, state, rows_committed AS n FROM ${STRAIN_TOPICS.progress.name}_bounded`,
    );
    const rows = await stack.sampleRows();
    const expected = [...new Set(rows.map(({ session }) => session))].map((session) => ({
      session,
      state: 'done',
      n: rows.filter((row) => row.session === session).length,
    }));
    expect(sorted(progress)).toEqual(sorted(expected));
  });

  test('the REST proxy has the topic', () =>
    cluster.forward(`svc/${NAMES.kafkaRest}`, PORTS.kafkaRest, async ({ url }) => {
      expect(await getJson(`${url}/topics`)).toContain(TOPIC);
      expect(await getJson(`${url}/topics/${TOPIC}/partitions`)).toHaveLength(4);
    }));

  test("the topics' page answers, and has the topic through its proxy", () =>
    cluster.forward(`svc/${NAMES.topicsUi}`, PORTS.topicsUi, async ({ url }) => {
      expect(await page(url)).toMatch(/<html|<!doctype html/i);
      expect(await getJson(`${url}/api/kafka-rest-proxy/topics`)).toContain(TOPIC);
    }));

  test("the schemas' page answers, and has the subjects through its proxy", () =>
    cluster.forward(`svc/${NAMES.schemaUi}`, PORTS.schemaUi, async ({ url }) => {
      expect(await page(url)).toMatch(/<html|<!doctype html/i);
      expect(await getJson(`${url}/api/schema-registry/subjects`)).toEqual(expect.arrayContaining(SUBJECTS));
    }));
}

const sorted = (records: readonly object[]): string[] => records.map((it) => JSON.stringify(it)).sort();

async function page(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return response.text();
}
