/** The colours of a theme; text has a contrast of 4.5 and more on every surface that it stands on. */
const LIGHT = `--back: #f3f5f9; --card: #ffffff; --text: #1b2430; --soft: #505c6e; --edge: #d3dae5; --control: #76839a; --focus: #0b57d0;
  --good: #0b6b37; --bad: #b3261e; --warn: #7a4f00; --good-back: #e2f3e9; --bad-back: #fbe7e5; --warn-back: #faf0d9; --plain-back: #e8ecf3;
  --line: #1f6fb2; --line-area: #1f6fb222; --fall: #b3261e; --fall-area: #b3261e22; --bar: #5b7fb0; --depth-bid: #d6eee0; --depth-ask: #f9dedb; --danger: #b3261e; --danger-text: #ffffff;`;
const DARK = `--back: #0e1319; --card: #171d26; --text: #e8edf4; --soft: #a8b4c4; --edge: #2d3847; --control: #718096; --focus: #8ab8ff;
  --good: #62d694; --bad: #ff9087; --warn: #eec15c; --good-back: #12301f; --bad-back: #3c1917; --warn-back: #35290d; --plain-back: #232c39;
  --line: #6db3f2; --line-area: #6db3f22a; --fall: #ff8a80; --fall-area: #ff8a802a; --bar: #6f95cc; --depth-bid: #143523; --depth-ask: #43201d; --danger: #c5362c; --danger-text: #ffffff;`;

