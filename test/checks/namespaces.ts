/**
 * `tsx test/checks/namespaces.ts FILE`: the names of the namespaces that a manifest makes; `FILE NAME`: that
 * namespace's object.
 */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const [file, name] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: tsx test/checks/namespaces.ts FILE [NAME]');
const namespaces = parseAllDocuments(readFileSync(file, 'utf8')).filter(
  (document) => document.get('kind') === 'Namespace',
);
for (const document of namespaces) {
  const own = String(document.getIn(['metadata', 'name']));
  if (name === undefined) console.log(own);
  else if (name === own) console.log(document.toString());
}
