/** The bank's one style sheet: another house than the newsroom's, plain and calm, in both themes and both directions. */
export const BANK_STYLE = `
:root{color-scheme:light dark;--ink:#16202b;--soft:#4a5663;--paper:#fbfbf9;--field:#fff;--line:#b9c1c9;--deep:#0b4f6c;--on-deep:#fff;--alarm:#a3170f;--note:#fff1c9;--note-ink:#3b2c00}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecef;--soft:#aab4bd;--paper:#14191e;--field:#1c232a;--line:#55616c;--deep:#7cc4e4;--on-deep:#06202c;--alarm:#ff9a8f;--note:#3a2f0c;--note-ink:#ffe9ad}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
.banner p{margin:0}
.banner{padding:.75rem 1rem;background:var(--note);color:var(--note-ink);font-weight:600;text-align:center}
main{max-inline-size:36rem;margin-inline:auto;padding:1.5rem 1rem 4rem}
main.wide{max-inline-size:68rem}
h1{font-size:1.625rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.1875rem;line-height:1.3;margin:2.5rem 0 .5rem}
p{margin:0 0 1rem}
a{color:var(--deep)}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1.25rem;margin:0 0 1.5rem;border-block:1px solid var(--line);padding-block:.75rem}
dt{color:var(--soft)}dd{margin:0;font-weight:600}
label{display:block;font-weight:600;margin-block-start:1.25rem}
label~input,label~select{margin-block-start:.3rem}
.hint{color:var(--soft);margin:0;font-size:.9375rem}
input,select{display:block;font:inherit;color:inherit;background:var(--field);border:1px solid var(--soft);border-radius:4px;min-block-size:2.75rem;padding:.5rem .75rem;inline-size:100%;font-variant-numeric:tabular-nums}
.short{max-inline-size:9rem}
input[aria-invalid=true]{border:2px solid var(--alarm)}
button{font:inherit;font-weight:600;min-block-size:2.75rem;padding:.5rem 1.25rem;border-radius:4px;border:1px solid var(--deep);background:none;color:var(--deep);cursor:pointer}
.main-button{background:var(--deep);color:var(--on-deep);inline-size:100%;margin-block:1.5rem .75rem;font-size:1.125rem}
.pair{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(12rem,100%),1fr));margin-block:1.5rem}
:focus-visible{outline:3px solid var(--deep);outline-offset:2px}
.cancel{display:inline-block;padding-block:.6rem}
.error-summary{border:2px solid var(--alarm);border-radius:4px;padding:1rem;margin-block-end:1.5rem}
.error-summary h2{margin:0 0 .5rem}.error-summary ul{list-style:none;margin:0;padding:0}.error-summary p{margin:0}
.error-summary a,.field-error{color:var(--alarm);font-weight:600}
.error-summary a{display:block;padding-block:.6rem}
.field-error{margin:.25rem 0}
.cards{list-style:none;margin:1rem 0 0;padding:0}
.cards li{display:grid;gap:.5rem 1rem;align-items:center;justify-items:start;border-block-start:1px solid var(--line);padding-block:.75rem}
@media (min-width:30rem){.cards li{grid-template-columns:1fr auto}}
.cards bdi{font-variant-numeric:tabular-nums}
.away{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;inline-size:100%;font-size:.9375rem;font-variant-numeric:tabular-nums}
caption{text-align:start;font-weight:600;padding-block:1.5rem .5rem}
th,td{text-align:start;vertical-align:top;padding:.4rem .9rem .4rem 0;border-block-start:1px solid var(--line)}
td.number,th.number{text-align:end}
.seen{list-style:none;margin:0;padding:0}
code{font-size:.875em}
nav{margin-block-end:1.5rem}nav a{display:inline-block;padding:.6rem 1rem .6rem 0}
.scroll+form{margin-block-start:1rem}
.acts{display:flex;flex-wrap:wrap;gap:.4rem}.acts button{font-size:.875rem;padding:.25rem .6rem}
fieldset button{margin-block-start:1rem}
fieldset{border:1px solid var(--line);border-radius:4px;margin:0 0 1.25rem;padding:1rem}
legend{font-weight:600;padding-inline:.4rem}
.row{display:grid;gap:0 1rem;grid-template-columns:repeat(auto-fit,minmax(min(13rem,100%),1fr));align-items:end}
`.trim();
