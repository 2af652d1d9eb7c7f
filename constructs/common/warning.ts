import type { IConstruct } from 'constructs';

/** Prints a warning at synthesis: what is legal, but rarely what users want. */
export function warn(where: IConstruct, property: string, text: string): void {
  console.warn(`warning: ${where.node.path}: ${property}: ${text}`);
}
