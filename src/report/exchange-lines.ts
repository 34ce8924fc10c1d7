import type { ExchangeReport } from '../model/run.ts';
import { answerPhrase, bodyLine, faultPhrase, moment } from './exchange-text.ts';
import { fixed, flowing, span, type Line } from './lines.ts';

/** Characters of a body shown without -v. */
const SHORT = 240;

/** Exchanges with their times, one under the other; the last one with its bodies, with `full` each with headers and bodies, `bare` none. */
export function exchangeLines(exchanges: readonly ExchangeReport[], how: 'bare' | 'last' | 'full'): Line[] {
  const numbers = Math.max(...exchanges.map((one) => `#${one.exchange}`.length));
  const moments = Math.max(...exchanges.map((one) => moment(one.at).length));
  return exchanges.flatMap((one, index) => [
    headLine(one, numbers, moments),
    ...(how === 'full' || (how === 'last' && index === exchanges.length - 1)
      ? detailLines(one, how === 'full')
      : []),
  ]);
}

function headLine(one: ExchangeReport, numbers: number, moments: number): Line {
  const fault = faultPhrase(one);
  return flowing(
    6,
    8 + numbers + moments,
    span(`#${one.exchange}`.padEnd(numbers), 'accent'),
    span(`  ${moment(one.at).padStart(moments)}  `, 'dim'),
    `${one.method} ${one.target} → ${answerPhrase(one)}`,
    ...(fault === undefined ? [] : [span(` (${fault})`, 'warn')]),
  );
}

function detailLines(one: ExchangeReport, full: boolean): Line[] {
  const sent = bodyLine(one.requestBody);
  const came = bodyLine(one.answerBody);
  return [
    ...(full ? one.requestHeaders.map(([name, value]) => fixed(10, span(`> ${name}: ${value}`, 'dim'))) : []),
    ...(sent === undefined ? [] : [shownBody('sent', sent, full)]),
    ...(full
      ? (one.answerHeaders ?? []).map(([name, value]) => fixed(10, span(`< ${name}: ${value}`, 'dim')))
      : []),
    ...(came === undefined ? [] : [shownBody('got', came, full)]),
  ];
}

function shownBody(label: string, text: string, full: boolean): Line {
  const rest = text.length - SHORT;
  const shown = full || rest <= 0 ? text : `${text.slice(0, SHORT)}… (${rest} characters more: -v)`;
  return flowing(10, 15, span(label.padEnd(5), 'dim'), shown);
}
