"""show_source in JupyterLab: coloured, and following the theme."""

from lab import Lab

COLOURS = """() => {
  const block = document.querySelector('.jp-OutputArea-output pre code');
  const spans = [...block.querySelectorAll('span')];
  const of = (word) => spans.find((span) => span.textContent.trim() === word);
  return {
    text: block.textContent,
    keyword: getComputedStyle(of('return')).color,
    plain: getComputedStyle(block).color,
  };
}"""


def test_the_code_is_coloured_and_follows_the_theme(lab: Lab) -> None:
    lab.open_cells(
        """
        from nnlib import Dense
        from nnlib.source import show_source
        show_source(Dense.parameters)
        """
    )
    lab.run_all()
    seen = {}
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        lab.theme(theme)
        lab.page.wait_for_selector(".jp-OutputArea-output pre code span")
        seen[theme] = lab.page.evaluate(COLOURS)
    light, dark = seen.values()
    assert "return (self.weight, self.bias)" in light["text"]
    assert light["plain"] != dark["plain"]
    for colours in (light, dark):
        assert colours["keyword"] != colours["plain"]
