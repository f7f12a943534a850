"use strict";
// Headers sort their table: upwards, downwards, as given.  Numbers go by the rank of their exact value.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0], given = [...body.rows];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const numeric = head.classList.contains("number");
    const key = row => numeric ? row.cells[column].dataset.rank : row.cells[column].textContent.trim();
    const compare = (a, b) => numeric ? a - b : a.localeCompare(b, "en", { numeric: true });
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
      const order = next === undefined ? "ascending" : next;
      heads.forEach(other => other.removeAttribute("aria-sort"));
      if (order === null) return body.append(...given);
      head.setAttribute("aria-sort", order);
      const known = given.filter(row => key(row)), unknown = given.filter(row => !key(row));
      const sign = order === "ascending" ? 1 : -1;
      body.append(...known.sort((a, b) => sign * compare(key(a), key(b))), ...unknown);
    });
  });
}
// A tap on a number shows what a pointer that hovers over it sees.
const trace = document.getElementById("trace");
document.addEventListener("click", event => {
  const number = event.target.closest("data[title]");
  trace.textContent = number ? `${number.textContent}: ${number.title}` : "";
});
document.addEventListener("keydown", event => { if (event.key === "Escape") trace.textContent = ""; });
// Formulas are copied as their LaTeX source.
document.addEventListener("copy", event => {
  const selection = getSelection();
  if (!selection.rangeCount || !event.clipboardData) return;
  const range = selection.getRangeAt(0).cloneRange();
  const around = node => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("math");
  const first = around(range.startContainer), last = around(range.endContainer);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);
  const copied = range.cloneContents(), formulas = copied.querySelectorAll("math");
  if (!formulas.length) return;
  formulas.forEach(formula => formula.replaceWith(`$${formula.querySelector("annotation").textContent}$`));
  copied.querySelectorAll("th, td").forEach(cell => cell.append("\t"));
  copied.querySelectorAll("tr, p, li, div").forEach(line => line.append("\n"));
  event.clipboardData.setData("text/plain", copied.textContent.trim());
  event.preventDefault();
});
