// The kill matrix as documents: which broken client fails which checks. Pure functions of the table of defects and the expected outcomes.

/** Rows of the matrix: defect, group, verdict, the checks that fail it, and where. */
function rows(defects, outcomes) {
  return defects.flatMap((defect) => {
    const outcome = outcomes[defect.name];
    if (outcome === undefined) return [];
    const checks = [...new Set(Object.values(outcome.cases).flatMap(([, ...musts]) => musts))].sort();
    const failed = Object.entries(outcome.cases).filter(
      ([, [verdict]]) => verdict === 'failed' || verdict === 'error',
    );
    return [{ defect, outcome, checks, failed: failed.map(([id]) => id), advice: outcome.advice ?? [] }];
  });
}

/** Checks that some client fails, with the clients. */
function killedBy(table) {
  const killed = new Map();
  for (const row of table)
    for (const check of row.checks) killed.set(check, [...(killed.get(check) ?? []), row.defect.name]);
  return [...killed].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** The page. `habits`: the lawful tills with unusual habits; `survivors`: reason → the changes to the checks that no till notices. */
export function matrixMarkdown(defects, outcomes, habits, survivors) {
  const table = rows(defects, outcomes);
  const cell = (text) => text.replace(/\|/g, '\\|');
  return `${[
    '# The kill matrix',
    '',
    'Each row is a till that is lawful but for one defect, taken through the cases of the feature in which the defect shows. A defect must fail',
    'just the checks named here, no more and no fewer (`npm run self-test` compares them); a check that nobody fails proves nothing.',
    '',
    `${table.length} clients; ${killedBy(table).length} checks of level must are failed by at least one of them.`,
    '',
    '| group | defect | what it does | verdict | first cause | fails | cases failed | advice |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...table.map(
      ({ defect, outcome, checks, failed, advice }) =>
        `| ${defect.group} | ${defect.name} | ${cell(defect.sentence)} | ${outcome.verdict} | ${outcome.first ?? ''} | ${checks.join(', ')} | ${failed.length} | ${advice.join(', ')} |`,
    ),
    '',
    '## Checks, and who fails them',
    '',
    '| check | clients |',
    '| --- | --- |',
    ...killedBy(table).map(([check, names]) => `| ${check} | ${names.join(', ')} |`),
    '',
    '## Lawful tills with unusual habits',
    '',
    'Each passes every case that applies to it, without a finding of level must.',
    '',
    '| habit | what it does |',
    '| --- | --- |',
    ...habits.map(({ name, sentence }) => `| ${name} | ${cell(sentence)} |`),
    '',
    '## What nobody would miss',
    '',
    'The checks are broken as well: every rule (removed, always content, blind, never content), every bound of a rule, every expectation, member, count,',
    'ending, truth and answer of a case, one at a time. What no till notices stands in `test/self-test/survivors.json`, by reason:',
    '',
    '| changes | why no till notices them |',
    '| --- | --- |',
    ...Object.entries(survivors).map(([reason, ids]) => `| ${ids.length} | ${cell(reason)} |`),
    '',
  ].join('\n')}`;
}

const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

export function matrixHtml(defects, outcomes) {
  const table = rows(defects, outcomes);
  const checks = killedBy(table).map(([check]) => check);
  const head = checks.map((check) => `<th><span>${escaped(check)}</span></th>`).join('');
  const body = table
    .map(
      ({ defect, outcome, checks: own }) =>
        `<tr><th title="${escaped(defect.sentence)}">${escaped(defect.name)}</th>${checks
          .map((check) =>
            own.includes(check)
              ? `<td class="${check === outcome.first ? 'first' : 'also'}">●</td>`
              : '<td></td>',
          )
          .join('')}</tr>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>poscert: the kill matrix</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font: 13px/1.4 system-ui, sans-serif; margin: 2rem; color: #1d2433; }
table { border-collapse: collapse; }
thead th { height: 12rem; vertical-align: bottom; padding: 0; }
thead span { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; font-weight: 500; }
tbody th { text-align: left; font-weight: 400; white-space: nowrap; padding: 0 .6rem 0 0; }
td { border: 1px solid #e3e6ee; width: 1.2rem; text-align: center; color: #8b93a7; }
td.first { color: #b3261e; background: #fdecea; }
tr:hover { background: #f5f7fb; }
</style></head><body>
<h1>The kill matrix</h1>
<p>Rows: tills that are lawful but for one defect. Columns: the checks of level must. Red: the first cause that the report names. A row must fail
just these checks, no more and no fewer.</p>
<table><thead><tr><td></td>${head}</tr></thead><tbody>
${body}
</tbody></table></body></html>
`;
}
