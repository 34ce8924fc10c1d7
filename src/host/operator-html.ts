/** The operator's page as it is served. */
export const OPERATOR_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>poscert: your turn</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/operator.css">
<script src="/operator.js" defer></script>
</head>
<body>
<header>
  <h1 id="client">poscert</h1>
  <span id="count"></span>
  <span id="link" role="status">connecting</span>
</header>
<main>
  <section class="turn" aria-live="assertive">
    <h2 id="case"></h2>
    <p id="lead"></p>
    <p id="sentence">Nothing to do yet.</p>
    <p id="traffic" hidden>The traffic shows when it is done; nothing need be pressed.</p>
    <div id="buttons"></div>
    <p id="note" role="status"></p>
  </section>
  <section class="steps" aria-labelledby="steps-title">
    <h2 id="steps-title">Steps</h2>
    <ol id="lines"></ol>
  </section>
</main>
<noscript><p>This page needs JavaScript. The same sentences stand in the terminal.</p></noscript>
</body>
</html>
`;

/** Readable at arm's length; the current step black, later ones grey, done ones ticked, as in the earlier tool. */
export const OPERATOR_STYLE = `
:root { color-scheme: light dark; --ground: #f3f4f8; --card: #fff; --line: #dfe2ec; --ink: #000; --later: #6f7587; --soft: #5b6379; --brand: #4a63e7; --on-brand: #fff; --good: #0b6b3a; --bad: #a3262b; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10131d; --card: #191d2b; --line: #2c3246; --ink: #fff; --later: #6d7590; --soft: #a0a8c0; --brand: #8297ff; --on-brand: #0d1122; --good: #7fe0ab; --bad: #ffa5a5; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 18px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
h1, h2, p, ol { margin: 0; padding: 0; }
header { display: flex; gap: 16px; align-items: baseline; padding: 14px 24px; background: var(--card); border-bottom: 1px solid var(--line); }
h1 { font-size: 20px; overflow-wrap: anywhere; }
#count { color: var(--soft); }
#link { margin-left: auto; font-size: 14px; color: var(--bad); }
#link.live { color: var(--good); }
main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(260px, 2fr); gap: 24px; max-width: 1280px; margin: 0 auto; padding: 24px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 24px; }
h2 { font-size: 16px; color: var(--soft); }
#lead { margin-top: 20px; font-weight: 700; color: var(--brand); min-height: 1.45em; }
#sentence { font-size: 32px; line-height: 1.25; font-weight: 650; overflow-wrap: anywhere; }
#traffic, #note { margin-top: 12px; color: var(--soft); }
#buttons { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 24px; }
button { font: inherit; font-weight: 600; min-height: 56px; padding: 0 22px; border-radius: 14px; border: 1px solid var(--line); background: var(--card); color: var(--ink); cursor: pointer; touch-action: manipulation; }
button.main { background: var(--brand); border-color: var(--brand); color: var(--on-brand); }
button.stop { color: var(--bad); margin-left: auto; }
button:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
ol { list-style: none; margin-top: 12px; }
li { padding: 7px 0 7px 30px; position: relative; color: var(--later); overflow-wrap: anywhere; }
li.current { color: var(--ink); font-weight: 700; }
li.done { color: var(--soft); }
li.done::before { content: "\\2713"; position: absolute; left: 4px; color: var(--good); font-weight: 700; }
@media (max-width: 860px) { main { grid-template-columns: minmax(0, 1fr); padding: 14px; } #sentence { font-size: 26px; } }
`;
