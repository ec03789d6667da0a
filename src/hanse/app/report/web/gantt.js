/* The Gantt chart: parts as tabs, rows by machine, order or member, zoom, pan, filter, and details by pointer and by key. */
hanse.ganttChart = () => {
  const { el, at, data, state } = hanse;
  if (!data.parts.length) {
    at("gantt").append(el("p", { class: "quiet" }, "Nothing is planned yet."));
    return;
  }
  const named = (rows) => (rows === "orders" ? `${hanse.thing}s` : rows);
  let mode = "machines", word = "", free = false, chosen = null, plan, layout, range = { from: 0, to: 1 };
  const canvas = el("canvas", { tabindex: "0", role: "application", "aria-roledescription": "Gantt chart", "aria-describedby": "gantt-help" });
  const space = el("div"), frame = el("div", { class: "chart" }, canvas, space), view = {};
  const empty = el("p", { class: "quiet", role: "status" });

  /* -- drawing ------------------------------------------------------------------------------------------------ */
  const draw = () => {
    const width = frame.clientWidth, height = frame.clientHeight, scale = devicePixelRatio || 1;
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      space.style.height = `${Math.max(hanse.AXIS + layout.height - height, 0)}px`;
    }
    Object.assign(view, range, { part: plan.part, rows: layout.rows, width, height, left: width < 640 ? 112 : 196,
      scroll: frame.scrollTop, ink: hanse.ink(), only: hanse.wanted(plan.part, word), chosen });
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    hanse.paint(pen, view);
  };
  let asked = false;
  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; draw(); });
  };
  const relay = () => {
    const only = hanse.wanted(plan.part, word);
    layout = hanse.layout(plan, mode, only, free);
    frame.style.height = `${Math.min(hanse.AXIS + layout.height + 4, Math.max(innerHeight * 0.7, 220))}px`;
    frame.hidden = !layout.rows.length;
    empty.textContent = layout.rows.length ? "" : `No ${hanse.thing} fits this filter. Clear it to see all.`;
    canvas.width = 0;
    canvas.setAttribute("aria-label", `Plan of ${hanse.count(plan.part.jobs.length, hanse.thing)}, rows by ${named(mode)}, `
      + `${hanse.count(plan.bars.length, "operation")}`);
    draw();
  };
  const fit = () => { range = { from: plan.from, to: plan.to }; redraw(); };
  const clamp = (from, to) => {
    const whole = plan.to - plan.from, span = Math.min(Math.max(to - from, whole / 5000), whole);
    const start = Math.min(Math.max(from, plan.from), plan.to - span);
    range = { from: start, to: start + span };
    redraw();
  };
  const zoom = (factor, time = (range.from + range.to) / 2) =>
    clamp(time - (time - range.from) * factor, time + (range.to - time) * factor);
  const pan = (part) => {
    const by = (range.to - range.from) * part;
    clamp(range.from + by, range.to + by);
  };

  /* -- details ------------------------------------------------------------------------------------------------ */
  const details = (item) => {
    const { part, bars } = plan, unit = part.units, job = part.jobs[item.job];
    const time = (value) => hanse.time(value, unit.time), place = (site) => part.sites[site][0];
    const lines = item.leg ? [
      ["from", place(item.origin)], ["to", place(item.destination)],
      ["on the way", `${time(item.start)} to ${time(item.end)} (${time(item.end - item.start)})`],
      ["cost", hanse.money(item.cost, unit.money)],
      ["to operation", item.after === null ? "the customer" : bars[item.after].operation]] : [
      ["service", item.service],
      ["machine", `${part.machines[item.machine][0]} at ${hanse.memberName(part.members[part.machines[item.machine][1]][0])}`],
      ["time", `${time(item.start)} to ${time(item.end)} (${time(item.end - item.start)})`],
      ["cost", hanse.money(item.cost, unit.money)],
      ...(item.quality === null ? [] : [["quality", hanse.ratio(item.quality)]])];
    if (job.customer) lines.push(["customer", job.customer]);
    if (job.due !== null) lines.push(["due", time(job.due)]);
    if (!item.leg && part.fresh?.has(item.i)) lines.push(`${part.fresh.get(item.i)} since you last looked`);
    if (hanse.late(job)) lines.push(`This ${hanse.thing} is ${time(job.outcome.completion - job.due)} late.`);
    return [item.leg ? `Transport, ${hanse.orderName(job)}` : `${hanse.orderName(job)}, operation ${item.operation}`, lines];
  };
  const rowAt = (y) => layout.rows.find((row) => y >= hanse.yOf(view, row) && y < hanse.yOf(view, row) + row.height);
  const itemAt = (x, y) => {
    const row = y > hanse.AXIS && x > view.left && rowAt(y);
    if (!row || row.kind === "group") return null;
    const hit = (item) => {
      const box = hanse.boxOf(view, row, item);
      return x >= box.x - 1 && x <= box.x + box.width + 1 && y >= box.y - 1 && y <= box.y + box.height + 1;
    };
    return row.bars.findLast(hit) || row.legs.findLast(hit) || null;
  };
  const choose = (item) => {
    chosen = item;
    const row = layout.rows.find((one) => one.bars.includes(item) || one.legs.includes(item));
    const top = hanse.yOf(view, row), span = range.to - range.from;
    if (top < hanse.AXIS) frame.scrollTop += top - hanse.AXIS;
    if (top + row.height > view.height) frame.scrollTop += top + row.height - view.height;
    if (item.end < range.from || item.start > range.to) clamp(item.start - span / 4, item.start + (span * 3) / 4);
    draw();
    const box = hanse.boxOf(view, row, item), corner = canvas.getBoundingClientRect();
    hanse.showTip(...details(item), corner.left + Math.max(box.x, view.left), corner.top + box.y + box.height, true);
  };
  const step = (key) => {
    const rows = layout.rows.filter((row) => row.bars.length);
    if (!rows.length) return;
    const place = rows.findIndex((row) => row.bars.includes(chosen));
    if (place < 0) return choose(rows[0].bars[0]);
    const row = rows[place], along = row.bars.indexOf(chosen);
    if (key === "ArrowRight") return choose(row.bars[Math.min(along + 1, row.bars.length - 1)]);
    if (key === "ArrowLeft") return choose(row.bars[Math.max(along - 1, 0)]);
    const other = rows[Math.min(Math.max(place + (key === "ArrowDown" ? 1 : -1), 0), rows.length - 1)];
    return choose(other.bars.reduce((best, bar) =>
      Math.abs(bar.start - chosen.start) < Math.abs(best.start - chosen.start) ? bar : best));
  };

  /* -- hands -------------------------------------------------------------------------------------------------- */
  let grip = null;
  canvas.addEventListener("pointerdown", (event) => { grip = { x: event.clientX, ...range }; });
  canvas.addEventListener("pointermove", (event) => {
    const corner = canvas.getBoundingClientRect();
    if (grip && event.buttons) {
      const by = ((grip.x - event.clientX) / (view.width - view.left)) * (grip.to - grip.from);
      if (Math.abs(grip.x - event.clientX) > 3) {
        canvas.setPointerCapture(event.pointerId);
        hanse.hideTip();
        clamp(grip.from + by, grip.to + by);
      }
      return;
    }
    const item = itemAt(event.clientX - corner.left, event.clientY - corner.top);
    if (item !== chosen) { chosen = item; redraw(); }
    if (item) hanse.showTip(...details(item), event.clientX, event.clientY);
    else hanse.hideTip();
  });
  canvas.addEventListener("pointerup", () => { grip = null; });
  canvas.addEventListener("pointerleave", () => { grip = null; hanse.hideTip(); });
  canvas.addEventListener("blur", () => { chosen = null; hanse.hideTip(); redraw(); });
  frame.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, hanse.timeOf(view, event.clientX - canvas.getBoundingClientRect().left));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      pan(((event.deltaX || event.deltaY) / view.width) * 1.2);
    }
  }, { passive: false });
  const keys = { "+": () => zoom(0.7), "=": () => zoom(0.7), "-": () => zoom(1.4), 0: fit, Home: fit,
    PageUp: () => pan(-0.5), PageDown: () => pan(0.5) };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      if (event.shiftKey) pan({ ArrowLeft: -0.2, ArrowRight: 0.2 }[event.key] || 0);
      else step(event.key);
    } else if (event.key in keys) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  frame.addEventListener("scroll", () => { hanse.hideTip(); redraw(); }, { passive: true });
  new ResizeObserver(redraw).observe(frame);

  /* -- tools -------------------------------------------------------------------------------------------------- */
  const tool = (text, name, press) => el("button", { type: "button", class: "tool", "aria-label": name, title: name, click: press }, text);
  const several = data.parts.some((part) => part.members.length > 1);
  const modes = ["machines", "orders", ...(several ? ["members"] : [])].map((name) => el("button", { type: "button", class: "tool", "aria-pressed": name === mode,
    click: () => {
      mode = name;
      chosen = null;
      modes.forEach((button) => button.setAttribute("aria-pressed", button.textContent.endsWith(named(name))));
      idleBox.hidden = name !== "machines";
      frame.scrollTop = 0;
      relay();
    } }, `by ${named(name)}`));
  modes.forEach((button, i) => button.setAttribute("aria-pressed", i === 0 ? "true" : "false"));
  const idleBox = el("label", { class: "check" },
    el("input", { type: "checkbox", change: (event) => { free = event.target.checked; relay(); } }), " machines without work");
  const filter = el("input", { type: "search", id: "gantt-filter", placeholder: "number or customer", size: "19",
    input: (event) => { word = event.target.value; frame.scrollTop = 0; relay(); } });
  const key = (kind, text) => el("li", {}, el("span", { class: `key ${kind}`, "aria-hidden": "true" }), text);
  const table = el("div"), more = el("details", { class: "as-table", toggle: () => {
    if (more.open) table.replaceChildren(hanse.planTable(plan));
  } }, el("summary", {}, "The plan as a table"), table);
  at("gantt").append(
    el("div", { class: "tools" }, el("div", { role: "group", "aria-label": "Rows", class: "pair" }, ...modes),
      el("div", { role: "group", "aria-label": "Zoom", class: "pair" }, tool("−", "Zoom out", () => zoom(1.4)),
        tool("+", "Zoom in", () => zoom(0.7)), tool("◀", "Earlier", () => pan(-0.4)), tool("▶", "Later", () => pan(0.4)), tool("Fit", "Show all", fit)),
      el("label", { class: "search" }, `${hanse.thing[0].toUpperCase()}${hanse.thing.slice(1)} `, filter), idleBox),
    frame, empty,
    el("ul", { class: "legend" }, key("late", "late part"), key("leg", "transport"), key("idle", "free time between operations"),
      key("closed", "outside hours"), key("due", `due date (by ${hanse.thing}s)`),
      key("fresh", "new or moved since you last looked")),
    el("p", { id: "gantt-help", class: "quiet small" }, `Each colour and pattern is one ${hanse.thing}; its number stands on the bar. Point at a bar for details, drag `
      + "to move, Ctrl and wheel to zoom. By key: arrows walk from bar to bar, + and − zoom, Shift and arrows move, 0 shows all."),
    more);

  hanse.watch((what) => {
    if (what === "part") {
      plan = hanse.planOf(state.part);
      const { windows, idleOnes } = { windows: plan.part.machines.some((m) => m[3]), idleOnes: plan.part.machines.length };
      at("gantt").querySelector(".key.closed").parentNode.hidden = !windows;
      at("gantt").querySelector(".key.leg").parentNode.hidden = !plan.legs.some((leg) => leg.end > leg.start);
      at("gantt").querySelector(".key.late").parentNode.hidden = !plan.part.jobs.some(hanse.late);
      at("gantt").querySelector(".key.due").parentNode.hidden = !plan.part.jobs.some((job) => job.due !== null);
      at("gantt").querySelector(".key.fresh").parentNode.hidden = !plan.part.fresh?.size;
      idleBox.hidden = mode !== "machines" || new Set(plan.bars.map((bar) => bar.machine)).size === idleOnes;
      chosen = null;
      more.open = false;
      frame.scrollTop = 0;
      range = { from: plan.from, to: plan.to };
      relay();
    } else redraw();
  });
  /* Where a bar stands on the page, for whoever wants to point at it. */
  hanse.gantt = { view, range: () => ({ ...range }), draw, rows: () => layout.rows, place: (bar) => {
    const row = layout.rows.find((one) => one.bars.some((other) => other.i === bar));
    return row ? hanse.boxOf(view, row, row.bars.find((other) => other.i === bar)) : null;
  } };
};

