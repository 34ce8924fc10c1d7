import type { JsonValue } from '../model/json.ts';
import type { ExchangeReport } from '../model/run.ts';
import { answerPhrase, bodyText, faultPhrase, moment } from './exchange-text.ts';
import { html, type Html } from './html-text.ts';

/** Longest body shown, in characters; the json report has the rest. */
const LONGEST = 20_000;

/** One exchange: what was sent beside what came. `anchor`: it can be linked to; an exchange has one such place in the document. */
export function exchangeHtml(one: ExchangeReport, anchor: boolean): Html {
  const fault = faultPhrase(one);
  return html`<section class="exchange" ${anchor && html`id="x${one.exchange}"`}>
    <header>
      <a class="mono" href="#x${one.exchange}">#${one.exchange}</a
      ><span class="time mono">${moment(one.at)}</span
      ><code>${one.method} ${one.target}</code
      >${one.operation !== undefined && html`<span class="soft">${one.operation}</span>`}${fault !== undefined && html`<span class="tag inconclusive">${fault}</span>`}
    </header>
    <div class="sides">
      <div>
        <h4>sent</h4>
        ${message(one.requestHeaders, one.requestBody)}
      </div>
      <div>
        <h4>${answerPhrase(one)}</h4>
        ${message(one.answerHeaders ?? [], one.answerBody)}
      </div>
    </div>
  </section>`;
}

function message(headers: ExchangeReport['requestHeaders'], body: JsonValue | undefined): Html {
  const text = bodyText(body, 2);
  const rest = (text?.length ?? 0) - LONGEST;
  return html`${
    headers.length > 0 &&
    html`<pre class="headers">${headers.map(([name, value]) => `${name}: ${value}`).join('\n')}</pre>`
  }${text !== undefined && html`<pre>${text.slice(0, LONGEST)}${rest > 0 && `… (${rest} characters more in the json report)`}</pre>`}`;
}
