/* On paper: every part as pictures of at most one page, tables whole, folded lists open. */
{
  const WIDE = 1000, HIGH = 1250;
  let opened = [];

  const picture = (caption, width, height, paint) => {
    const canvas = hanse.el("canvas", { width: width * 2, height: height * 2 }), pen = canvas.getContext("2d");
    pen.scale(2, 2);
    paint(pen);
    return hanse.el("figure", { class: "printed" }, canvas, hanse.el("figcaption", {}, caption));
  };

  const gantts = (index) => {
    const plan = hanse.planOf(index), { rows } = hanse.layout(plan, "machines"), pages = [[]];
    for (const row of rows) {
      const page = pages.at(-1);
      if (page.length && row.y + row.height - page[0].y > HIGH) pages.push([row]);
      else page.push(row);
    }
    return pages.filter((page) => page.length).map((page, i) => {
      const height = hanse.AXIS + page.at(-1).y + page.at(-1).height - page[0].y;
      const name = hanse.data.parts.length > 1 ? `${plan.part.name}, machines` : "Machines";
      return picture(`${name}${pages.length > 1 ? `, ${i + 1} of ${pages.length}` : ""}`, WIDE, height, (pen) =>
        hanse.paint(pen, { part: plan.part, rows: page, from: plan.from, to: plan.to, left: 190, width: WIDE, height, scroll: page[0].y,
          ink: hanse.ink(true), only: null, chosen: null }));
    });
  };

  const matrices = () => {
    const size = hanse.matrixSize, found = [];
    if (!size) return found;
    const fits = Math.floor((HIGH * Math.max(size.width / WIDE, 0.7) - size.top) / size.cell);
    for (let first = 0; first < size.rows; first += fits) {
      const last = Math.min(first + fits, size.rows), height = size.top + (last - first) * size.cell;
      found.push(picture(`Orders ${first + 1} to ${last}`, size.width, height, (pen) =>
        hanse.paintMatrix(pen, first, last, { width: size.width, height, spot: null, print: true })));
    }
    return found;
  };

  const undo = () => {
    document.querySelectorAll(".printed").forEach((node) => node.remove());
    opened.forEach((node) => { node.open = false; });
    opened = [];
  };
  addEventListener("beforeprint", () => {
    undo();
    opened = [...document.querySelectorAll("details.rest:not([open])")];
    opened.forEach((node) => { node.open = true; });
    hanse.data.parts.forEach((_, i) => hanse.at("part-panel").append(...gantts(i)));
    hanse.at("matching-body")?.append(...matrices());
  });
  addEventListener("afterprint", undo);
}
