/**
 * Checks that options exist in the program that reads them, because Kafka and Flink ignore those that they do
 * not know.
 */
import type { IConstruct } from 'constructs';
import { didYouMean, invalid } from '../common/invalid';
import { stackSettings } from '../common/settings';
import { wrongValue, type KnownOption } from './value';

/** The options of one kind that a program knows. */
export interface OptionList {
  /** What it lists, for messages: `options of Flink 2.3.0`. */
  readonly title: string;
  readonly options: Readonly<Record<string, KnownOption>>;
  /**
   * Finds what cannot be listed one by one: the option for a key of a family of keys, or `'any'` where all
   * keys and values are taken.
   * @default - there are no families
   */
  readonly family?: (key: string) => KnownOption | 'any' | undefined;
  /**
   * What is known of a key that the program does not take, as sentences: it has another name, or it belongs
   * elsewhere.
   * @default - nothing is
   */
  readonly hint?: (key: string) => string | undefined;
}

/** Options as users give them. */
export type GivenOptions = Readonly<Record<string, string | number | boolean>>;

const HOW_TO_PROCEED =
  'For the option of a plugin or of another version, name it in `customOptions` of configureStack(…).';

/**
 * Throws on an option that the list does not have, and on a value that its option does not take. Keys that
 * the stack's `customOptions` name are not checked.
 *
 * @param property prop that has the options, for example `flinkOptions`
 */
export function checkOptions(
  scope: IConstruct,
  property: string,
  list: OptionList,
  given: GivenOptions = {},
): void {
  const { customOptions } = stackSettings(scope);
  for (const [key, value] of Object.entries(given)) {
    if (customOptions.some((custom) => matches(custom, key))) continue;
    checkOption(scope, `${property}['${key}']`, list, key, value);
  }
}

function checkOption(
  scope: IConstruct,
  property: string,
  list: OptionList,
  key: string,
  value: string | number | boolean,
): void {
  const known = Object.hasOwn(list.options, key) ? list.options[key] : list.family?.(key);
  if (known === 'any') return;
  if (known === undefined) {
    const hint = list.hint?.(key) ?? `Correct the name.${didYouMean(key, Object.keys(list.options))}`;
    invalid(scope, { property, got: value, allowed: list.title, fix: `${hint} ${HOW_TO_PROCEED}` });
  }
  const allowed = wrongValue(known, String(value));
  if (allowed === undefined) return;
  const fix = `Correct the value: that is what ${list.title.replace(/^.* of /, '')} takes.`;
  invalid(scope, { property, got: value, allowed, fix });
}

/** Whether `custom` is the key, or its beginning followed by `*`. */
function matches(custom: string, key: string): boolean {
  return custom.endsWith('*') ? key.startsWith(custom.slice(0, -1)) : key === custom;
}
