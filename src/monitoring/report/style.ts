/** The look of a tear sheet: one column, two themes by the reader's preference, contrast of 4.5 and more for text. */
export const STYLE = `
:root { color-scheme: light dark; --back: #ffffff; --text: #1b2430; --soft: #556072; --edge: #d8dee8; --tile: #f5f7fa;
  --c1: #1f6fb2; --c2: #8a5a00; --c3: #4a5568; --c4: #b3261e; --c5: #6a3fa0; --c6: #0b7a5b; --buy: #0b7a3e; --sell: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #11161d; --text: #e6ebf2; --soft: #a3afbf; --edge: #2c3644; --tile: #1a212b;
  --c1: #6db3f2; --c2: #e0b050; --c3: #b6c2d1; --c4: #ff8a80; --c5: #c4a1f0; --c6: #62d3ad; --buy: #5fd38d; --sell: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2.2rem 0 0.2rem; font-size: 1.15rem; }
header p, section > p, footer { margin: 0.2rem 0; color: var(--soft); } .note { color: var(--text); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.6rem; margin: 1.2rem 0; }
.tile { padding: 0.6rem 0.8rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--tile); }
.tile dt { color: var(--soft); font-size: 0.85rem; } .tile dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.tile dd.more { font-size: 0.85rem; color: var(--soft); }
figure { margin: 0.4rem 0; overflow-x: auto; } svg { width: 100%; min-width: 34rem; height: auto; display: block; }
.grid { stroke: var(--edge); stroke-width: 1; } .axis { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.line { fill: none; stroke-width: 1.6; stroke-linejoin: round; } .area { stroke: none; opacity: 0.16; }
.line.c1 { stroke: var(--c1); } .line.c2 { stroke: var(--c2); } .line.c3 { stroke: var(--c3); }
.line.c4 { stroke: var(--c4); } .line.c5 { stroke: var(--c5); } .line.c6 { stroke: var(--c6); }
.area.c1 { fill: var(--c1); } .area.c2 { fill: var(--c2); } .area.c4 { fill: var(--c4); }
.mark.buy { fill: var(--buy); } .mark.sell { fill: var(--sell); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; margin: 0; padding: 0; list-style: none; font-size: 0.9rem; }
.legend li::before { content: ''; display: inline-block; width: 1em; height: 3px; margin-right: 0.4em; vertical-align: middle; background: currentcolor; }
.legend .c1::before { color: var(--c1); } .legend .c2::before { color: var(--c2); } .legend .c3::before { color: var(--c3); }
.legend .c4::before { color: var(--c4); } .legend .c5::before { color: var(--c5); } .legend .c6::before { color: var(--c6); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: 0.4rem 0; font-size: 0.92rem; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--edge); text-align: left; vertical-align: top; min-width: 5.5rem; }
th { color: var(--soft); font-weight: 600; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.none { color: var(--soft); font-style: italic; }
@media print { body { max-width: none; } section { break-inside: avoid; } }
`;
