/** Writes a line for whoever runs the tests. jest's console would put a trace of the stack below each. */
export function print(line: string): void {
  process.stderr.write(`    ${line}\n`);
}
