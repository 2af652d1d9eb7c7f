/** Values of options, checked as far as Kafka's and Flink's own definitions say what they take. */

/** An option as its program defines it. */
export interface KnownOption {
  /** Type of the value, for example `int`, `boolean`, `duration`. */
  readonly type: string;
  /** The values that are taken; for a list, each of its elements. */
  readonly values?: readonly string[];
  /** Whether upper and lower case of `values` are the same. */
  readonly anyCase?: boolean;
  readonly min?: number;
  readonly max?: number;
}

const WHOLE_NUMBERS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  short: [-(2 ** 15), 2 ** 15 - 1],
  int: [-(2 ** 31), 2 ** 31 - 1],
  long: [-(2 ** 63), 2 ** 63],
};

const DURATION =
  /^(\d+\s*(d|days?|h|hours?|min|m|minutes?|s|sec|secs|seconds?|ms|millis?|milliseconds?|µs|micros?|microseconds?|ns|nanos?|nanoseconds?)?|P.+)$/i;

const MEMORY = /^\d+\s*(b|bytes|k|kb|kibibytes|m|mb|mebibytes|g|gb|gibibytes|t|tb|tebibytes)?$/i;

/** What the option takes, as a phrase, when it does not take `value`; undefined when it does. */
export function wrongValue(option: KnownOption, value: string): string | undefined {
  // Kafka's and Flink's config providers put the value in later.
  if (value.includes('${')) return undefined;
  return isRight(option, value.trim()) ? undefined : phrase(option);
}

function isRight(option: KnownOption, value: string): boolean {
  const { type, min = -Infinity, max = Infinity } = option;
  const whole = WHOLE_NUMBERS[type];
  if (whole !== undefined) {
    const number = Number(value);
    return /^[+-]?\d+$/.test(value) && number >= Math.max(min, whole[0]) && number <= Math.min(max, whole[1]);
  }
  switch (type) {
    case 'double':
    case 'float':
      return value !== '' && Number(value) >= min && Number(value) <= max;
    case 'boolean':
      return /^(true|false)$/i.test(value);
    case 'duration':
      return DURATION.test(value);
    case 'memory':
      return MEMORY.test(value);
    case 'list':
      return value === '' || value.split(',').every((element) => isChoice(option, element.trim()));
    default:
      return isChoice(option, value);
  }
}

function isChoice({ values, anyCase }: KnownOption, value: string): boolean {
  if (values === undefined) return true;
  return anyCase
    ? values.some((choice) => choice.toLowerCase() === value.toLowerCase())
    : values.includes(value);
}

function phrase(option: KnownOption): string {
  const { type, values = [] } = option;
  if (type in WHOLE_NUMBERS) return `a whole number${range(option)}`;
  switch (type) {
    case 'double':
    case 'float':
      return `a number${range(option)}`;
    case 'boolean':
      return 'true or false';
    case 'duration':
      return "a number and a unit of time, for example '10 s'";
    case 'memory':
      return "a number and a unit of memory, for example '64 mb'";
    case 'list':
      return `one or more of ${values.join(', ')}, separated by commas`;
    default:
      return `one of ${values.join(', ')}`;
  }
}

function range({ min, max }: KnownOption): string {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`;
  if (min !== undefined) return `, ${min} or more`;
  return max === undefined ? '' : `, at most ${max}`;
}
