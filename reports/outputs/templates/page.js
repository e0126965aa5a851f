// Sorts, filters, searches and copies the ranking, and takes any arm for its reference.
// Without it the page shows the same, as ranked, beside the fastest.
"use strict";
(() => {
  const table = document.getElementById("ranking-table");
  const form = document.getElementById("filters");
  const body = table.tBodies[0];
  const heads = Array.from(table.tHead.rows[0].cells);
  const rows = Array.from(body.rows);
  const selects = Array.from(form.querySelectorAll("select"));
  const search = form.elements.q;
  const shown = document.getElementById("shown");
  const [TIMES, TIME] = [1, 2];  // columns; rows come ranked by time
  const arm = (row) => row.dataset.arm;
  // Of several machines the times are of one, but the order and ratios of all: rows stay as ranked.
  const several = form.hasAttribute("data-several");
  const RANKED = several ? -1 : TIME;
  const measured = (row) => several ? row.dataset.times : row.dataset.seconds;
  const state = { by: "", sort: RANKED, order: "ascending" };

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

  const sort = () => {
    const sign = state.order === "ascending" ? 1 : -1;
    const column = state.sort;
    body.append(...rows.slice().sort((a, b) => column < 0 ? 0 :
      isLast(a, column) - isLast(b, column) || sign * compare(key(a, column), key(b, column))));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", state.order);
      else head.removeAttribute("aria-sort");
    });
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    const isWanted = (row) =>
      selects.every((s) => s.value === "" || row.getAttribute("data-" + s.name) === s.value) &&
      words.every((word) => row.textContent.toLowerCase().includes(word));
    rows.forEach((row) => { row.hidden = !isWanted(row); });
    const left = rows.filter((row) => !row.hidden);
    const gone = new Set(rows.filter((row) => row.hidden).map(arm));
    document.querySelectorAll("figure [data-arm]").forEach((one) =>
      one.classList.toggle("hidden", gone.has(one.dataset.arm)));
    shown.textContent = left.length + " of " + rows.length + (rows.length === 1 ? " arm shown" : " arms shown");
  };

  // The first column beside another arm: by the times shown, so without an interval.
  const fastest = rows.map((row) => row.cells[TIMES].cloneNode(true));
  const refer = () => {
    const found = rows.find((row) => arm(row) === state.by && measured(row));
    if (!found) state.by = "";
    heads[TIMES].querySelector(".by").textContent = found ? "times " + state.by : "times the fastest";
    rows.forEach((row, i) => {
      const ratio = found && measured(row) ? measured(row) / measured(found) : null;
      row.cells[TIMES].replaceWith(found ? beside(ratio) : fastest[i].cloneNode(true));
      row.querySelector(".ref")?.setAttribute("aria-pressed", String(row === found));
    });
  };
  const beside = (ratio) => {
    const cell = document.createElement("td");
    cell.className = "num times" + (ratio < 1 ? " less" : "");
    if (ratio === null) return cell;
    const data = document.createElement("data");
    data.value = String(ratio);
    data.textContent = ratio >= 100 ? ratio.toFixed(0) : ratio >= 1e-4 ? ratio.toPrecision(3) : ratio.toExponential(1);
    cell.style.setProperty("--tint", Math.min(100, 100 * Math.abs(Math.log10(ratio)) / 3) + "%");
    cell.append(data);
    return cell;
  };

  // The whole state stands in the address, so that a link shows what its sender saw.
  const save = () => {
    const told = new URLSearchParams();
    const given = [["by", state.by], ["q", search.value.trim()], ...selects.map((s) => [s.name, s.value])];
    if (state.sort !== RANKED || state.order !== "ascending") given.push(["sort", state.sort], ["order", state.order]);
    given.forEach(([name, value]) => { if (value !== "") told.set(name, value); });
    if (String(told) || location.hash.includes("=")) history.replaceState(null, "", "#" + told);
  };
  const load = () => {
    const told = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    state.by = told.get("by") || "";
    const column = Number.parseInt(told.get("sort"), 10);
    state.sort = heads[column] ? column : RANKED;
    state.order = told.get("order") === "descending" ? "descending" : "ascending";
    search.value = told.get("q") || "";
    selects.forEach((s) => {
      const value = told.get(s.name) || "";
      s.value = Array.from(s.options).some((one) => one.value === value) ? value : "";
    });
    show();
  };
  const show = () => { refer(); sort(); filter(); };
  const changed = () => { show(); save(); };

  const button = (className, ...content) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.append(...content);
    return made;
  };
  heads.forEach((head, column) => {
    head.append(button("by", ...head.childNodes));
    head.firstChild.addEventListener("click", () => {
      const turns = state.sort === column && state.order === "ascending";
      Object.assign(state, { sort: column, order: turns ? "descending" : "ascending" });
      changed();
    });
  });
  rows.filter(measured).forEach((row) => {
    const name = row.cells[0].querySelector("bdi");
    const made = button("ref");
    name.replaceWith(made);
    made.append(name);
    made.addEventListener("click", () => {
      state.by = state.by === arm(row) ? "" : arm(row);
      changed();
    });
  });

  // What stands in the rows shown, for a README or a spreadsheet.
  const copied = (form) => {
    const left = Array.from(body.rows).filter((row) => !row.hidden);
    const text = (cell) => cell.innerText.replace(/\s+/g, " ").trim();
    const isCsv = form === "csv";
    const full = (row, column) => {  // value, low, high
      const found = Array.from(row.cells[column].querySelectorAll("data:not(.overhead data)"), (one) => one.value);
      return [0, 1, 2].map((i) => found[i] ?? "");
    };
    const isNumber = (column) => isCsv && heads[column].classList.contains("num");
    const cells = (row) => heads.flatMap((_, i) => isNumber(i) ? full(row, i) : [i ? text(row.cells[i]) : arm(row)]);
    const named = (head, i) => text(head) + (isCsv && i === TIME ? ", seconds" : "");
    const names = heads.flatMap((head, i) => isNumber(i) ? ["", " low", " high"].map((end) => named(head, i) + end) : [text(head)]);
    const lines = [names, ...left.map(cells)];
    if (isCsv) {
      const quoted = (value) => '"' + (/^[=+@\t\r-]/.test(value) && Number.isNaN(Number(value)) ? "'" : "") + value.replaceAll('"', '""') + '"';
      return lines.map((line) => line.map(quoted).join(",")).join("\n") + "\n";
    }
    const safe = (value) => value.replace(/[&<>]/g, (c) => "&#" + c.charCodeAt(0) + ";").replace(/[\\`*_[\]|~]/g, "\\$&");
    lines.splice(1, 0, heads.map((head) => (head.classList.contains("num") ? "--:" : "---")));
    return lines.map((line, i) => "| " + line.map(i === 1 ? String : safe).join(" | ") + " |").join("\n") + "\n";
  };
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {  // a page from disk may have no clipboard
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const isDone = document.execCommand("copy");
      area.remove();
      return isDone;
    }
  };
  form.querySelectorAll("[data-copy]").forEach((one) => one.addEventListener("click", async () => {
    const isDone = await copy(copied(one.dataset.copy));
    one.focus();
    shown.textContent = isDone ? "copied" : "this browser lets no page copy";
  }));

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();  // its own change comes after the event: the rows would lag behind
    search.value = "";
    selects.forEach((select) => { select.value = ""; });
    Object.assign(state, { by: "", sort: RANKED, order: "ascending" });
    changed();
  });
  addEventListener("hashchange", () => {
    if (location.hash.includes("=")) load();
    else save();  // a link to a section: the state goes on standing in the address
  });
  load();
  form.hidden = false;
  document.getElementById("how").hidden = false;

  // Our words: explained also where a mouse rests on them, and where the keyboard comes to them.
  const near = (tip, word) => {
    const place = word.getBoundingClientRect();
    tip.classList.add("near");
    const isLow = place.bottom + tip.offsetHeight + 8 > innerHeight;
    tip.style.left = Math.max(8, Math.min(place.left, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (isLow ? Math.max(8, place.top - tip.offsetHeight - 6) : place.bottom + 6) + "px";
  };
  document.querySelectorAll(".term").forEach((word) => {
    const tip = document.getElementById(word.getAttribute("popovertarget"));
    if (!tip.showPopover) return;
    word.removeAttribute("popovertarget");  // else a click would close what the focus has opened
    word.setAttribute("aria-describedby", tip.id);
    const open = () => { if (!tip.matches(":popover-open")) tip.showPopover(); near(tip, word); };
    const close = () => {
      const isRead = document.activeElement === word || tip.matches(":hover");
      if (!isRead && tip.matches(":popover-open")) tip.hidePopover();
    };
    ["mouseenter", "focus", "click"].forEach((event) => word.addEventListener(event, open));
    ["mouseleave", "blur"].forEach((event) => word.addEventListener(event, () => setTimeout(close, 200)));
    tip.addEventListener("mouseleave", close);
  });

  // Paper cannot be clicked: whatever is folded is opened for it, but for the code.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("details:not(.heart, [open])"));
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
})();
