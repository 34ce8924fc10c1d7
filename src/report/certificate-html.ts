import type { Statement } from '../model/certificate.ts';
import { CERTIFICATE_STYLE } from './certificate-style.ts';
import { html, type Html } from './html-text.ts';

/** Nothing may be loaded and nothing may run (standards.md 3.5). */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/**
 * The certificate as one page to print: who was run first of all, what it states and what it does not. `keyId`: the fingerprint of who signs;
 * absent where nobody has. The same statement gives the same bytes.
 */
export function certificateHtml(statement: Statement, keyId: string | undefined): string {
  const own = statement.predicate.poscertCertificate;
  const { client } = own;
  const demo = own.assurance === 'demo';
  const title = demo ? 'Demonstration, not a certificate of this client' : titleOf(own.title, keyId);
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${client.name} ${client.line}: ${title}</title>
      <style>
        ${{ markup: CERTIFICATE_STYLE }}
      </style>
    </head>
    <body>
      <main class="${demo ? 'demo' : 'held'}">
        <header>
          <p class="kind">${title}</p>
          <h1 class="${client.name.length > 34 ? 'long' : 'short'}">${client.name}</h1>
          <p class="line">
            version ${client.line}
            <span
              >${demo ? 'as configured; it was not run' : `every build ${client.line}.x; tested was ${client.version}`}</span
            >
          </p>
          <p class="ran">${own.ranBy}</p>
        </header>
        ${featuresHtml(statement)} ${factsHtml(statement)} ${meaningHtml(statement)}
        ${digestsHtml(statement, keyId)}
        <footer>
          Serial ${own.serial}. ${signature(keyId)} Check it: <code>poscert verify</code> on the folder of
          this page, or openssl with certificate.json and the issuer's public key from a place you trust.
        </footer>
      </main>
    </body>
  </html>`;
  return `<!doctype html>\n${page.markup}\n`;
}

function titleOf(title: string, keyId: string | undefined): string {
  const first = title.slice(0, 1).toUpperCase() + title.slice(1);
  return keyId === undefined ? `${first} (unsigned)` : first;
}

function signature(keyId: string | undefined): string {
  return keyId === undefined
    ? 'Nobody has signed it yet: it proves nothing until the workflow of its issuer has.'
    : 'Signed; the signature stands in certificate.json, this page only shows what was signed.';
}

/** `21 November 2026, 08:00 UTC` */
function dateText(time: string): string {
  const [, year = '', month = '', day = '', clock = ''] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(time) ?? [];
  return `${Number(day)} ${MONTHS[Number(month) - 1] ?? ''} ${year}, ${clock} UTC`;
}

function featuresHtml(statement: Statement): Html {
  const own = statement.predicate.poscertCertificate;
  const { requiredPerFeature } = own.results;
  return html`<section>
    <h2>Features</h2>
    <ul class="features">
      ${own.features.map((feature) => {
        const count = requiredPerFeature[feature] ?? 0;
        return html`<li>
          <b>${feature.replace(/-/g, ' ')}</b> <span>${count} ${count === 1 ? 'case' : 'cases'}</span>
        </li>`;
      })}
    </ul>
  </section>`;
}

function fact(name: string, value: string | Html): Html {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function factsHtml(statement: Statement): Html {
  const { verifier, policy, poscertCertificate: own } = statement.predicate;
  const { client, run, results } = own;
  const left = [...results.notApplicable, ...results.lacking];
  return html`<section>
    <h2>Facts</h2>
    <dl>
      ${fact('Date', dateText(run.finishedAt))}${fact('Tier', own.tier === 'all' ? 'certification and hardening cases' : 'certification cases')}${fact('Passed', `${results.passed} of ${results.passed} cases that apply, ${results.obligationsKept} duties kept${run.attempts > 1 ? `; some cases were taken ${run.attempts} times because the machine was too slow to judge times` : ''}`)}${client.ids.map((one) => fact(`Client id (${one.environment})`, html`<code>${one.id}</code>${one.generated === true ? ' made up for this run' : ''}`))}${fact('Client says', `${client.saidName ?? 'no name'} ${client.saidVersion ?? ''}`.trim())}${fact('Sandbox', own.sandbox.kind === 'embedded' ? `the one inside poscert ${own.sandbox.version ?? ''}, with its clock and customers simulated` : own.sandbox.name)}${fact('Case pack', policy.uri.replace(/^pkg:generic\/poscert-pack-/, ''))}${fact('Issuer', verifier.id)}${fact('Assurance', assuranceText(own.assurance))}${client.integratorId === undefined ? html`` : fact('Integrator', client.integratorId)}${left.length === 0 ? html`` : fact('Left out', left.map((one) => `${one.case} (${one.reason})`).join(', '))}
    </dl>
  </section>`;
}

function assuranceText(assurance: Statement['predicate']['poscertCertificate']['assurance']): string {
  switch (assurance) {
    case 'demo':
      return "demo: poscert's own reference client was run";
    case 'self':
      return "self: stated and signed by the client's own maker";
    case 'ci':
      return 'ci: to be signed by the identity of the workflow that ran it';
    case 'provider':
      return 'provider: counter-signed';
  }
}

function meaningHtml(statement: Statement): Html {
  const own = statement.predicate.poscertCertificate;
  const { client } = own;
  const production = client.ids.some((one) => one.environment === 'production');
  const demo = own.assurance === 'demo';
  return html`<section class="meaning">
    <div>
      <h2>What it states</h2>
      <ul>
        <li>
          On the date above
          ${demo ? "poscert's reference client" : html`the client <b>${client.saidName ?? client.name}</b>`}
          went through every case of the features listed and passed; every duty that they prove was kept.
        </li>
        <li>
          ${demo ? 'How a certificate looks.' : `It goes for every build ${client.line}.x; another major or minor version needs its own.`}
        </li>
        <li>The recording beside this page is what was judged, unaltered: anyone can judge it again.</li>
      </ul>
    </div>
    <div>
      <h2>What it does not state</h2>
      <ul>
        <li>It is not an approval by MobilePay; nobody but its issuer has confirmed it.</li>
        <li>
          ${demo ? `Nothing about ${client.name}: it was not run.` : 'Features that are not listed, and hardware, screens and staff, were not looked at.'}
        </li>
        <li>
          ${production ? 'That the client in production is the one that was run: its id is stated by its issuer.' : 'No production client is covered: no production client id was stated.'}
        </li>
      </ul>
    </div>
  </section>`;
}

function digestsHtml(statement: Statement, keyId: string | undefined): Html {
  const { policy, poscertCertificate: own } = statement.predicate;
  const journal = statement.subject.find((one) => one.name === 'run.jsonl');
  return html`<section class="digests">
    <h2>Digests</h2>
    <dl>
      ${fact(`Recording, ${own.run.records} records`, html`<code>${journal?.digest.sha256 ?? ''}</code>`)}${fact('Its last record', html`<code>${own.run.head.sha256}</code>`)}${fact('Case pack', html`<code>${policy.digest.sha256}</code>`)}${keyId === undefined ? html`` : fact('Signed by', html`<code>${keyId}</code>`)}
    </dl>
  </section>`;
}
