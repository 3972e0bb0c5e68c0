/// The style sheet of reports: light and dark, narrow and wide, screen and paper.
enum ReportStyle {
  static let sheet = #"""
    :root {
      color-scheme: light dark;
      --ink: #1a1a1a; --quiet: #555; --paper: #fff; --panel: #f4f5f7; --line: #cfd3d8;
      --accent: #0b5cad; --target: #c2410c; --gold: rgba(230, 159, 0, .28); --bar: #66788a;
      --focus: #0b5cad;
    }
    @media (prefers-color-scheme: dark) {
      :root:not([data-theme="light"]) {
        --ink: #e8e8e8; --quiet: #b0b4ba; --paper: #16181c; --panel: #22252b; --line: #434850;
        --accent: #7db7f5; --target: #ff9d6b; --gold: rgba(230, 159, 0, .30); --bar: #8fa1b3;
        --focus: #9ecbff;
      }
    }
    :root[data-theme="light"] { color-scheme: light; }
    :root[data-theme="dark"] {
      color-scheme: dark;
      --ink: #e8e8e8; --quiet: #b0b4ba; --paper: #16181c; --panel: #22252b; --line: #434850;
      --accent: #7db7f5; --target: #ff9d6b; --gold: rgba(230, 159, 0, .30); --bar: #8fa1b3;
      --focus: #9ecbff;
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body {
      margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--paper); color: var(--ink);
      font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; overflow-wrap: anywhere;
    }
    h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; }
    h2 { margin: 2.5rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
    h3 { margin: 1.5rem 0 .5rem; }
    a { color: var(--accent); }
    header p, figcaption, dt, small, caption, .filters, .question { color: var(--quiet); }
    header { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; }
    header h1, header p { flex: 1 1 100%; margin: 0; }
    .skip { position: absolute; left: -99rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 9; }
    :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
    button, select, input {
      font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line);
      border-radius: .3rem; padding: .2rem .5rem; max-width: 100%;
    }
    input[type="range"] { padding: 0; vertical-align: middle; }
    button { cursor: pointer; }
    nav ol { columns: 16rem; padding-left: 1.5rem; }
    dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2rem 1rem; }
    dd { margin: 0; }
    pre { background: var(--panel); padding: .8rem; overflow: auto; max-height: 28rem; }
    pre, code { font: .85rem/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
    .scroll { overflow-x: auto; max-width: 100%; }
    .scroll.rows { overflow-y: auto; max-height: 30rem; border: 1px solid var(--line); }
    .pool { position: absolute; }
    table { border-collapse: collapse; width: 100%; font-size: .9rem; }
    caption { text-align: left; padding: .4rem; }
    th, td { padding: .25rem .6rem; text-align: left; border-bottom: 1px solid var(--line); }
    th, td { overflow-wrap: normal; }
    td { white-space: nowrap; }
    thead th { position: sticky; top: 0; background: var(--panel); }
    th button { border: 0; background: none; padding: 0; font-weight: 600; text-align: left; }
    th[aria-sort="ascending"] button::after { content: " \2191"; }
    th[aria-sort="descending"] button::after { content: " \2193"; }
    .number, .number button { text-align: right; font-variant-numeric: tabular-nums; }
    .filters, .controls { display: none; flex-wrap: wrap; gap: .5rem 1rem; margin: .5rem 0; }
    .js .filters, .js .controls { display: flex; align-items: center; }
    .filters label, .controls label { max-width: 100%; }
    .js noscript { display: none; }
    html:not(.js) .explorer .split, html:not(.js) .explorer .most { display: none; }
    .figures {
      display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr));
    }
    figure { margin: 0; min-width: 0; }
    figure .scroll { background: #fff; border: 1px solid var(--line); border-radius: .3rem; }
    figure svg, figure img { display: block; width: 100%; min-width: 21rem; height: auto; }
    figure svg { stroke-miterlimit: 10; }
    figure.wide { grid-column: 1 / -1; }
    figure.wide svg, figure.wide img { min-width: 34rem; }
    figcaption { font-size: .85rem; padding-top: .3rem; }
    .split { display: grid; gap: 1rem; grid-template-columns: minmax(10rem, max-content) minmax(0, 1fr); }
    .heads { display: inline-block; }
    .heads > div { display: flex; }
    .heads span { width: 3.2rem; padding: .2rem; text-align: center; font-size: .8rem; }
    .heads button {
      width: 3.2rem; padding: .35rem 0; border-radius: 0; font-variant-numeric: tabular-nums;
      font-size: .85rem; background: none; position: relative; isolation: isolate;
    }
    .heads button::before {
      content: ""; position: absolute; inset: 0; z-index: -1; background: var(--target);
      opacity: calc(var(--mass) * .55);
    }
    .heads button[aria-selected="true"] { outline: 3px solid var(--accent); outline-offset: -3px; }
    .plot { border: 1px solid var(--line); touch-action: pan-y; }
    .plot svg { display: block; }
    .plot text { fill: var(--quiet); font-size: 11px; }
    .plot .axis { stroke: var(--line); }
    .plot .gold { fill: var(--gold); }
    .plot .bar { fill: var(--bar); }
    .plot .target { fill: var(--target); }
    .plot .ghost { fill: none; stroke: var(--accent); stroke-width: 1; }
    .plot .cursor { stroke: var(--ink); stroke-dasharray: 3 3; }
    .summary { margin: 0 0 .4rem; font-weight: 600; }
    .readout { min-height: 3em; margin: .4rem 0; }
    @media (max-width: 44rem) {
      .split { grid-template-columns: minmax(0, 1fr); }
      dl { grid-template-columns: 1fr; }
      dt { margin-top: .4rem; }
    }
    @media print {
      :root, :root[data-theme] {
        --ink: #000; --quiet: #333; --paper: #fff; --panel: #fff; --line: #999; --target: #c2410c;
      }
      body { max-width: none; padding: 0; font-size: 10pt; }
      .skip, #theme, nav, .filters, .controls { display: none !important; }
      .scroll.rows { max-height: none; border: 0; }
      thead th { position: static; }
      figure, tr { break-inside: avoid; }
      h2 { break-after: avoid; }
    }
    """#
}
