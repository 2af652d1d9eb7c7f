/** Prints the Namespace objects of a manifest file. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const file = process.argv[2];
if (file === undefined) throw new Error('usage: tsx checks/namespaces.ts FILE');
for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
  if (document.get('kind') === 'Namespace') console.log(`---\n${document.toString()}`);
}
