/** How the page looks: readable at arm's length on a tablet, light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f8; --card: #ffffff; --line: #dfe2ec; --ink: #161a2b; --soft: #5b6379;
  --brand: #4a63e7; --brand-ink: #ffffff; --brand-soft: #e8ecff;
  --wait: #8a5a00; --wait-soft: #fff1d1; --with: #1f4fd1; --with-soft: #e3eaff; --held: #6a35b8; --held-soft: #f0e6ff;
  --good: #0b6b3a; --good-soft: #daf5e5; --bad: #a3262b; --bad-soft: #fde4e4; --over: #4d5567; --over-soft: #e9ebf1;
  --shadow: 0 1px 2px rgb(22 26 43 / 8%), 0 6px 20px rgb(22 26 43 / 6%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #10131d; --card: #191d2b; --line: #2c3246; --ink: #eceffa; --soft: #a0a8c0;
    --brand: #8297ff; --brand-ink: #0d1122; --brand-soft: #252d52;
    --wait: #ffcf70; --wait-soft: #3d2f0d; --with: #a3b9ff; --with-soft: #1f2b57; --held: #d0b0ff; --held-soft: #37235a;
    --good: #7fe0ab; --good-soft: #12402a; --bad: #ffa5a5; --bad-soft: #4c1d20; --over: #b9c0d4; --over-soft: #2a3043;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
h1, h2, h3, p, ol { margin: 0; padding: 0; }
ol { list-style: none; }
header {
  position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px;
  padding: 12px 24px; background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 19px; letter-spacing: -.01em; }
h1::before { content: ""; display: inline-block; width: 12px; height: 12px; margin-right: 9px; border-radius: 4px; background: var(--brand); }
.address, .target, .ids { font-family: ui-monospace, "Cascadia Mono", Menlo, monospace; font-size: 13px; color: var(--soft); }
.link { padding: 3px 11px; border-radius: 999px; font-size: 13px; font-weight: 600; background: var(--wait-soft); color: var(--wait); }
.link.live { background: var(--good-soft); color: var(--good); }
.clock { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; margin-left: auto; }
.clock time { font-size: 17px; font-weight: 600; font-variant-numeric: tabular-nums; }
#moved { font-size: 13px; color: var(--held); font-weight: 600; }
.moves { display: flex; gap: 6px; }
main { display: grid; grid-template-columns: minmax(0, 1fr) minmax(340px, 460px); gap: 20px 24px; max-width: 1560px; margin: 0 auto; padding: 20px 24px 60px; }
.tills { grid-row: span 2; }
.stage { grid-column: 1 / -1; padding: 4px 18px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; }
.stage > summary { min-height: 44px; }
.stage h2 { margin: 0; }
.unusual { color: var(--bad); font-weight: 650; font-size: 14px; }
.sets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(380px, 100%), 1fr)); gap: 16px; padding: 8px 0 16px; }
.sets .acts { margin-top: 12px; }
.set { display: flex; flex-wrap: wrap; align-items: end; gap: 8px; margin-top: 4px; }
.pay select { width: auto; max-width: 100%; }
.sets label { display: grid; gap: 3px; font-size: 13px; color: var(--soft); }
.count { font-weight: 500; letter-spacing: 0; text-transform: none; }
.links { display: flex; gap: 12px; font-size: 13px; }
.links a { color: var(--soft); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.lost main { opacity: .5; }
.till:focus { outline: 3px solid var(--brand); outline-offset: 2px; }
.more { flex-basis: 100%; font-size: 13px; color: var(--soft); }
.more label { margin-top: 6px; }
.guest label.line { display: flex; align-items: center; gap: 8px; }
input.partial { width: 20px; min-height: 20px; margin: 0; padding: 0; }
summary::before { content: "▸"; color: var(--soft); }
details[open] > summary::before { content: "▾"; }
h2 { margin: 4px 0 10px; font-size: 14px; font-weight: 700; color: var(--soft); letter-spacing: .04em; text-transform: uppercase; }
.money h2:not(:first-child) { margin-top: 22px; }
.empty { padding: 18px; border: 1px dashed var(--line); border-radius: 14px; color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(430px, 100%), 1fr)); gap: 16px; }
.till { display: grid; grid-template-columns: 164px minmax(0, 1fr); grid-template-rows: auto 1fr; gap: 12px 18px; align-content: start; padding: 18px; background: var(--card); border: 1px solid var(--line); border-radius: 18px; box-shadow: var(--shadow); }
.till h3 { font-size: 20px; line-height: 1.25; letter-spacing: -.01em; }
.foreign { overflow-wrap: anywhere; unicode-bidi: isolate; }
.qr { grid-row: span 2; align-self: start; }
.qr svg { display: block; width: 164px; height: 164px; background: #fff; border-radius: 12px; border: 1px solid var(--line); }
.qr p { margin-top: 6px; font-size: 11px; line-height: 1.3; color: var(--soft); overflow-wrap: anywhere; font-family: ui-monospace, Menlo, monospace; }
.about { color: var(--soft); font-size: 14px; }
.now { grid-column: 2; display: grid; gap: 10px; align-content: start; }
.amount { font-size: 32px; line-height: 1.15; font-weight: 700; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.pay { padding: 12px 14px; border-radius: 14px; background: var(--ground); display: grid; gap: 8px; }
.pay .top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 12px; }
.guest { display: flex; flex-wrap: wrap; gap: 8px; align-items: end; }
.guest label { display: grid; gap: 3px; font-size: 12px; font-weight: 600; color: var(--soft); }
.acts { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
button, input, select { font: inherit; min-height: 44px; border-radius: 11px; border: 1px solid var(--line); background: var(--card); color: var(--ink); padding: 0 14px; }
input, select { width: 150px; font-size: 15px; font-weight: 400; }
button { font-weight: 600; font-size: 15px; cursor: pointer; touch-action: manipulation; }
button:hover { border-color: var(--brand); }
button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
button:disabled { opacity: .45; cursor: default; }
button.main { background: var(--brand); border-color: var(--brand); color: var(--brand-ink); }
button.main:hover { filter: brightness(1.08); }
button.no { color: var(--bad); }
.moves button { min-height: 40px; padding: 0 12px; font-size: 14px; }
.chip { display: inline-block; padding: 3px 11px; border-radius: 999px; font-size: 13px; font-weight: 650; white-space: nowrap; background: var(--over-soft); color: var(--over); }
.chip.wait { background: var(--wait-soft); color: var(--wait); }
.chip.with { background: var(--with-soft); color: var(--with); }
.chip.held { background: var(--held-soft); color: var(--held); }
.chip.good { background: var(--good-soft); color: var(--good); }
.chip.bad { background: var(--bad-soft); color: var(--bad); }
.rows > li { background: var(--card); border: 1px solid var(--line); border-bottom-width: 0; padding: 11px 14px; }
.rows > li:first-child { border-radius: 14px 14px 0 0; }
.rows > li:last-child { border-radius: 0 0 14px 14px; border-bottom-width: 1px; }
.rows > li:only-child { border-radius: 14px; }
.row { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 4px 12px; }
.row .sum { font-weight: 650; font-variant-numeric: tabular-nums; }
.row + .row { margin-top: 4px; color: var(--soft); font-size: 13.5px; }
.ids { font-size: 12px; overflow-wrap: anywhere; }
summary { cursor: pointer; display: flex; gap: 10px; align-items: center; list-style: none; min-height: 28px; }
summary::-webkit-details-marker { display: none; }
summary .target { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--ink); }
summary .at { font-size: 12px; color: var(--soft); font-variant-numeric: tabular-nums; }
pre { margin: 8px 0 0; padding: 9px 11px; border-radius: 9px; background: var(--ground); font: 12px/1.45 ui-monospace, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.warning { margin-top: 6px; font-size: 13px; color: var(--wait); }
#told { position: fixed; left: 50%; bottom: 22px; transform: translateX(-50%); max-width: min(560px, 92vw); padding: 13px 20px; border-radius: 14px; background: var(--bad); color: var(--card); font-weight: 600; box-shadow: var(--shadow); }
@media (max-width: 900px) {
  main { grid-template-columns: minmax(0, 1fr); padding: 16px; }
  header { position: static; padding: 12px 16px; }
  .clock { margin-left: 0; }
}
@media (max-width: 480px) {
  .till { grid-template-columns: minmax(0, 1fr); }
  .now { grid-column: 1; }
}
`;
