import { readLibrary, type Group } from '../../docs/props/library';
import { propsPage } from '../../docs/props/markdown';

const library = readLibrary();
const groups = [...library.constructs, ...library.interfaces];
const named = (title: string): Group => {
  const group = groups.find((it) => it.title === title);
  if (group === undefined) throw new Error(`no ${title} among ${groups.map((it) => it.title).join(', ')}`);
  return group;
};

describe('what users can set', () => {
  test('is found: every construct, and what their props are made of', () => {
    expect(library.constructs.map(({ title }) => title)).toEqual(
      expect.arrayContaining([
        'AvroSchemas',
        'FlinkSessionCluster',
        'Kafka',
        'SchemaRegistry',
        'StrainProducer',
      ]),
    );
    expect(library.interfaces.map(({ title }) => title)).toEqual(
      expect.arrayContaining(['KafkaListener', 'Resources', 'StackSettings', 'TaskManagerMemory']),
    );
    expect(library.aliases.map(({ name }) => name)).toContain('CompatibilityLevel');
  });

  test('has a meaning, for each prop, interface, construct and alias', () => {
    const silent = [
      ...groups.filter(({ meaning }) => meaning === '').map(({ title }) => title),
      ...groups.flatMap(({ title, props }) =>
        props.filter(({ meaning }) => meaning === '').map(({ name }) => `${title}.${name}`),
      ),
      ...library.aliases.filter(({ meaning }) => meaning === '').map(({ name }) => name),
      ...library.aliases.flatMap(({ makers }) =>
        makers.filter(({ meaning }) => meaning === '').map(({ call }) => call),
      ),
    ];
    expect(silent).toEqual([]);
  });

  test('has @default on each optional prop, and on no other', () => {
    const wrong = groups.flatMap(({ title, props }) =>
      props
        .filter((prop) => prop.optional !== (prop.default !== undefined && prop.default !== ''))
        .map(({ name }) => `${title}.${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test('is read as the source states it', () => {
    const prop = named('Kafka').props.find(({ name }) => name === 'controllers');
    expect(prop).toEqual({
      name: 'controllers',
      type: 'KafkaControllersProps',
      optional: true,
      default: '- none for one broker, which is its own controller; 3 for more',
      meaning: 'Controllers in their own pods. Excludes `zooKeeper`.',
      refersTo: ['KafkaControllersProps'],
    });
    expect(named('Kafka').interfaceName).toBe('KafkaProps');
  });
});

describe('the page of tables', () => {
  const page = propsPage(library);

  test('has a row for each prop', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(groups.reduce((sum, { props }) => sum + props.length, 0));
  });

  test('keeps a union within its cell', () => {
    expect(page).toContain("| `retention` | `Duration \\| 'forever'` |");
  });

  test('links a type to its table, which exists', () => {
    expect(page).toContain('[`KafkaListener[]`](#kafkalistener)');
    const headings = new Set([...page.matchAll(/^##+ (.+)$/gm)].map(([, title]) => title?.toLowerCase()));
    const dangling = [...page.matchAll(/\]\(#([^)]+)\)/g)].filter(([, target]) => !headings.has(target));
    expect(dangling).toEqual([]);
  });
});
