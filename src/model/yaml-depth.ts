/**
 * Where the tokens of a YAML lexer lie deeper than `limit`: the offset of the first token that does, or undefined. It goes over the tokens
 * once and stops there, so that nothing recursive ever sees such a text (standards.md 3.4).
 */
export function tooDeep(tokens: Iterable<string>, limit: number): number | undefined {
  const columns: number[] = [];
  let flow = 0;
  let offset = 0;
  let column = 0;
  for (const token of tokens) {
    if (MARKS.has(token)) continue;
    if (token === '[' || token === '{') flow += 1;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (flow === 0 && !BLANK.test(token)) {
      while (columns.length > 0 && (columns.at(-1) ?? 0) > column) columns.pop();
      if (columns.at(-1) !== column && token !== ':') columns.push(column);
    }
    if (flow + columns.length > limit) return offset;
    offset += token.length;
    const newline = token.lastIndexOf('\n');
    column = newline < 0 ? column + token.length : token.length - newline - 1;
  }
  return undefined;
}

/** What the lexer puts between tokens, of no length in the text: start of document, end of flow, scalar follows. */
const MARKS = new Set(['\u0002', '\u0018', '\u001F']);
/** Space, line ends and comments nest nothing. */
const BLANK = /^(?:\s*|#.*)$/;
