import { textsIn } from './contents.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { answerOf } from './fates.ts';

/**
 * The texts that a client was handed before `exchange`: in `initialize`, in the names and commands of cases, in answers. Rules on texts and ids
 * examine only what is not among them (cases.md): what a case hands over is the case's responsibility. Lower-cased.
 */
export function handedOver(session: Session, exchange: Exchange): ReadonlySet<string> {
  const texts: string[] = [];
  for (const { record, exchange: other } of session.moments) {
    if (record.seq >= exchange.request.seq) break;
    if (record.kind === 'lane-started') texts.push(...textsIn(record.given));
    if (record.kind === 'case-started') texts.push(...textsIn(record.names));
    if (record.kind === 'command') texts.push(...textsIn(record.params));
    if (record.kind === 'delivered' && other !== undefined) texts.push(...textsIn(answerOf(other)));
  }
  return new Set(texts.map((text) => text.toLowerCase()));
}

/** Whether the client chose `text` itself. */
export function isOwn(handed: ReadonlySet<string>, text: string): boolean {
  return !handed.has(text.toLowerCase());
}
