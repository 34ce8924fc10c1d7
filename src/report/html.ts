import type { RunReport } from '../model/run.ts';
import { duration } from '../words/phrases.ts';
import { wordsFor } from '../words/words.ts';
import { CURL_NOTE } from './exchange-text.ts';
import { idsFor, sortFindings, type Sorted } from './findings.ts';
import { caseHtml, toneOf } from './html-case.ts';
import { causeHtml, fact, undecidedHtml, type Anchors } from './html-finding.ts';
import { STYLE } from './html-style.ts';
import { html, type Html } from './html-text.ts';
import * as summary from './summary.ts';
import { lookOf } from './verdict-style.ts';

/** Nothing may be loaded and nothing may run: what a client or a server wrote stands in this document (standards.md 3.5). */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report as one self-contained document, to be read on a screen or printed. */
export function htmlReport(report: RunReport): string {
  const sorted = sortFindings(report);
  const anchors = new Map(report.cases.map((one, index) => [one.id, `c${index + 1}`]));
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>
        ${report.verdict}: ${report.client.configuredName ?? report.client.name ?? 'poscert'}
        ${report.client.declaredVersion ?? report.client.version}
      </title>
      <style>
        ${{ markup: STYLE }}
      </style>
    </head>
    <body>
      <main>
        ${verdictHtml(report)} ${navigation(sorted)} ${featuresHtml(report, anchors)}
        ${findingsHtml(report, sorted, anchors)} ${casesHtml(report, sorted, anchors)}
        ${obligationsHtml(report)}
        <footer>
          ${report.tool.name} ${report.tool.version}, run ${report.run}, ${report.startedAt} to
          ${report.finishedAt}. This is a report, not a certificate.
        </footer>
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function verdictHtml(report: RunReport): Html {
  const no = report.noCertificate && wordsFor(report.noCertificate.code, report.noCertificate.data);
  const certificate =
    report.certificate === undefined
      ? `none${no === undefined ? '' : `: ${no.title}`}`
      : `${report.certificate.folder} (serial ${report.certificate.serial}, ${report.certificate.signed ? 'signed' : 'an unsigned statement'})`;
  const { clientMs, oursMs, longestLaneMs } = report.time;
  return html`<section class="verdict ${report.verdict}">
    <h1 class="word">${lookOf(report.verdict).sign} ${report.verdict}</h1>
    <p class="tally">${summary.verdictPhrase(report)}</p>
    <dl>
      ${fact('client', summary.clientPhrase(report))}${fact('selection', summary.selectionPhrase(report))}${
        report.client.behaviours.length > 0 && fact('declares', report.client.behaviours.join(', '))
      }${fact('target', report.target === 'embedded' ? 'the embedded sandbox' : 'a remote sandbox')}${fact('pack', `${report.pack.id} ${report.pack.version}`)}${fact('certificate', certificate)}${fact(
        'time',
        `${duration(report.durationMs)}; over all lanes the client took ${duration(clientMs)}, poscert ${duration(oursMs)}; the longest lane ${duration(longestLaneMs)}`,
      )}${report.journal !== undefined && fact('journal', html`<code>${report.journal}</code>`)}${report.warnings.map((one) => fact('warning', wordsFor(one.code, one.data).title))}
    </dl>
  </section>`;
}

function navigation(sorted: Sorted): Html {
  return html`<nav>
    ${sorted.causes.length > 0 && html`<a href="#findings">Findings</a>`}${sorted.advice.length > 0 && html`<a href="#advice">Advice</a>`}${sorted.undecided.length > 0 && html`<a href="#undecided">Not decided</a>`}<a
      href="#cases"
      >Cases</a
    ><a href="#obligations">Obligations</a>
  </nav>`;
}

/** A bar a feature, a piece a case: where it hurts can be seen before anything is read. */
function featuresHtml(report: RunReport, anchors: Anchors): Html {
  return html`<div class="features">
    ${summary.byFeature(report).map(([feature, cases]) => {
      const passed = cases.filter((one) => one.verdict === 'passed').length;
      return html`<div class="feature">
        <strong>${feature}</strong>
        <div class="bar">
          ${cases.map(
            (one) =>
              html`<a
                class="${toneOf(one.verdict)}"
                href="#${anchors.get(one.id)}"
                title="${one.title}: ${one.verdict}"
              ></a>`,
          )}
        </div>
        <span class="count">${passed} of ${cases.length} passed</span>
      </div>`;
    })}
  </div>`;
}

function findingsHtml(report: RunReport, { causes, advice, undecided }: Sorted, anchors: Anchors): Html {
  const repeats = [...causes, ...advice].some((cause) => cause.first.finding.exchanges.length > 0);
  return html`${
    causes.length > 0 &&
    html`<h2 id="findings">Findings</h2>
      ${causes.map((cause) => causeHtml(report, cause, anchors))}`
  }
  ${
    advice.length > 0 &&
    html`<h2 id="advice">Advice <span class="soft">(does not fail a case)</span></h2>
      ${advice.map((cause) => causeHtml(report, cause, anchors))}`
  }
  ${repeats && html`<p class="soft">${CURL_NOTE}</p>`}
  ${
    undecided.length > 0 &&
    html`<h2 id="undecided">Not decided</h2>
      ${undecided.map((one) => undecidedHtml(one, anchors))}`
  }`;
}

function casesHtml(report: RunReport, sorted: Sorted, anchors: Anchors): Html {
  return html`<h2 id="cases">Cases</h2>
    ${summary.byFeature(report).map(
      ([feature, cases]) =>
        html`<h3>${feature} <span class="soft">${summary.tallyPhrase(cases)}</span></h3>
          <div class="features">
            ${cases.map((one) => caseHtml(report, one, idsFor(sorted, one).ids, anchors))}
          </div>`,
    )}`;
}

function obligationsHtml(report: RunReport): Html {
  const tones = {
    kept: 'passed',
    broken: 'failed',
    unproven: 'unproven',
    inconclusive: 'inconclusive',
    'not observable': 'aside',
  };
  return html`<h2 id="obligations">Obligations</h2>
    <p class="soft">${summary.obligationsPhrase(report)}</p>
    <table>
      <thead>
        <tr>
          <th>obligation</th>
          <th class="word">level</th>
          <th>state</th>
          <th>what it asks</th>
          <th>source</th>
        </tr>
      </thead>
      <tbody>
        ${report.obligations.map(
          (one) =>
            html`<tr class="${one.state === 'unproven' && !one.applicable ? 'aside' : tones[one.state]}">
              <td class="name"><code>${one.id}</code></td>
              <td class="word">${one.level}</td>
              <td class="name">
                <span class="tag"
                  >${one.state}${one.state === 'unproven' && !one.applicable && ', not called for'}</span
                >
              </td>
              <td>${one.title}</td>
              <td class="soft">${one.source?.join(', ')}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
