import { StringDecoder } from 'node:string_decoder';

const longestLine = 1_048_576;

/**
 * Splits bytes into lines at \n alone: U+2028, at which node:readline splits too, may stand inside a JSON text.
 * Throws an Error for a line over 1 MiB.
 */
export function lineSplitter(onLine: (line: string) => void): (bytes: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (bytes) => {
    const parts = (rest + decoder.write(bytes)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > longestLine) throw new Error('a line is longer than 1 MiB');
    for (const line of parts) if (line.trim() !== '') onLine(line);
  };
}
