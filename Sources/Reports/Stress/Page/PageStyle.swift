/// The style sheet of a page, for bright and dark screens; colors that those tell apart who see fewer of them.
enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --text: #1b1f24; --faint: #57606a; --back: #ffffff; --grid: #d9dee3;
          --fault: #d1242f22; --good: #116329; --bad: #b42318; --code: #f3f5f7;
          --c0: #0060a8; --c1: #b35900; --c2: #00735c; --c3: #a3407a; --c4: #5b5bd6; --c5: #7a6a00; --c6: #46606e;
          --c7: #b42318; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9aa4af; --back: #12161b;
          --grid: #2c333b; --fault: #ff7b7230; --good: #57c46f; --bad: #ff8a80; --code: #1c222a;
          --c0: #62b0ff; --c1: #ffab5e; --c2: #4fd1b0; --c3: #f19ccb; --c4: #a9a9ff; --c5: #e0d060; --c6: #b3c7d3;
          --c7: #ff8a80; } }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 60rem;
          margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        p { margin: .25rem 0; } .faint, figcaption { color: var(--faint); }
        .verdict { font-weight: 600; font-size: 1.1rem; margin: .75rem 0; } .good { color: var(--good); }
        .bad { color: var(--bad); }
        table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0;
          vertical-align: top; font-variant-numeric: tabular-nums; } th { font-weight: 600; }
        .wide { overflow-x: auto; } td.n, th.n { text-align: right; white-space: nowrap; }
        figure { margin: 1.25rem 0; } svg { width: 100%; height: auto; display: block; }
        svg text { fill: var(--faint); font-size: 12px; } svg text.x { text-anchor: middle; }
        svg text.y { text-anchor: end; } .grid { stroke: var(--grid); stroke-width: 1; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        rect.fault { fill: var(--fault); }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; margin: .25rem 0; }
        .legend li::before { content: ""; display: inline-block; width: 1rem; height: .25rem; margin-right: .4rem;
          vertical-align: middle; background: currentColor; }
        .legend li.fault::before { height: .8rem; background: var(--fault); }
        pre { background: var(--code); padding: .75rem; overflow-x: auto; font-size: 13px; margin: .5rem 0; }
        summary { cursor: pointer; }
        \((0..<LineChart.colors).map { ".line.c\($0) { stroke: var(--c\($0)); } .legend .c\($0)::before { color: var(--c\($0)); }" }
            .joined(separator: "\n"))
        """
}
