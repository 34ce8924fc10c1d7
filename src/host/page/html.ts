/** The page as it is served; `{token}` stands for the token of this process. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="poscert-token" content="{token}">
<title>poscert sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<header>
  <h1>poscert sandbox</h1>
  <p id="api" class="address"></p>
  <p class="links"><a id="description" href="/help">API description</a> <a href="/help">Control API</a></p>
  <span id="link" class="link" role="status">connecting</span>
  <div class="clock" aria-label="The sandbox's clock">
    <time id="now">&#8211;</time>
    <span id="moved"></span>
    <span class="moves" role="group" aria-label="Move the clock forward">
      <button type="button" data-advance="PT5M">+5 min</button>
      <button type="button" data-advance="PT1H">+1 h</button>
      <button type="button" data-advance="P1D">+1 d</button>
      <button type="button" data-advance="P8D">+8 d</button>
    </span>
  </div>
</header>
<main>
  <details class="stage">
    <summary><h2>Stage</h2> <span id="unusual" class="unusual"></span></summary>
    <div class="sets">
      <ol id="stores" class="rows" aria-label="Stores"></ol>
      <div>
        <ol id="settings" class="rows" aria-label="Settings"></ol>
        <p id="revoke" class="acts"></p>
      </div>
    </div>
  </details>
  <section class="tills" aria-labelledby="tills-title">
    <h2 id="tills-title">Points of sale <span id="tills-count" class="count"></span></h2>
    <div id="tills" class="cards"></div>
    <p id="no-tills" class="empty">No point of sale yet. When a client creates one it appears here, with its QR code and its customer.</p>
  </section>
  <section class="money" aria-labelledby="payments-title">
    <h2 id="payments-title">Payments <span id="payments-count" class="count"></span></h2>
    <ol id="payments" class="rows"></ol>
    <p id="no-payments" class="empty">No payment yet.</p>
    <h2 id="refunds-title">Refunds <span id="refunds-count" class="count"></span></h2>
    <ol id="refunds" class="rows"></ol>
    <p id="no-refunds" class="empty">No refund yet.</p>
  </section>
  <section class="wire" aria-labelledby="wire-title">
    <h2 id="wire-title">Last exchanges</h2>
    <ol id="exchanges" class="rows"></ol>
    <p id="no-exchanges" class="empty">Nothing was asked yet.</p>
  </section>
</main>
<p id="told" role="alert" hidden></p>
<p id="heard" role="status" class="unseen"></p>
<noscript><p class="empty">This page needs JavaScript. The control API does all of it without: see GET /state.</p></noscript>
</body>
</html>
`;
