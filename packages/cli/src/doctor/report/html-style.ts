/** The page's style sheet: light and dark, and for paper. */
export const pageStyle: string = `
:root{color-scheme:light dark;--ink:#1c2426;--soft:#5b686c;--line:#d8dfe1;--card:#f6f8f8;--bad:#b3261e;--warn:#9a6700;--good:#1a7f4b;--a:#0b7480;--b:#b3261e;--c:#9a6700;--d:#6f42c1;--e:#1a7f4b;--f:#5b686c}
@media(prefers-color-scheme:dark){:root{--ink:#e4eaec;--soft:#9fb0b5;--line:#36444a;--card:#1b2428;--bad:#ff8a80;--warn:#e3b341;--good:#56d364;--a:#4dd0e1;--b:#ff8a80;--c:#e3b341;--d:#c297ff;--e:#56d364;--f:#9fb0b5}body{background:#12181b}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);margin:0}
main{max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
.soft{color:var(--soft)}.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}
ol,ul{padding-left:1.4rem}li{margin:.3rem 0}
code,pre{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}
.seen{background:var(--card);border-left:3px solid var(--line);padding:.4rem .7rem;margin:.3rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
td.number{text-align:right;font-variant-numeric:tabular-nums}
figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.9rem}
svg{width:100%;height:auto;display:block}svg text{font:11px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--line);stroke-width:1}.s0{fill:var(--a);stroke:var(--a)}.s1{fill:var(--b);stroke:var(--b)}.s2{fill:var(--c);stroke:var(--c)}.s3{fill:var(--d);stroke:var(--d)}.s4{fill:var(--e);stroke:var(--e)}.s5{fill:var(--f);stroke:var(--f)}
.line.line{fill:none;stroke-width:1.5}.key span{margin-right:1rem}.key i{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin-right:.35rem}
i.s0{background:var(--a)}i.s1{background:var(--b)}i.s2{background:var(--c)}i.s3{background:var(--d)}i.s4{background:var(--e)}i.s5{background:var(--f)}
@media print{main{max-width:none;padding:0}figure,tr{break-inside:avoid}}
`;
