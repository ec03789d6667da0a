/* Tables that sort by a press on a heading, filter by a word, and show their first rows until asked for all.
   column: { name, get: row => value to sort by, show: row => text or element, kind: "number" | "text", first } */
{
  const { el } = hanse;
  const compare = (a, b) => {
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
    if (b === null || b === undefined) return -1;
    return typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), "en", { numeric: true, sensitivity: "base" });
  };

  hanse.table = ({ caption, columns, rows, sort = null, most = 30, filter = false, rowClass = () => "", foot = null }) => {
    let order = sort, word = "", all = false;
    const body = el("tbody"), more = el("button", { type: "button", class: "tool more", click: () => { all = !all; draw(); } });
    const found = el("span", { class: "quiet", role: "status" });
    const heads = columns.map((column, i) => {
      const button = el("button", { type: "button", class: "sort", click: () => {
        order = order && order.by === i && order.way === 1 ? { by: i, way: -1 } : { by: i, way: 1 };
        draw();
      } }, column.name, el("span", { class: "way", "aria-hidden": "true" }));
      return el("th", { scope: "col", class: column.kind || "text" }, column.get ? button : column.name);
    });
    const lines = rows.map((row) => ({
      row, line: null, text: filter ? columns.map((c) => (c.get ? c.get(row) : "")).concat(filter(row)).join(" ").toLowerCase() : "",
    }));
    const draw = () => {
      const chosen = lines.filter((line) => !word || line.text.includes(word));
      if (order) {
        const { get } = columns[order.by];
        chosen.sort((a, b) => {
          const one = get(a.row), two = get(b.row), none = (one === null) - (two === null);
          return none || order.way * compare(one, two);
        });
      }
      heads.forEach((head, i) => {
        if (order && order.by === i) head.setAttribute("aria-sort", order.way === 1 ? "ascending" : "descending");
        else head.removeAttribute("aria-sort");
      });
      body.replaceChildren(...chosen.map((line, i) => {
        line.line = line.line || el("tr", {}, ...columns.map((column) => cell(column, line.row)));
        line.line.className = `${rowClass(line.row)}${!all && i >= most ? " later" : ""}`;
        return line.line;
      }));
      more.hidden = chosen.length <= most;
      more.textContent = all ? `Show the first ${most}` : `Show all ${hanse.number(chosen.length)}`;
      found.textContent = word ? `${hanse.number(chosen.length)} of ${hanse.number(lines.length)}` : "";
    };
    const cell = (column, row) => {
      const shown = column.show(row);
      const content = Array.isArray(shown) ? shown : [shown];
      return column.first ? el("th", { scope: "row", class: column.kind || "text" }, ...content)
        : el("td", { class: column.kind || "text" }, ...content);
    };
    const search = filter ? el("label", { class: "search" }, "Filter ", el("input", { type: "search", input: (event) => {
      word = event.target.value.trim().toLowerCase();
      draw();
    } })) : null;
    draw();
    return el("div", { class: "tabled" }, search ? el("div", { class: "tools" }, search, found) : null,
      el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
        el("table", {}, el("caption", {}, caption), el("thead", {}, el("tr", {}, ...heads)), body,
          foot ? el("tfoot", {}, foot) : null)), more);
  };

  /* A value beside its limit, with a tick or a cross: shape and colour say the same. */
  hanse.against = (value, limit, ok) => ok === null ? [value]
    : [el("span", { class: ok ? "ok" : "broken", role: "img", "aria-label": ok ? "kept" : "broken" }, ok ? "✓" : "✗"), " ", value,
      el("span", { class: "limit" }, limit)];
}