/* Every operation as a row: what the chart says, for readers who cannot see it. */
hanse.planTable = ({ part, bars }) => {
  const unit = part.units, owner = (bar) => hanse.memberName(part.members[part.machines[bar.machine][1]][0]);
  return hanse.table({
    caption: "Every operation of the plan", rows: bars, sort: { by: 4, way: 1 }, most: 100, filter: (bar) => part.jobs[bar.job].customer,
    columns: [
      { name: `${hanse.thing[0].toUpperCase()}${hanse.thing.slice(1)}`, get: (bar) => hanse.orderNumber(part.jobs[bar.job]), show: (bar) => hanse.orderNumber(part.jobs[bar.job]), first: true },
      { name: "Operation", get: (bar) => bar.operation, show: (bar) => `${bar.operation} (${bar.service})` },
      { name: "Member", get: owner, show: owner },
      { name: "Machine", get: (bar) => part.machines[bar.machine][0], show: (bar) => part.machines[bar.machine][0] },
      { name: "Start", kind: "number", get: (bar) => bar.start, show: (bar) => hanse.time(bar.start, unit.time) },
      { name: "End", kind: "number", get: (bar) => bar.end, show: (bar) => hanse.time(bar.end, unit.time) },
      { name: "Cost", kind: "number", get: (bar) => bar.cost, show: (bar) => hanse.money(bar.cost, unit.money) },
    ],
  });
};
