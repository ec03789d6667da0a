/* The map: sites where they stand (on a circle where nobody said), flows as wide as their volume. */
hanse.siteMap = () => {
  const { el, svg, at, data, state } = hanse, EDGE = 0.13, HIGH = 420, STRONG = 40;
  if (!data.parts.length) return;
  let by = "legs", WIDE = 1000;
  const picture = el("div", { class: "map" }), list = el("details", { class: "as-table" }), note = el("p", { class: "quiet" });
  const names = { legs: "by number of legs", cost: "by transport cost" };
  const switches = Object.entries(names).map(([key, name]) => el("button", { type: "button", class: "tool",
    "aria-pressed": String(key === by), click: (event) => {
      by = key;
      switches.forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget)));
      draw();
    } }, name));
  at("map-body").append(el("div", { class: "tools" }, el("div", { role: "group", "aria-label": "Width of the flows", class: "pair" }, ...switches)),
    note, picture, list);

  /* Every site on the plane: { x, y } with y downwards, in the picture's own measure. */
  function placed(sites) {
    const known = sites.map(([, place]) => place).filter(Boolean);
    const range = (axis) => known.length ? [Math.min(...known.map((p) => p[axis])), Math.max(...known.map((p) => p[axis]))] : [-1, 1];
    const [[west, east], [south, north]] = [range(0), range(1)];
    const middle = [(west + east) / 2, (south + north) / 2], reach = Math.hypot(east - west, north - south) / 2 || 1;
    const lost = sites.filter(([, place]) => !place).length, far = known.length ? reach * 1.2 : reach;
    let turn = 0;
    const plane = sites.map(([, place]) => {
      if (place) return place;
      const angle = (lost < 3 ? Math.PI : Math.PI / 2) - (2 * Math.PI * turn++) / lost;
      return [middle[0] + (known.length ? 1 : 1.7) * far * Math.cos(angle), middle[1] + far * Math.sin(angle)];
    });
    const xs = plane.map((p) => p[0]), ys = plane.map((p) => p[1]);
    const left = Math.min(...xs), top = Math.max(...ys), width = Math.max(...xs) - left, height = top - Math.min(...ys);
    const scale = Math.min(width ? (WIDE * (1 - 2 * EDGE)) / width : Infinity, height ? HIGH / height : width ? Infinity : 1);
    const shift = (WIDE - width * scale) / 2, edge = 45 + width * scale * 0.05;
    return { points: plane.map(([x, y]) => ({ x: shift + (x - left) * scale, y: edge + (top - y) * scale })), high: 2 * edge + height * scale };
  }

  function flowsOf(plan) {
    const flows = new Map();
    for (const leg of plan.legs) {
      const key = `${leg.origin} ${leg.destination}`;
      if (!flows.has(key)) flows.set(key, { from: leg.origin, to: leg.destination, legs: 0, cost: 0 });
      flows.get(key).legs += 1;
      flows.get(key).cost += leg.cost;
    }
    return [...flows.values()];
  }

  function draw() {
    WIDE = Math.min(Math.max(picture.clientWidth || 1000, 520), 1000);
    const plan = hanse.planOf(state.part), { part } = plan, unit = part.units.money;
    const { points, high } = placed(part.sites), flows = flowsOf(plan), moving = flows.filter((flow) => flow.from !== flow.to);
    const lost = part.sites.filter(([, place]) => !place).length;
    const site = (i) => {
      const owners = part.members.filter(([, place]) => place === i).map(([id]) => hanse.memberName(id));
      return owners.length && !owners.includes(part.sites[i][0]) ? `${owners.join(", ")} (${part.sites[i][0]})` : part.sites[i][0];
    };
    const most = Math.max(...moving.map((flow) => flow[by]), 0), cost = flows.reduce((sum, flow) => sum + flow.cost, 0);
    note.textContent = (moving.length ? `${hanse.count(moving.reduce((sum, flow) => sum + flow.legs, 0), "leg")} between `
      + `${hanse.count(part.sites.length, "site")}, transport ${hanse.money(cost, unit)}.` : "Nothing moves between sites in this plan.")
      + (moving.length > STRONG * 2 ? ` The ${STRONG} widest of ${hanse.number(moving.length)} ways stand out.` : "")
      + (lost ? ` ${lost === part.sites.length ? "No site says where it stands; they are" : `${hanse.count(lost, "site")} without a position`
        + " stand"} on a circle.`.replace("they are on", "they stand on") : "");
    const image = svg("svg", { viewBox: `0 0 ${WIDE} ${Math.round(high)}`, role: "group", "aria-label": `Map of ${hanse.count(part.sites.length, "site")}` });
    const say = (title, lines) => ({
      pointermove: (event) => hanse.showTip(title, lines, event.clientX, event.clientY), pointerleave: hanse.hideTip,
      focus: (event) => {
        const box = event.target.getBoundingClientRect();
        hanse.showTip(title, lines, box.left + box.width / 2, box.top + box.height / 2, true);
      }, blur: hanse.hideTip });
    const crowded = moving.length > STRONG * 2;
    moving.sort((a, b) => a[by] - b[by]).forEach((flow, i) => {
      const a = points[flow.from], b = points[flow.to], dx = b.x - a.x, dy = b.y - a.y;
      const bend = { x: (a.x + b.x) / 2 - dy * 0.14, y: (a.y + b.y) / 2 + dx * 0.14 };
      const middle = { x: (a.x + 2 * bend.x + b.x) / 4, y: (a.y + 2 * bend.y + b.y) / 4 };
      const width = most ? Math.max((flow[by] / most) * 14, 0.6) : 0.6, strong = i >= moving.length - STRONG;
      const group = svg("g", { class: crowded && !strong ? "flow crowd" : "flow", tabindex: strong ? 0 : null, role: strong ? "img" : null,
        "aria-label": strong ? `${site(flow.from)} to ${site(flow.to)}: ${hanse.count(flow.legs, "leg")}` : null,
        ...say(`${site(flow.from)} → ${site(flow.to)}`, [["legs", hanse.number(flow.legs)], ["transport cost", hanse.money(flow.cost, unit)]]) },
      svg("path", { d: `M${a.x} ${a.y}Q${bend.x} ${bend.y} ${b.x} ${b.y}`, "stroke-width": width }));
      const long = Math.hypot(dx, dy) || 1, size = Math.min(Math.max(width * 0.75, 4), 9);
      if (strong || !crowded) {
        const [ux, uy] = [(dx / long) * size, (dy / long) * size];
        group.append(svg("path", { class: "head", d: `M${middle.x + ux} ${middle.y + uy}L${middle.x - ux - uy} ${middle.y - uy + ux}L${middle.x - ux + uy} ${middle.y - uy - ux}Z` }));
      }
      image.append(group);
    });
    const work = new Array(part.sites.length).fill(0), taken = [];
    for (const bar of plan.bars) work[part.members[part.machines[bar.machine][1]][1]] += 1;
    const busiest = Math.max(...work, 1), size = Math.max(WIDE / 1000, 0.6);
    const dots = points.map((point, i) => ({ point, i, radius: (4 + 9 * Math.sqrt(work[i] / busiest)) * size })).sort((a, b) => b.radius - a.radius);
    for (const { point, radius } of dots) taken.push([point.x - radius, point.y - radius, point.x + radius, point.y + radius]);
    for (const { point, i, radius } of dots) {
      image.append(svg("circle", { class: work[i] ? "site" : "site unused", cx: point.x, cy: point.y, r: radius, tabindex: 0, role: "img",
        "aria-label": `${site(i)}: ${hanse.count(work[i], "operation")}`, ...say(site(i), [["operations here", hanse.number(work[i])]]) }));
    }
    for (const { point, i, radius } of dots) {
      const full = site(i), text = full.length > 26 ? `${full.slice(0, 25)}…` : full, long = text.length * 7.4;
      const spots = [["start", point.x + radius + 4, point.y + 4], ["end", point.x - radius - 4, point.y + 4],
        ["middle", point.x, point.y - radius - 6], ["middle", point.x, point.y + radius + 15]];
      if (point.x < WIDE / 2 - 1) spots.unshift(spots[1]);
      for (const [anchor, x, y] of spots) {
        const left = anchor === "start" ? x : anchor === "end" ? x - long : x - long / 2, box = [left, y - 12, left + long, y + 4];
        if (left < 2 || left + long > WIDE - 2 || taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
        taken.push(box);
        image.append(svg("text", { x, y, "text-anchor": anchor }, text));
        break;
      }
    }
    picture.replaceChildren(image);
    const columns = [
      { name: "From", get: (flow) => site(flow.from), show: (flow) => site(flow.from), first: true },
      { name: "To", get: (flow) => site(flow.to), show: (flow) => site(flow.to) },
      { name: "Legs", kind: "number", get: (flow) => flow.legs, show: (flow) => hanse.number(flow.legs) },
      { name: "Transport cost", kind: "number", get: (flow) => flow.cost, show: (flow) => hanse.money(flow.cost, unit) }];
    list.hidden = !flows.length;
    list.replaceChildren(el("summary", {}, "The flows as a table"),
      hanse.table({ caption: "Ways between sites", columns, rows: flows, sort: { by: 3, way: -1 }, filter: () => "" }));
  }
  hanse.watch((what) => { if (what === "part") draw(); });
};
