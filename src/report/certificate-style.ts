/** The style sheet of the certificate: one A4 page, no fonts and no images from elsewhere. */
export const CERTIFICATE_STYLE = `
@page { size: A4; margin: 0; }
* { box-sizing: border-box; }
body { margin: 0; background: #e9ecf0; color: #17202b; font: 9.4pt/1.36 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
main { width: 210mm; min-height: 276mm; margin: 0 auto; padding: 11mm 17mm 8mm; background: #fff; border-top: 5mm solid #17784a; display: flex; flex-direction: column; gap: 3.7mm; }
main.demo { border-color: #8a5a00; }
h1, h2, p, dl, dd, ul { margin: 0; }
.kind { color: #17784a; font-size: 10.5pt; font-weight: 650; }
.demo .kind { color: #8a5a00; }
h1 { font-size: 25pt; line-height: 1.15; font-weight: 700; overflow-wrap: anywhere; margin-top: 1mm; }
h1.long { font-size: 15pt; }
.line { font-size: 14pt; font-weight: 600; margin-top: .5mm; }
.line span { font-size: 9.4pt; font-weight: 400; color: #56616f; margin-left: 1.5mm; }
.ran { margin-top: 2.4mm; padding: 2mm 3.4mm; background: #f1f3f6; border-left: 1.2mm solid #17784a; overflow-wrap: anywhere; }
.demo .ran { border-color: #8a5a00; background: #fbf1dc; font-weight: 650; }
h2 { font-size: 10.5pt; font-weight: 650; margin-bottom: 1.2mm; }
.features { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1.6mm 2.4mm; }
.features li { border: .3mm solid #b9dccb; background: #eef8f2; border-radius: 1.4mm; padding: .9mm 2.6mm; }
.demo .features li { border-color: #e3cf9f; background: #fbf6e9; }
.features b { font-weight: 650; }
.features b::first-letter { text-transform: uppercase; }
.features span { color: #56616f; }
dl { display: grid; grid-template-columns: 42mm 1fr; gap: .45mm 4mm; }
dt { color: #56616f; }
dd { overflow-wrap: anywhere; }
code { font: 8.2pt/1.36 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.meaning { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; border-top: .3mm solid #dde2e8; border-bottom: .3mm solid #dde2e8; padding: 3mm 0; }
.meaning ul { padding-left: 4.4mm; }
.meaning li + li { margin-top: 1mm; }
.digests code { font-size: 7.6pt; }
footer { margin-top: auto; padding-top: 3mm; border-top: .3mm solid #dde2e8; color: #56616f; font-size: 8.2pt; overflow-wrap: anywhere; }
@media screen { main { margin: 8mm auto; box-shadow: 0 1mm 5mm rgb(0 0 0 / .18); } }
@media screen and (max-width: 215mm) { main { width: auto; min-height: 0; margin: 0; padding: 8mm 6mm; box-shadow: none; } .meaning { grid-template-columns: 1fr; } dl { grid-template-columns: 1fr; } dd + dt { margin-top: 1.5mm; } }
`;
