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
  <section class="tills" aria-labelledby="tills-title">
    <h2 id="tills-title">Points of sale</h2>
    <div id="tills" class="cards"></div>
    <p id="no-tills" class="empty">No point of sale yet. When a client creates one it appears here, with its QR code and its customer.</p>
  </section>
  <section class="money" aria-labelledby="payments-title">
    <h2 id="payments-title">Payments</h2>
    <ol id="payments" class="rows"></ol>
    <p id="no-payments" class="empty">No payment yet.</p>
    <h2 id="refunds-title">Refunds</h2>
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
<noscript><p class="empty">This page needs JavaScript. The control API does all of it without: see GET /state.</p></noscript>
</body>
</html>
`;
