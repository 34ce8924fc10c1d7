/** The style sheet of the HTML report: one file, no fonts and no images from elsewhere, light, dark and on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #17202b; --soft: #56616f; --line: #dde2e8; --code: #f1f3f6;
  --good: #17784a; --bad: #b3261e; --warn: #8a5a00; --mute: #6b7683; --link: #1f5fbf;
  --good-tint: #e4f4ec; --bad-tint: #fceceb; --warn-tint: #fbf1dc; --mute-tint: #edf0f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2029; --ink: #e6eaf0; --soft: #9aa6b5; --line: #2c3541; --code: #141a22;
    --good: #4fc78b; --bad: #ff8a80; --warn: #e5b454; --mute: #8d99a8; --link: #7db1ff;
    --good-tint: #16312a; --bad-tint: #3a2020; --warn-tint: #352b17; --mute-tint: #242c37;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
code, pre, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .9rem; }
h3 { font-size: 1rem; }
p { margin: 0; }
ul { margin: 0; padding-left: 1.15rem; }

.passed { --tone: var(--good); --tint: var(--good-tint); }
.failed, .error, .interrupted { --tone: var(--bad); --tint: var(--bad-tint); }
.unproven, .inconclusive, .unsupported { --tone: var(--warn); --tint: var(--warn-tint); }
.aside { --tone: var(--mute); --tint: var(--mute-tint); }

.verdict { background: var(--card); border: 1px solid var(--line); border-top: 6px solid var(--tone); border-radius: 10px; padding: 1.4rem 1.6rem; }
.verdict .word { color: var(--tone); font-size: 2rem; font-weight: 700; letter-spacing: .01em; text-transform: capitalize; }
.verdict .tally { color: var(--soft); margin-top: .15rem; }
.verdict dl { margin-top: 1.2rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }

nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 1rem .2rem 0; }
.features { display: grid; gap: .55rem; margin-top: 1.5rem; }
.feature { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr max-content; gap: 1rem; align-items: center; }
.bar { display: flex; gap: 2px; height: .8rem; }
.bar a { flex: 1; background: var(--tone); border-radius: 2px; min-width: 3px; }
.feature .count { color: var(--soft); font-variant-numeric: tabular-nums; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.3rem; margin-bottom: 1rem; }
.finding { border-left: 5px solid var(--tone); }
.finding > header { display: flex; flex-wrap: wrap; gap: .3rem .7rem; align-items: baseline; }
.finding > header h3 { flex-basis: 100%; font-size: 1.08rem; margin-top: .15rem; }
.tag { display: inline-block; border-radius: 5px; padding: .05rem .5rem; font-size: .8rem; font-weight: 600; background: var(--tint); color: var(--tone); white-space: nowrap; }
.soft { color: var(--soft); }
.finding > * + *, .case > * + * { margin-top: .9rem; }

table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .85rem; }
th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th.word, td.word { white-space: nowrap; overflow-wrap: normal; }
td.expected code { color: var(--good); }
td.came code { color: var(--bad); }
td.name { white-space: nowrap; }

.exchange { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.exchange + .exchange { margin-top: .6rem; }
.exchange > header { display: flex; flex-wrap: wrap; gap: .2rem .9rem; padding: .45rem .8rem; background: var(--code); border-bottom: 1px solid var(--line); }
.exchange > header .time { color: var(--soft); font-variant-numeric: tabular-nums; }
.sides { display: grid; grid-template-columns: 1fr 1fr; }
.sides > div { padding: .55rem .8rem; min-width: 0; }
.sides > div + div { border-left: 1px solid var(--line); }
.sides h4 { margin: 0 0 .3rem; font-size: .78rem; font-weight: 600; color: var(--soft); }
.sides pre + pre { margin-top: .4rem; padding-top: .4rem; border-top: 1px dashed var(--line); }
.headers { color: var(--soft); }
.block { background: var(--code); border-radius: 8px; padding: .6rem .8rem; }

details > summary { cursor: pointer; list-style: none; display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
details > summary::-webkit-details-marker { display: none; }
details.line { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .5rem .9rem; margin-bottom: .4rem; }
details.line[open] > summary { margin-bottom: .7rem; }
details.line .grow { flex: 1; }
.sign { color: var(--tone); font-weight: 700; width: 1.1em; display: inline-block; text-align: center; }
.steps, .case > .steps { list-style: none; padding: 0; margin: .9rem 0 0; }
h3 + .features { margin-top: .6rem; }
.features + h3 { margin-top: 1.5rem; }
.steps ul { list-style: none; padding-left: 1.9rem; }
:target { outline: 2px solid var(--link); outline-offset: 2px; }
footer { margin-top: 3rem; color: var(--soft); font-size: .88rem; }

@media (max-width: 44rem) {
  .sides { grid-template-columns: 1fr; }
  .sides > div + div { border-left: 0; border-top: 1px solid var(--line); }
  .feature { grid-template-columns: 1fr max-content; }
  .feature .bar { grid-column: 1 / -1; grid-row: 2; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd + dt { margin-top: .5rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --code: #f5f5f5; --good: #17784a; --bad: #b3261e; --warn: #8a5a00; --mute: #555; --link: #000;
    --good-tint: #fff; --bad-tint: #fff; --warn-tint: #fff; --mute-tint: #fff; }
  body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  code, pre, .mono { font-size: 8.5pt; }
  .card, .exchange, details.line, tr { break-inside: avoid; }
  .finding { break-inside: auto; }
  h2, h3, .finding > header { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
}
`;
