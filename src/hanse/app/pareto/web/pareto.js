"use strict";
{
  const front = JSON.parse(document.getElementById("data").textContent);
  const { objectives, points } = front;
  const HUES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c"];
  const by = (id) => document.getElementById(id);
  const make = (name, attributes = {}, text = "") => {
    const svg = ["svg", "g", "path", "circle", "rect", "text", "title", "line"].includes(name);
    const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== "") made.textContent = text;
    return made;
  };

  const spans = objectives.map((o, k) => {
    const all = points.map((p) => p.v[k]);
    return { least: Math.min(...all), most: Math.max(...all), best: o.larger ? Math.max(...all) : Math.min(...all) };
  });
  const axes = { x: 0, y: 1, hue: objectives.length > 2 ? 2 : -1 };
  let chosen = points.find((p) => p.n === front.knee);

  /* The ends of the front and the knee: what a planner looks at first. */
  const firsts = [{ point: chosen, name: "suggested", knee: true }];
  objectives.forEach((o, k) => firsts.push({ point: points.find((p) => p.v[k] === spans[k].best), name: o.best }));

  const toldOf = (point) => objectives.map((o, k) => `${o.label} ${point.t[k]}`).join(", ");

  const cards = () => {
    by("cards").replaceChildren(...firsts.map(({ point, name, knee }) => {
      const item = make("li");
      const button = make("button", { type: "button", class: knee ? "knee" : "", "aria-pressed": point === chosen });
      button.append(make("b", {}, name[0].toUpperCase() + name.slice(1)),
        ...objectives.map((o, k) => make("div", {}, `${o.label} ${point.t[k]}`)));
      button.addEventListener("click", () => choose(point));
      item.append(button);
      return item;
    }));
  };

  const selectors = () => {
    if (objectives.length < 3) return;
    const names = { x: "across", y: "upwards", hue: "colour" };
    by("axes").replaceChildren(...Object.keys(axes).map((axis) => {
      const label = make("label", {}, `${names[axis]} `), select = make("select");
      objectives.forEach((o, k) => select.append(make("option", { value: k }, o.label)));
      select.value = axes[axis];
      select.addEventListener("change", () => { axes[axis] = Number(select.value); scatter(); });
      label.append(select);
      return label;
    }));
  };

  /* Steps people count time in, in seconds. */
  const CLOCK = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000];
  const ticks = ({ least, most }, time = false) => {
    if (most <= least) return [least];
    const rough = (most - least) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const clock = time && front.seconds ? CLOCK.map((s) => s / front.seconds).find((s) => s >= rough * 0.999) : 0;
    const step = clock || [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough * 0.999);
    const found = [];
    for (let at = Math.ceil(least / step) * step; at <= most + step / 1e6; at += step) found.push(at);
    return found;
  };
  const short = (value) => Math.abs(value) >= 10000 ? `${+(value / 1000).toPrecision(4)}k` : `${+value.toPrecision(4)}`;
  /* `2 h 15 min`, as everywhere. */
  const clock = (value) => {
    if (!front.seconds) return short(value);
    let left = Math.round(value * front.seconds);
    const parts = [];
    for (const [name, size] of [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]]) {
      if (left >= size) parts.push(`${Math.floor(left / size)} ${name}`);
      left %= size;
    }
    return parts.slice(0, 2).join(" ") || "0";
  };
  const along = (k, value) => ({ time: clock, share: (v) => `${+(100 * v).toFixed(1)} %`, money: short, number: short })[objectives[k].axis](value);
  /* From blue (best) to orange (worst): told apart by lightness as well. */
  const mixed = (part) => {
    const ends = [[38, 104, 180], [240, 170, 50]];
    return `rgb(${ends[0].map((v, i) => Math.round(v + (ends[1][i] - v) * part)).join(",")})`;
  };

  const scatter = () => {
    const wide = 560, high = 420, left = 64, right = 24, top = 20, foot = 46;
    const [kx, ky] = [axes.x, axes.y], svg = by("scatter");
    svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    svg.setAttribute("aria-label", `${objectives[kx].label} across, ${objectives[ky].label} upwards`);
    const scale = (k, from, to) => {
      const { least, most } = spans[k], room = (most - least) * 0.06 || Math.abs(most) * 0.05 || 1;
      return (v) => from + (to - from) * (v - least + room) / (most - least + 2 * room);
    };
    const x = scale(kx, left, wide - right), y = scale(ky, high - foot, top);
    const parts = [];
    for (const at of ticks(spans[kx], objectives[kx].axis === "time")) {
      parts.push(make("line", { x1: x(at), x2: x(at), y1: top, y2: high - foot, class: "grid" }),
        make("text", { x: x(at), y: high - foot + 16, "text-anchor": "middle" }, along(kx, at)));
    }
    for (const at of ticks(spans[ky], objectives[ky].axis === "time")) {
      parts.push(make("line", { x1: left, x2: wide - right, y1: y(at), y2: y(at), class: "grid" }),
        make("text", { x: left - 8, y: y(at) + 4, "text-anchor": "end" }, along(ky, at)));
    }
    const arrow = (k) => `${objectives[k].label}${objectives[k].unit ? `, ${objectives[k].unit}` : ""} (${objectives[k].larger ? "more" : "less"} is better)`;
    parts.push(make("text", { x: (left + wide - right) / 2, y: high - 8, "text-anchor": "middle", class: "ink" }, arrow(kx)),
      make("text", { x: left, y: 12, class: "ink" }, arrow(ky)));
    if (objectives.length === 2) {
      const steps = points.map((p, i) => i ? `H${x(p.v[kx])}V${y(p.v[ky])}` : `M${x(p.v[kx])} ${y(p.v[ky])}`);
      parts.push(make("path", { d: steps.join(""), class: "front" }));
    }
    const order = [...points].sort((a, b) => (a === chosen) - (b === chosen) || (a.n === front.knee) - (b.n === front.knee));
    for (const point of order) {
      const knee = point.n === front.knee;
      const dot = make("circle", {
        cx: x(point.v[kx]), cy: y(point.v[ky]), r: knee ? 9 : points.length > 60 ? 4.5 : 6.5, tabindex: 0, role: "button",
        class: `dot${knee ? " knee" : ""}${point === chosen ? " chosen" : ""}`, "aria-label": `plan ${point.n}: ${toldOf(point)}`,
      });
      if (axes.hue >= 0) {
        const { least, most, best } = spans[axes.hue];
        dot.style.fill = mixed(most > least ? Math.abs(point.v[axes.hue] - best) / (most - least) : 0);
      }
      dot.append(make("title", {}, `Plan ${point.n}: ${toldOf(point)}`));
      dot.addEventListener("click", () => choose(point));
      dot.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Enter" || event.key === " ") choose(point);
        else if (step) choose(points[Math.max(0, Math.min(points.length - 1, points.indexOf(point) + step))], true);
        else return;
        event.preventDefault();
      });
      parts.push(dot);
    }
    const star = points.find((p) => p.n === front.knee), right_half = x(star.v[kx]) > wide * 0.7;
    parts.push(make("text", {
      x: x(star.v[kx]) + (right_half ? -14 : 14), y: y(star.v[ky]) - 10, class: "name knee",
      "text-anchor": right_half ? "end" : "start",
    }, "suggested"));
    svg.replaceChildren(...parts);
    legend();
    const way = (k, small, large) => objectives[k].larger ? large : small;
    by("hint").textContent = axes.hue >= 0 ? `${way(ky, "Down", "Up")} and to the ${way(kx, "left", "right")} and bluer is better. Click a dot to see its plan.`
      : "Going along the line, what one gains the other loses. Click a dot to see its plan.";
  };

  /* What blue and orange stand for. */
  const legend = () => {
    if (axes.hue < 0) return;
    const k = axes.hue, { least, most, best } = spans[k], worst = best === least ? most : least;
    const bar = make("span", { class: "scale", "aria-hidden": "true" });
    bar.style.background = `linear-gradient(to right, ${mixed(0)}, ${mixed(0.5)}, ${mixed(1)})`;
    by("legend").replaceChildren(`${objectives[k].label}: best ${along(k, best)} `, bar, ` worst ${along(k, worst)}`);
  };

  const compared = (point) => objectives.map((o, k) => {
    const { best } = spans[k], away = best ? Math.abs(point.v[k] - best) / Math.abs(best) : 0;
    return away === 0 ? `${o.best} of all` : `${o.label} ${(100 * away).toFixed(1)} % ${o.larger ? "below" : "above"} the best`;
  }).join(" · ");

  const table = (element, head, rows) => {
    const top = make("thead"), body = make("tbody"), line = make("tr");
    line.append(...head.map((cell) => make("th", { scope: "col" }, cell)));
    top.append(line);
    for (const row of rows) {
      const made = make("tr");
      made.append(...row.map((cell) => make("td", {}, cell)));
      body.append(made);
    }
    element.replaceChildren(top, body);
  };

  const gantt = () => {
    const svg = by("gantt"), used = [...new Set(chosen.bars.map((bar) => bar[1]))].sort((a, b) => a - b);
    if (!used.length) {
      svg.setAttribute("viewBox", "0 0 600 30");
      svg.replaceChildren(make("text", { x: 0, y: 18 }, "This plan is in front.json; the page holds every few of so many."));
      return;
    }
    const owners = new Set(front.machines.map((m) => m.owner)).size > 1;
    const rows = new Map(), lanes = [];
    for (const machine of used) {  // a machine that runs several at once gets a lane for each
      const ends = [];
      for (const bar of chosen.bars.filter((b) => b[1] === machine).sort((a, b) => a[2] - b[2])) {
        let lane = ends.findIndex((end) => end <= bar[2]);
        if (lane < 0) lane = ends.length;
        ends[lane] = bar[3];
        rows.set(bar, lanes.length + lane);
      }
      ends.forEach((_, lane) => lanes.push(lane ? null : front.machines[machine]));
    }
    const wide = 760, left = 120, row = 22, top = 6, end = Math.max(...chosen.bars.map((b) => b[3]), 1);
    const high = top + lanes.length * row + 24, x = (t) => left + (wide - left - 12) * t / end;
    svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
    svg.setAttribute("aria-label", `Plan ${chosen.n}: which machine works on which order when`);
    const parts = lanes.map((machine, i) => machine
      ? make("text", { x: 0, y: top + i * row + 15, class: "ink" }, (owners ? `${machine.owner} · ${machine.id}` : machine.id).slice(0, 19))
      : make("text", {}, ""));
    for (const at of ticks({ least: 0, most: end }, true)) {
      parts.push(make("line", { x1: x(at), x2: x(at), y1: top, y2: high - 20, class: "grid" }),
        make("text", { x: x(at), y: high - 6, "text-anchor": "middle" }, clock(at)));
    }
    for (const [bar, lane] of rows) {
      const [job, , start, stop, operation, when] = bar, size = Math.max(1.5, x(stop) - x(start) - 1);
      const box = make("rect", { x: x(start), y: top + lane * row + 2, width: size, height: row - 4, rx: 2, fill: HUES[job % HUES.length] });
      box.append(make("title", {}, `${front.jobs[job]}, ${operation} on ${front.machines[bar[1]].id}: ${when}`));
      parts.push(box);
      const name = front.jobs[job];
      if (size > name.length * 7 + 4) {
        const ink = make("text", { x: x(start) + 4, y: top + lane * row + 15, "pointer-events": "none" }, name);
        ink.style.fill = ["#e69f00", "#56b4e9", "#f0e442", "#cc79a7"].includes(HUES[job % HUES.length]) ? "#000" : "#fff";
        parts.push(ink);
      }
    }
    svg.replaceChildren(...parts);
  };

  const detail = () => {
    const kind = firsts.filter(({ point }) => point === chosen).map(({ name }) => name).join(", ");
    by("chosen").textContent = `Plan ${chosen.n} of ${points.length}${kind ? `: ${kind}` : ""}`;
    by("compare").textContent = compared(chosen);
    const rows = objectives.map((o, k) => [o.label, chosen.t[k], points.find((p) => p.v[k] === spans[k].best).t[k]]);
    if (chosen.energy) {
      const [energy, carbon] = chosen.energy;
      if (!objectives.some((o) => o.name === "energy")) rows.push(["energy of all orders", energy, ""]);
      if (carbon) rows.push(["carbon of all orders", carbon, ""]);
    }
    table(by("numbers"), ["", "this plan", "best of all"], rows);
    const shown = [0, 1, 2, ...(chosen.energy ? [3] : []), ...(chosen.energy && chosen.energy[1] ? [4] : [])];
    const heads = ["order", "ready after", "cost", "energy", "carbon"];
    table(by("orders"), shown.map((i) => heads[i]), chosen.orders.map((row) => shown.map((i) => row[i])));
    by("take").textContent = `To use it: hanse pick front.json --point ${chosen.n} --out plan.json`;
    gantt();
  };

  const choose = (point, focus = false) => {
    chosen = point;
    cards();
    scatter();
    detail();
    if (focus) [...document.querySelectorAll(".dot.chosen")].at(-1)?.focus();
  };

  by("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  by("about").textContent = front.about;
  selectors();
  choose(chosen);
  document.documentElement.dataset.ready = "true";
}
