/** Units of quantities of memory, without the final `i`. */
const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of a quantity of memory as manifests write it, for example `512Mi`. */
export function memoryBytes(quantity: string): number {
  const [, amount, unit = ''] = /^(\d+)([KMGT])i$/.exec(quantity) ?? [];
  const bytes = Number(amount) * (UNITS[unit] ?? NaN);
  if (!Number.isSafeInteger(bytes))
    throw new Error(`memory is '${quantity}': expected a whole number with Ki, Mi, Gi or Ti`);
  return bytes;
}
