"""Colours and rules of the page and of plots that stand alone."""

from typing import Final

_LIGHT: Final = """
--ground:#ffffff;--panel:#f6f7f9;--ink:#1d2430;--soft:#5b6675;--line:#d9dee5;
--c1:#0b6bcb;--c2:#c2410c;--c3:#0f7b53;--c4:#7a3fc4;--c5:#a16207;--c6:#be185d;
--c7:#0e7490;--c8:#525b66;--pass:#0f7b53;--review:#d48806;--risky:#c62f2f;
--shade:11,107,203;"""
_DARK: Final = """
--ground:#12161c;--panel:#1b212a;--ink:#e6e9ee;--soft:#9aa6b5;--line:#303945;
--c1:#6cb2ff;--c2:#ff9b66;--c3:#58d0a0;--c4:#c3a0ff;--c5:#e5bd52;--c6:#ff8fc0;
--c7:#63cfe0;--c8:#b3bcc8;--pass:#58d0a0;--review:#e8b04a;--risky:#ff7b7b;
--shade:108,178,255;"""

COLOURS: Final = (
    f":root{{color-scheme:light dark;{_LIGHT}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
)
PLOT: Final = """
svg text{font:12px system-ui,"Noto Sans CJK SC",sans-serif;fill:var(--ink)}
svg .soft{fill:var(--soft)}svg .title{font-weight:600}
svg .axis{stroke:var(--soft);stroke-width:1}svg .grid{stroke:var(--line);stroke-width:1}
svg .ideal{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 4}
svg .curve{fill:none;stroke-width:2;stroke-linejoin:round}
svg .pale{stroke-width:1.5;stroke-opacity:.4}svg .ground{fill:var(--ground)}
""" + "".join(
    f"svg .s{n}{{stroke:var(--c{n})}}svg .f{n}{{fill:var(--c{n})}}" for n in range(1, 9)
)
PLOT_ALONE: Final = (COLOURS + PLOT).replace(":root", "svg").replace("svg text", "text")
"""For a file of its own, in which `svg` is the root."""

PAGE: Final = """
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.5;
font:15px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
main{max-width:1080px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:19px;margin:40px 0 12px}
p{margin:6px 0 12px;max-width:75ch}.soft{color:var(--soft)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(160px,1fr));gap:12px;
margin:20px 0}
.card{background:var(--panel);border-radius:10px;padding:14px 16px}
.card b{display:block;font-size:24px;font-weight:650;line-height:1.25}
.card span{color:var(--soft);font-size:13px;display:block}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:20px}
figure{margin:0;background:var(--panel);border-radius:10px;padding:12px}
figure svg .ground{fill:var(--panel)}
figure.tall{max-width:760px}
svg{display:block;width:100%;height:auto}
.wide{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:0 0 12px}
th,td{padding:5px 10px 5px 0;text-align:right;border-bottom:1px solid var(--line);
white-space:nowrap}
th{font-weight:600;color:var(--soft)}th:first-child,td:first-child{text-align:left}
td.left,th.left{text-align:left}
td.text{text-align:left;white-space:pre-wrap;overflow-wrap:anywhere;min-width:300px}
.heat td{padding:8px 14px;border:2px solid var(--ground)}
.heat td:first-child{padding-left:0}.heat td+td{text-align:center}
.note{border-left:3px solid var(--review);padding:2px 12px;color:var(--soft)}
@media(max-width:520px){.plots{grid-template-columns:1fr}main{padding:20px 14px}}
"""
