import { NEEDS_PREFIX } from '../model/outcome.ts';
import type { CaseReport, ExchangeReport, RunReport, StepReport } from '../model/run.ts';
import type { CaseVerdict } from '../model/verdict.ts';
import { duration } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { exchangeHtml } from './html-exchange.ts';
import { commas, fact, type Anchors } from './html-finding.ts';
import { html, type Html } from './html-text.ts';
import { casePlace } from './summary.ts';
import { lookOf, stepLook } from './verdict-style.ts';

/** The class that gives a verdict its colours. */
export function toneOf(verdict: CaseVerdict): string {
  return verdict === 'cancelled' || verdict === 'not applicable' ? 'aside' : verdict;
}

/** One case as a line that opens: its steps, its exchanges. Open from the start where it did not pass. */
export function caseHtml(report: RunReport, one: CaseReport, ids: readonly string[], anchors: Anchors): Html {
  const open = one.verdict !== 'passed' && one.verdict !== 'not applicable';
  const reason = one.reason && wordsFor(one.reason.code, one.reason.data).title;
  const exchanges = report.exchanges.filter(
    (exchange) => exchange.case === one.id || exchange.case === `${NEEDS_PREFIX}${one.id}`,
  );
  return html`<details
    class="line ${toneOf(one.verdict)}"
    id="${anchors.get(one.id) ?? ''}"
    ${open && html`open="open"`}
  >
    <summary>
      <span class="sign">${lookOf(one.verdict).sign}</span><strong>${one.title}</strong
      ><code class="soft">${one.id}</code><span class="grow"></span>${
        one.tier === 'hardening' && html`<span class="soft">hardening</span>`
      }${one.verdict !== 'passed' && html`<span class="tag">${one.verdict}${one.origin !== undefined && `: ${one.origin}`}</span>`}${
        ids.length > 0 &&
        html`<span class="mono">${commas(ids.map((id) => html`<a href="#${id}">${id}</a>`))}</span>`
      }<span class="soft">${one.durationMs > 0 && duration(one.durationMs)}</span>
    </summary>
    <div class="case">
      <dl>
        ${fact('why', one.why)}${fact('source', `${one.source.join(', ')} (${one.mark})`)}${fact('script', html`<code>${casePlace(report, one)}</code>`)}${fact('reason', reason)}${
          one.attempts > 1 && fact('attempts', `${one.attempts}: our own timing was too poor at first`)
        }
      </dl>
      ${
        one.steps.length > 0 &&
        html`<ol class="steps">
          ${one.steps.map((step, index) => stepHtml(step, index + 1, report.exchanges))}
        </ol>`
      }
      ${exchanges.length > 0 && html`<div>${exchanges.map((exchange) => exchangeHtml(exchange, true))}</div>`}
    </div>
  </details>`;
}

const TONES: Readonly<Record<StepReport['state'], string>> = {
  done: 'passed',
  failed: 'failed',
  skipped: 'aside',
  'not reached': 'aside',
};

function stepHtml(step: StepReport, number: number, known: readonly ExchangeReport[]): Html {
  const shown = step.state === 'not reached' ? [] : step.expectations;
  return html`<li class="${TONES[step.state]}">
    <span class="sign">${stepLook(step.state).sign}</span> ${number} <code>${step.title}</code>${
      step.state !== 'done' && html` <span class="soft">${step.state}, line ${step.line}</span>`
    }${
      shown.length > 0 &&
      html`<ul>
        ${shown.map(
          (one) =>
            html`<li class="${one.met ? 'passed' : step.state === 'failed' ? 'failed' : 'aside'}">
              <span class="sign"
                >${stepLook(one.met ? 'done' : step.state === 'failed' ? 'failed' : 'skipped').sign}</span
              >
              ${one.title}
              <span class="mono soft"
                >${commas(one.exchanges.map((exchange) => numberHtml(exchange, known)))}</span
              >${one.exchanges.length === 0 && html` <span class="soft">${one.met ? 'left out, as it may be' : 'did not come'}</span>`}
            </li>`,
        )}
      </ul>`
    }
  </li>`;
}

/** A number links only where the exchange is in the report. */
function numberHtml(number: number, known: readonly ExchangeReport[]): Html {
  return known.some((one) => one.exchange === number && one.case !== undefined)
    ? html`<a href="#x${number}">#${number}</a>`
    : html`#${number}`;
}
