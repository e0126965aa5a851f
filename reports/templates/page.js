// Sorting and filtering of the ranking table. Without it the page shows the same, as ranked.
"use strict";
(() => {
  const table = document.getElementById("ranking-table");
  const form = document.getElementById("filters");
  if (!table || !form) return;
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  const rows = Array.from(body.rows);
  const selects = Array.from(form.querySelectorAll("select"));
  const shown = document.getElementById("shown");

  // What a cell sorts by: the full value it carries, else its text.
  const key = (row, column) => {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    return data ? Number(data.value) : cell.textContent.trim();
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  // Arms without a number stay at the end, whichever way the others are sorted.
  const isLast = (row, column) =>
    row.hasAttribute("data-untimed") ||
    (heads[column].classList.contains("num") && !row.cells[column].querySelector("data"));

  const sort = (column, direction) => {
    const sign = direction === "ascending" ? 1 : -1;
    const sorted = rows.slice().sort((a, b) =>
      isLast(a, column) - isLast(b, column) || sign * compare(key(a, column), key(b, column)));
    body.append(...sorted);
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", direction);
      else head.removeAttribute("aria-sort");
    });
  };

  heads.forEach((head, column) => {
    if (!head.hasAttribute("data-sort")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () =>
      sort(column, head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending"));
  });

  const filter = () => {
    const isWanted = (row) =>
      selects.every((s) => s.value === "" || row.getAttribute("data-" + s.name) === s.value);
    rows.forEach((row) => { row.hidden = !isWanted(row); });
    const count = rows.filter((row) => !row.hidden).length;
    shown.textContent = count + " of " + rows.length + (rows.length === 1 ? " arm shown" : " arms shown");
  };
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();  // its own change comes after the event: the rows would lag behind
    selects.forEach((select) => { select.value = ""; });
    filter();
  });
  filter();
  form.hidden = selects.length === 0;

  // Paper cannot be clicked: whatever is folded is opened for it.
  addEventListener("beforeprint", () =>
    document.querySelectorAll("details").forEach((one) => { one.open = true; }));
})();
