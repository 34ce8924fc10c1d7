/**
 * The first member name that stands twice in one object of a JSON text, or undefined. Parsers keep either the first or the last of the two, so
 * that two tools would read two certificates (standards.md 1.10). `text` has been parsed before: it is JSON.
 */
export function duplicateMember(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  let atName = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') {
      const end = closing(text, index);
      const names = open.at(-1);
      if (atName && names !== undefined) {
        const name = JSON.parse(text.slice(index, end + 1)) as string;
        if (names.has(name)) return name;
        names.add(name);
      }
      atName = false;
      index = end;
    } else if (character === '{') {
      open.push(new Set());
      atName = true;
    } else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',') atName = open.at(-1) !== undefined;
  }
  return undefined;
}

function closing(text: string, from: number): number {
  let index = from + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}
