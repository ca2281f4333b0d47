"""A table whose columns sort by a click or a key, without a kernel, also in the saved notebook."""

from __future__ import annotations

# The script sorts the table right before it. The exact number of a cell is its title, where the text
# is rounded; what is no number comes last. A page that takes scripts out just has the table.
_SCRIPT = """
(table => {
if (!table || table.tagName != "TABLE") return;
const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
const text = (row, i) => row.cells[i].title || row.cells[i].textContent;
const number = s => s.trim() ? +s.replace(/,/g, "").replace(/\\u2212/g, "-") : NaN;
const compare = (i, isNumber, way) => (p, q) => {
const [x, y] = [text(p, i), text(q, i)], [a, b] = [number(x), number(y)];
if (!isNumber && (isNaN(a) || isNaN(b))) return way * x.localeCompare(y, undefined, {numeric: true});
return isNaN(a) - isNaN(b) || way * (a > b ? 1 : a < b ? -1 : 0);
};
const sort = (head, i) => {
const up = head.getAttribute("aria-sort") != "ascending";
for (const other of heads) {
other.removeAttribute("aria-sort");
other.lastChild.textContent = "";
}
head.setAttribute("aria-sort", up ? "ascending" : "descending");
head.lastChild.textContent = up ? " \\u25b2" : " \\u25bc";
for (const row of [...body.rows].sort(compare(i, head.align == "right", up ? 1 : -1))) body.append(row);
};
heads.forEach((head, i) => {
head.tabIndex = 0;
head.style.cursor = "pointer";
head.onclick = () => sort(head, i);
head.onkeydown = event => {
if (event.key != "Enter" && event.key != " ") return;
event.preventDefault();
event.stopPropagation();
sort(head, i);
};
});
})(document.currentScript && document.currentScript.previousElementSibling);
"""


def sortable(heads: str, rows: str) -> str:
    """The table with its script; each of `heads` is a `head` of ours."""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div style="overflow-x:auto">{table}<script>{_SCRIPT}</script></div>'


def head(shown: str, *, is_number: bool, title: str = "", mark: str = "") -> str:
    """The heading of a column, as HTML; `mark` is the arrow of the one that the rows are sorted by."""
    align = "right" if is_number else "left"
    return f'<th align="{align}" style="text-align:{align}"{title}>{shown}<span>{mark}</span></th>'
