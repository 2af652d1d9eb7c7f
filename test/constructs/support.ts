import { Chart, Testing } from 'cdk8s';
import { AvroSchemas, AvroTable, configureStack, Kafka, type StackSettings } from '../../constructs/index';
import { SchemaRegistry } from '../../constructs/schema-registry';
import { SCHEMA_FILES } from '../../contract';
import { findings } from '../rules';
import { named, type KubeObject } from '../rules/model';

/** An empty chart with a namespace. */
export function newChart(settings: StackSettings = {}): Chart {
  const chart = new Chart(Testing.app(), 'test', { namespace: 'test', disableResourceNameHashes: true });
  configureStack(chart, settings);
  return chart;
}

/** What `kubectl apply` would get of the chart. */
export const synth = (chart: Chart): KubeObject[] => Testing.synth(chart) as KubeObject[];

/** One object of the chart; fails when there is none, naming those that there are. */
export function objectOf<Shape = KubeObject>(chart: Chart, kind: string, name: string): Shape {
  const objects = synth(chart);
  const found = named(objects, kind, name);
  if (!found) {
    throw new Error(
      `no ${kind}/${name} among ${objects.map((it) => `${it.kind}/${it.metadata.name}`).join(', ')}`,
    );
  }
  return found as Shape;
}

const record = (...fields: unknown[]) => JSON.stringify({ type: 'record', name: 'row', fields });

/** Services that the stack does not make, schemas and a table: what most constructs are linked to. */
export function links(chart: Chart) {
  const kafka = Kafka.fromBootstrapServers('kafka.example:9092');
  const topic = { name: 'rows', kafka };
  const registry = SchemaRegistry.fromUrl('http://registry.example:8081');
  const schemas = new AvroSchemas(chart, 'schemas', {
    files: {
      'rows-key.avsc': record({ name: 'site', type: 'string' }),
      'rows-value.avsc': record(
        { name: 'site', type: ['string', 'null'] },
        { name: 'time', type: [{ type: 'long', logicalType: 'timestamp-millis' }, 'null'] },
        { name: 'strain', type: ['int', 'null'] },
      ),
    },
  });
  const table = () =>
    new AvroTable(chart, 'table', {
      topic,
      registry,
      schemas,
      watermark: { column: 'time', delay: '5 SECOND' },
    });
  return { topic, registry, schemas, table };
}

/** Schema files that the producer needs. */
export function producerSchemas(chart: Chart): AvroSchemas {
  const fields = record({ name: 'site', type: 'string' });
  const files = Object.fromEntries(Object.values(SCHEMA_FILES).map((file) => [file, fields]));
  return new AvroSchemas(chart, 'producer-schemas', { name: 'producer-schemas', files });
}

/**
 * Rules of the charts that the objects break, with what they say. That there is a namespace is for the chart
 * to see to.
 */
export function brokenRules(chart: Chart): Record<string, unknown> {
  const broken = findings(synth(chart));
  return Object.fromEntries(Object.entries(broken).filter(([rule]) => !rule.includes('Pod Security')));
}