/** The look of the live page: house style of the tear sheet, two themes, cards that become one column on a phone. */
export const STYLE: string = `
:root { color-scheme: light; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { color-scheme: dark; ${DARK} } }
:root[data-theme="dark"] { color-scheme: dark; ${DARK} }
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.15rem; } h2 { margin: 0 0 0.15rem; font-size: 1rem; } h3 { margin: 0.4rem 0 0; font-size: 0.84rem; font-weight: 600; color: var(--soft); } p { margin: 0; }
[hidden] { display: none !important; }
.soft, .about, #note, footer, .none { color: var(--soft); } .about, #note, footer { font-size: 0.86rem; } .none { font-style: italic; padding: 0.4rem 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; } main:focus { outline: none; }
.skip { position: absolute; left: 0.5rem; top: -4rem; z-index: 20; padding: 0.5rem 0.8rem; background: var(--card); color: var(--text); border-radius: 6px; }
.skip:focus { top: 0.5rem; }
header { position: sticky; top: 0; z-index: 10; display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; padding: 0.55rem 1rem; background: var(--card); border-bottom: 1px solid var(--edge); }
.who { flex: 1 1 12rem; min-width: 0; } .status, .actions { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.badge { display: inline-block; padding: 0.2rem 0.6rem; border-radius: 999px; font-size: 0.86rem; font-weight: 600; background: var(--plain-back); color: var(--text); white-space: nowrap; }
.badge[data-tone="good"] { background: var(--good-back); color: var(--good); } .badge[data-tone="bad"] { background: var(--bad-back); color: var(--bad); } .badge[data-tone="warn"] { background: var(--warn-back); color: var(--warn); }
button, select, input { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--control); border-radius: 6px; padding: 0.35rem 0.75rem; min-height: 2.4rem; }
button { cursor: pointer; font-weight: 600; white-space: nowrap; } button:hover:not(:disabled) { background: var(--plain-back); }
button.danger { background: var(--danger); border-color: var(--danger); color: var(--danger-text); } button.danger:hover:not(:disabled) { background: var(--danger); filter: brightness(0.9); }
button:disabled { cursor: not-allowed; background: var(--plain-back); border-color: var(--edge); color: var(--soft); }
.banner { display: flex; gap: 0.6rem; padding: 0.6rem 1rem; font-weight: 600; border-bottom: 1px solid var(--edge); }
.banner[data-tone="bad"] { background: var(--bad-back); color: var(--bad); } .banner[data-tone="warn"] { background: var(--warn-back); color: var(--warn); } .banner[data-tone="plain"] { background: var(--plain-back); color: var(--text); }
#reader { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: end; padding: 1rem; } #reader label { flex: 1 1 16rem; }
main, footer { max-width: 96rem; margin: 0 auto; padding: 0.8rem 1rem; } footer { padding-bottom: 2rem; } footer a { color: inherit; }
.stale main { filter: grayscale(1); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.2rem, 1fr)); gap: 0.6rem; margin: 0 0 0.8rem; }
.tile, .part { background: var(--card); border: 1px solid var(--edge); border-radius: 10px; min-width: 0; }
.tile { padding: 0.5rem 0.75rem; } .tile dt { color: var(--soft); font-size: 0.84rem; } .tile dd { margin: 0; font-size: 1.15rem; font-weight: 600; } .tile dd.more { font-size: 0.8rem; font-weight: 400; color: var(--soft); min-height: 1.2em; }
.parts { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 0.8rem; align-items: start; } .stack { display: grid; gap: 0.8rem; grid-template-columns: minmax(0, 1fr); } .part { padding: 0.7rem 0.9rem 0.8rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.data { border-collapse: collapse; width: 100%; margin-top: 0.35rem; font-size: 0.88rem; } .data th, .data td { padding: 0.28rem 0.5rem; border-bottom: 1px solid var(--edge); text-align: left; vertical-align: top; }
.data th:first-child, .data td:first-child { padding-left: 0; } .data th:last-child, .data td:last-child { padding-right: 0; } .data th { color: var(--soft); font-weight: 600; } .data tbody tr:last-child td { border-bottom: 0; }
.data th.number, .data td.number { text-align: right; } .data td.number, .data td.word { white-space: nowrap; }
.unit { color: var(--soft); font-size: 0.86em; }
.pick { display: flex; flex-wrap: wrap; gap: 0.4rem 0.7rem; align-items: center; margin: 0.3rem 0 0.6rem; } .pick select { min-width: 0; max-width: 100%; }
.price { display: grid; grid-template-columns: minmax(0, 1fr) minmax(13rem, 17rem); gap: 1rem; } .chart { width: 100%; min-width: 0; overflow: hidden; } #candles { height: 310px; }
#profit-chart { height: 180px; } #drawdown-chart { height: 120px; }
.book { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); font-size: 0.88rem; } .book > * { padding: 0.14rem 0.4rem; text-align: right; white-space: nowrap; }
.book .head { color: var(--soft); font-weight: 600; white-space: normal; } .book .middle { grid-column: 1 / -1; border: solid var(--edge); border-width: 1px 0; margin: 0.2rem 0; text-align: center; white-space: normal; color: var(--soft); }
.book .size { position: relative; z-index: 0; } .book .size i { position: absolute; z-index: -1; top: 1px; bottom: 1px; right: 0; border-radius: 3px; } .book .bid i { background: var(--depth-bid); } .book .ask i { background: var(--depth-ask); }
#limits, #venues, #notices { list-style: none; margin: 0.4rem 0 0; padding: 0; } #limits li + li { margin-top: 0.7rem; }
.limit { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; } .limit span:last-child { margin-left: auto; text-align: right; }
.meter { height: 0.6rem; margin-top: 0.2rem; border-radius: 999px; background: var(--plain-back); overflow: hidden; } .meter i { display: block; height: 100%; border-radius: 999px; background: var(--good); } .meter[data-tone="warn"] i { background: var(--warn); } .meter[data-tone="bad"] i { background: var(--bad); }
.histogram + .histogram { margin-top: 0.9rem; } .histogram .bars { display: flex; align-items: end; gap: 2px; height: 70px; border-bottom: 1px solid var(--control); margin-top: 0.3rem; } .histogram .bars i { flex: 1; background: var(--bar); border-radius: 2px 2px 0 0; min-height: 0; }
.histogram .scale { display: flex; justify-content: space-between; color: var(--soft); font-size: 0.8rem; } .histogram .name { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; } .histogram .name span { color: var(--soft); font-size: 0.86rem; }
#venues li { display: flex; flex-wrap: wrap; gap: 0.3rem 0.5rem; align-items: center; padding: 0.3rem 0; border-bottom: 1px solid var(--edge); } #venues li:last-child { border: 0; } #venues strong { min-width: 6.5rem; } #venues .held { margin-left: auto; text-align: right; }
.facts { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.15rem 1rem; margin: 0.4rem 0 0; } .facts dt { color: var(--soft); } .facts dd { margin: 0; }
#notices { max-height: 18rem; overflow-y: auto; } #notices li { display: grid; grid-template-columns: auto auto minmax(0, 1fr); gap: 0 0.6rem; padding: 0.25rem 0; border-bottom: 1px solid var(--edge); font-size: 0.88rem; } #notices li:last-child { border: 0; } #notices time { color: var(--soft); }
dialog { width: min(28rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 1.1rem; border: 1px solid var(--control); border-radius: 12px; background: var(--card); color: var(--text); } dialog::backdrop { background: #000a; }
form label { display: grid; gap: 0.2rem; margin-top: 0.7rem; font-size: 0.9rem; } form input { width: 100%; } dialog .actions { justify-content: flex-end; margin-top: 1rem; } #control-error { color: var(--bad); font-weight: 600; margin-top: 0.6rem; }
@media (max-width: 70rem) { .parts { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 45rem) { .price { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 40rem) {
  header { position: static; } .actions { width: 100%; } .actions button { flex: 1 1 auto; } .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); } #candles { height: 220px; } main { padding: 0.6rem; } .part { padding: 0.7rem; }
  .data, .data tbody { display: block; } .data { position: relative; } .data thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .data tbody tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.1rem 0.6rem; padding: 0.45rem 0; border-bottom: 1px solid var(--edge); } .data tbody tr:last-child { border: 0; }
  .data tbody td { display: block; border: 0; padding: 0.1rem 0; } .data td.name { grid-column: 1 / -1; font-weight: 600; } .data td.long { grid-column: span 2; } .data td:empty { display: none; }
  .data td:not(.name)::before { content: attr(data-head); display: block; color: var(--soft); font-size: 0.8rem; } .data tbody td.number, .data tbody td.word { text-align: left; white-space: normal; overflow-wrap: anywhere; } .data .unit { font-size: 0.76em; }
  #notices { max-height: none; } #notices li:nth-child(n+13) { display: none; } #notices li { grid-template-columns: auto minmax(0, 1fr); } #notices li span:last-child { grid-column: 1 / -1; }
}
@media (prefers-reduced-motion: no-preference) { .meter i { transition: width 0.3s; } }
@media print { header { position: static; } }
`;
