import { oneLine, terminalText } from './terminal-text.ts';

/*
 * Workflow commands of GitHub Actions: `::error file=…,line=…,title=…::message`.
 * Escaping as actions/toolkit does it, packages/core/src/command.ts (standards.md 2.5).
 */

/** The message of a command. */
export function commandMessage(text: string): string {
  return escaped(terminalText(text));
}

/** The value of a property of a command. */
export function commandProperty(text: string): string {
  return escaped(oneLine(text)).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

function escaped(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}
