// Writes the generated pages of docs/ from the build (npm run build first). The traffic of the obligations' pages comes from
// docs/obligations/traffic.json, which the test of the docs writes from the recordings that the rules are tested with.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shippedPack } from '../dist/inspect.js';
import { docsOf } from '../dist/report/docs.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const pack = shippedPack(join(root, 'cases/pos-v10'));
if (!pack.ok) {
  console.error(JSON.stringify(pack.problems, undefined, 1));
  process.exit(2);
}
const examples = JSON.parse(readFileSync(join(docs, 'obligations/traffic.json'), 'utf8'));
for (const [file, text] of docsOf(pack.value, examples)) {
  mkdirSync(dirname(join(docs, file)), { recursive: true });
  writeFileSync(join(docs, file), text);
}
