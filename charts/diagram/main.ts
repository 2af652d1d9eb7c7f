/** `npm run diagram`: draws each profile from its chart's own objects and links, as `docs/PROFILE.svg`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawings } from './drawings';

const folder = join(__dirname, '..', '..', 'docs');
mkdirSync(folder, { recursive: true });
for (const { file, svg } of drawings()) {
  writeFileSync(join(folder, file), svg);
  console.log(`docs/${file}`);
}
