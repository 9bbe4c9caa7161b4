"""Formulas of markdown as MathML, made by Temml (`temml/`), whose JavaScript runs in V8."""
import re
from html import escape
from pathlib import Path

TEMML = Path(__file__).parent / "temml"
# Code is passed over; what is left between dollars is a formula, as in Jupyter.
FORMULA = re.compile(
    r"(?P<code>```.*?```|(?P<ticks>`+).+?(?P=ticks))|\$\$(?P<display>.+?)\$\$"
    r"|(?<!\\)\$(?P<inline>[^$]+?)\$", re.DOTALL)
MARK = "\N{START OF TEXT}{}\N{END OF TEXT}"
MARKED = re.compile(MARK.format(r"(\d+)"))
KEPT = re.compile(r"([(\[“]*)" + MARK.format(r"(\d+)") + r"([.,;:!?)\]”]*)")
SHORT = 40                   # signs of TeX up to which a formula stands on one line
STYLED = re.compile(r'<(\w+)((?: [\w-]+="[^"]*")*?) style="([^"]*)"')


class Temml:
    """TeX to MathML, as a context manager: a V8 that is left open may keep Python from ending."""

    def __enter__(self):
        from py_mini_racer import MiniRacer  # the reader of a page does not need it

        self._engine, self._known = MiniRacer(), {}
        self._engine.eval((TEMML / "temml.min.js").read_text(encoding="utf-8"))
        return self

    def __exit__(self, *_):
        self._engine.close()

    def mathml(self, tex, display=False):
        """The MathML of a formula, one on a line of its own in a box that can scroll.

        ValueError names a formula that Temml does not understand.
        """
        if (tex, display) not in self._known:
            self._known[tex, display] = self._made(tex, display)
        return self._known[tex, display]

    def _made(self, tex, display):
        from py_mini_racer import JSEvalException

        wrap = "none" if display or is_short(tex) else "tex"
        settings = {"displayMode": display, "throwOnError": True, "wrap": wrap}
        try:
            made = _mended(self._engine.call("temml.renderToString", tex, settings))
        except JSEvalException as error:
            raise ValueError(f"the formula ${tex}$ is not understood: {error}") from error
        return f'<span class="display">{made}</span>' if display else made


def is_short(tex):
    """Whether a formula among words is never broken."""
    return len(tex) <= SHORT


def _mended(made):
    """Temml's MathML with the spaces that TeX has.

    "1,2" are two numbers, and a sign at the end of a line stands between two terms all the same.
    """
    def parts(match):
        numbers = (f"<mn>{number}</mn>" for number in match[1].split(","))
        return "<mrow>" + '<mo separator="true">,</mo>'.join(numbers) + "</mrow>"

    made = re.sub(r"<mn>([\d.]+(?:,[\d.]+)+)</mn>", parts, made)
    return re.sub(r"<mo>([^<]*</mo></mrow><mrow>)", r'<mo form="infix">\1', made)


class Formulas:
    """The formulas of one page, taken out of its markdown and set into its HTML by `mathml`."""

    def __init__(self, mathml):
        self._mathml, self._found = mathml, []

    def take(self, markdown):
        """`markdown` with a mark in each formula's place: no rule of markdown applies to TeX."""
        def mark(match):
            if match["code"]:
                return match[0]
            self._found.append((match["display"] or match["inline"], match["display"] is not None))
            return MARK.format(len(self._found) - 1)

        return FORMULA.sub(mark, markdown)

    def put(self, html):
        """`html` with MathML in each mark's place; no line begins with the full stop behind it."""
        def set_in(match):
            before, number, after = match.groups()
            tex, display = self._found[int(number)]
            made = before + self._mathml(tex, display) + after
            kept = (before or after) and not display and is_short(tex)
            return f'<span class="kept">{made}</span>' if kept else made

        return KEPT.sub(set_in, html)

    def plain(self, html):
        """`html` as plain text, each formula as its TeX."""
        text = re.sub("<[^>]+>", "", html)
        return MARKED.sub(lambda match: self._found[int(match[1])][0], text)


class Styles:
    """Classes in the place of style attributes, which the pages' policy does not allow."""

    def __init__(self):
        self._names = {}

    def classed(self, html):
        """`html` with a class for each style."""
        def named(match):
            tag, attributes, style = match.groups()
            name = self._names.setdefault(style, f"style-{len(self._names)}")
            if ' class="' in attributes:
                return f"<{tag}" + attributes.replace(' class="', f' class="{name} ')
            return f'<{tag}{attributes} class="{name}"'

        # a class may stand behind the style
        return re.sub(r'class="([^"]*)"([^>]*?) class="([^"]*)"', r'class="\1 \3"\2',
                      STYLED.sub(named, html))

    def css(self):
        """The style sheet of the classes; as an attribute each comes before all other rules."""
        rules = (f'.{name} {{ {style.strip("; ").replace(";", " !important;")} !important }}'
                 for style, name in self._names.items())
        return "\n".join(escape(rule, quote=False) for rule in rules)


def font_css():
    """Temml's style sheet with the font as it lies beside it."""
    css = (TEMML / "Temml-STIX2.css").read_text(encoding="utf-8")
    return css.replace("local('STIXTwoMath'),", "").replace("STIXTwoMath.woff2", "STIXTwoMath.woff")
