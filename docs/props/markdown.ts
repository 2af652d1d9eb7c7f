/** The library's props as Markdown. */
import type { Alias, Group, Library, Prop } from './library';

/** Renders the page of tables. */
export function propsPage(library: Library): string {
  const { constructs, interfaces, aliases } = library;
  const anchors = new Map([
    ...constructs.map(({ interfaceName, title }) => [interfaceName, title] as const),
    ...[...interfaces.map(({ title }) => title), ...aliases.map(({ name }) => name)].map(
      (name) => [name, name] as const,
    ),
  ]);
  const tables = (groups: readonly Group[], level: string) =>
    groups.map((group) => section(group, level, anchors)).join('\n');
  return `<!-- Made from the sources by \`npm run docs:props\`; change the doc comments there. -->

# Props of the constructs

What each construct of \`cdk8s-kafka-flink\` takes. A prop without a default is required. Types that props are made of stand
[below](#types). A link, such as \`IKafka\`, is the construct itself or a service that is there already: \`Kafka.fromBootstrapServers(…)\`,
\`ZooKeeper.fromConnect(…)\`, \`SchemaRegistry.fromUrl(…)\`, \`KafkaRest.fromUrl(…)\`. \`Size\` and \`Duration\` are of \`cdk8s\`, \`Cpu\` is of
\`cdk8s-plus-27\`.

${constructs.map(({ title }) => `- [${title}](#${anchor(title)})`).join('\n')}

${tables(constructs, '##')}
## Types

${tables(interfaces, '###')}
${aliases.map(aliasSection).join('\n')}`;
}

function section(
  { title, meaning, props }: Group,
  level: string,
  anchors: ReadonlyMap<string, string>,
): string {
  const rows = props.map((prop) => row(prop, anchors)).join('\n');
  const table = `| Prop | Type | Default | Meaning |\n| --- | --- | --- | --- |\n${rows}\n`;
  return `${level} ${title}\n\n${meaning}\n\n${table}`;
}

function row(
  { name, type, default: byDefault, meaning, refersTo }: Prop,
  anchors: ReadonlyMap<string, string>,
): string {
  const target = refersTo.map((other) => anchors.get(other)).find((other) => other !== undefined);
  const shown = code(type);
  const typeCell = target === undefined ? shown : `[${shown}](#${anchor(target)})`;
  return `| ${code(name)} | ${typeCell} | ${defaultCell(byDefault)} | ${escapePipes(meaning)} |`;
}

/** `- text` says what happens; anything else is a literal. */
function defaultCell(text: string | undefined): string {
  if (text === undefined) return '';
  return text.startsWith('- ') ? escapePipes(text.slice(2)) : code(text);
}

function aliasSection({ name, meaning, branches, makers }: Alias): string {
  const values =
    makers.length === 0
      ? branches.map((branch) => `- \`${branch}\``)
      : makers.map((maker) => `- \`${maker.call}\`: ${maker.meaning}`);
  return `### ${name}\n\n${meaning}\n\n${values.join('\n')}\n`;
}

function code(text: string): string {
  return `\`${escapePipes(text)}\``;
}

/** A table's cells end at a `|`, in code as well. */
function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** As GitHub makes it from a heading. */
function anchor(title: string): string {
  return title.toLowerCase();
}
