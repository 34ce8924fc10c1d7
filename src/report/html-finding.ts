import type { RunReport } from '../model/run.ts';
import { curlCommand } from './exchange-text.ts';
import { differencesOf, logLines, type Difference } from './differences.ts';
import { exchangesOf, numbersOf, type Cause, type NumberedFinding, type Undecided } from './findings.ts';
import { exchangeHtml } from './html-exchange.ts';
import { html, type Html } from './html-text.ts';
import { aloneCommand, casePlace } from './summary.ts';

/** The anchor of a case in the document. */
export type Anchors = ReadonlyMap<string, string>;

/** A row of a list of facts, left out where there is nothing to say. */
export function fact(label: string, value: string | Html | undefined): Html {
  return value === undefined
    ? html``
    : html`<dt>${label}</dt>
        <dd>${value}</dd>`;
}

/** A link to a case, by its id. */
export function caseLink(anchors: Anchors, id: string): Html {
  const anchor = anchors.get(id);
  return anchor === undefined ? html`<code>${id}</code>` : html`<a class="mono" href="#${anchor}">${id}</a>`;
}

/** Pieces with a comma between them. */
export function commas(pieces: readonly Html[]): Html {
  return html`${pieces.map((piece, index) => (index === 0 ? piece : html`, ${piece}`))}`;
}

/** A first cause as a card, its consequences folded under it. */
export function causeHtml(report: RunReport, cause: Cause, anchors: Anchors): Html {
  const { first } = cause;
  const { finding, words } = first;
  const exchanges = exchangesOf(report, first);
  const last = exchanges.at(-1);
  const log = logLines(finding.data);
  return html`<article
    class="card finding ${finding.level === 'must' ? 'failed' : 'unproven'}"
    id="${first.id}"
  >
    <header>
      <a href="#${first.id}"><strong>${first.id}</strong></a
      ><span class="tag">${finding.level}</span>${
        first.case === undefined
          ? html`<span class="soft">between cases</span>`
          : html`${caseLink(anchors, first.case.id)}<span class="soft">${first.case.title}</span>`
      }
      <h3>${words.title}</h3>
    </header>
    ${differencesHtml(differencesOf(finding))}
    ${exchanges.length > 0 && html`<div>${exchanges.map((one) => exchangeHtml(one, false))}</div>`}
    ${
      log.length > 0 &&
      html`<div>
        <p class="soft">The last lines of its log</p>
        <pre class="block">${log.join('\n')}</pre>
      </div>`
    }
    <dl>
      ${factsOf(report, first)}${fact('likely', words.cause)}${fact('to do', words.remedy)}${
        last !== undefined && fact('repeat', html`<pre class="block">${curlCommand(last).join('\n')}</pre>`)
      }${first.case !== undefined && fact('alone', html`<pre class="block">${aloneCommand(first.case.id, report.client)}</pre>`)}
    </dl>
    ${foldedHtml(cause, anchors)}
  </article>`;
}

function factsOf(report: RunReport, one: NumberedFinding): Html {
  const line = one.finding.data['line'];
  const { obligation } = one;
  const where = one.case && casePlace(report, one.case, typeof line === 'number' ? line : undefined);
  return html`${fact('where', where === undefined ? undefined : html`<code>${where}</code>`)}${
    obligation === undefined
      ? one.case !== undefined && one.case.verdict !== 'error'
        ? html`${fact('why', one.case.why)}${fact('source', `${one.case.source.join(', ')} (${one.case.mark})`)}`
        : html``
      : html`${fact('duty', html`<strong>${obligation.id}</strong>: ${obligation.text ?? obligation.title}`)}${fact('source', obligation.source?.join(', '))}`
  }`;
}

function differencesHtml(differences: readonly Difference[]): Html | false {
  if (differences.length === 0) return false;
  const named = differences.some((row) => row.member !== '');
  return html`<table>
    <thead>
      <tr>
        ${named && html`<th>member</th>`}
        <th>expected</th>
        <th>came</th>
      </tr>
    </thead>
    <tbody>
      ${differences.map(
        (row) =>
          html`<tr>
            ${named && html`<td class="name"><code>${row.member}</code></td>`}
            <td class="expected"><code>${row.expected}</code></td>
            <td class="came"><code>${row.got ?? '(absent)'}</code></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function foldedHtml({ first, consequences, again, stopped }: Cause, anchors: Anchors): Html | false {
  if (consequences.length + again.length + stopped.length === 0) return false;
  return html`<div class="block">
    <p class="soft">Under it</p>
    <ul>
      ${consequences.map(
        (one) =>
          html`<li id="${one.id}">
            <strong>${one.id}</strong
            >${one.case !== first.case && one.case !== undefined && html` in ${caseLink(anchors, one.case.id)}`}
            ${one.words.title}${numbersHtml(numbersOf(one))}${one.obligation !== undefined && html` <span class="soft">duty ${one.obligation.id}${one.obligation !== first.obligation && one.words.remedy !== undefined && `: ${one.words.remedy}`}</span>`}
          </li>`,
      )}${again.map(
        (one) =>
          html`<li id="${one.id}">
            <strong>${one.id}</strong>
            again${one.case !== undefined && html` in ${caseLink(anchors, one.case.id)}`}${numbersHtml(numbersOf(one))}
          </li>`,
      )}${stopped.length > 0 && html`<li>not run for this cause: ${commas(stopped.map((one) => caseLink(anchors, one.id)))}</li>`}
    </ul>
  </div>`;
}

function numbersHtml(exchanges: readonly number[]): Html | false {
  if (exchanges.length === 0) return false;
  return html` <span class="mono"
    >${commas(exchanges.map((number) => html`<a href="#x${number}">#${number}</a>`))}</span
  >`;
}

/** Cases that were not decided, with the one reason that they share. */
export function undecidedHtml({ words, cases, data }: Undecided, anchors: Anchors): Html {
  const verdict = cases[0]?.verdict ?? 'unproven';
  const log = logLines(data);
  return html`<article
    class="card finding ${verdict === 'cancelled' || verdict === 'not applicable' ? 'aside' : verdict}"
  >
    <header>
      <span class="tag">${verdict}</span>
      <h3>${words.title}</h3>
    </header>
    ${log.length > 0 && html`<pre class="block">${log.join('\n')}</pre>`}
    <dl>
      ${fact(cases.length === 1 ? 'case' : 'cases', commas(cases.map((one) => caseLink(anchors, one.id))))}${fact('likely', words.cause)}${fact('to do', words.remedy)}
    </dl>
  </article>`;
}
