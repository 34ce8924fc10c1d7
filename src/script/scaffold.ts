import type { Case } from '../model/case.ts';

/** Where the part of a case file begins that says what is done. */
const BODY = /^(?:needs|evidence|leaves|unless|steps):/m;

/**
 * The text of a new case to start from: it does what `model` does, so that it can be run at once. `modelText`: the file of that case.
 */
export function scaffold(title: string, model: Pick<Case, 'id' | 'source'>, modelText: string): string {
  const start = modelText.search(BODY);
  return [
    '# yaml-language-server: $schema=../../../schema/case.schema.json',
    `title: ${JSON.stringify(title)}`,
    'why: >-',
    '  Say in a sentence or two what goes wrong in a shop whose till does not do this.',
    'tier: hardening # certification, where MobilePay asks for it',
    'mark: inferred # documented or observed, where somebody said or saw it',
    `source: [${model.source.join(', ')}]`,
    `# From here on as in ${model.id}: change what this case is about, then run poscert lint.`,
    start === -1 ? 'steps: []' : modelText.slice(start).trimEnd(),
    '',
  ].join('\n');
}

/** pack.yaml with a case at the end of its feature's order; undefined where there is no such list. Comments stay where they are. */
export function withOrder(packText: string, feature: string, slug: string): string | undefined {
  const lines = packText.split('\n');
  const order = lines.findIndex((line) => /^order:\s*(?:#.*)?$/.test(line));
  if (order === -1) return undefined;
  const own = lines.findIndex((line, index) => index > order && line.trimEnd() === `  ${feature}:`);
  if (own === -1) return undefined;
  let last = own;
  while (/^ {4}(?:- |#)/.test(lines[last + 1] ?? '')) last += 1;
  return [...lines.slice(0, last + 1), `    - ${slug}`, ...lines.slice(last + 1)].join('\n');
}
