"use strict";
/* What every section stands on: the data, elements made without markup, amounts and times for people, the tip.
   Text reaches the page by textContent alone, so that no name can become markup. In the web application the scripts
   stand in a function, whose argument `given` is the data. */
const hanse = { data: typeof given === "undefined" ? JSON.parse(document.getElementById("data").textContent) : given,
  state: { part: 0 }, watchers: [] };

{
  const THIN = "\u202f", FIXED = "\u00a0", SECONDS = { millisecond: 0.001, second: 1, minute: 60, hour: 3600, day: 86400 };

  /* el("td", { class: "late" }, "text", child): a new element; keys that are functions become listeners. */
  hanse.el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
  hanse.svg = (name, attributes = {}, ...children) =>
    fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(key, value);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, String(value));
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }
  hanse.at = (id) => document.getElementById(id);

  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
  hanse.number = (value) => (value < 0 ? "-" : "") + grouped(String(Math.abs(Math.round(value))));
  hanse.money = (value, unit) => {
    if (unit !== "cent") return hanse.number(value);
    const cents = String(Math.abs(value)).padStart(3, "0");
    return `${value < 0 ? "-" : ""}${grouped(cents.slice(0, -2))}.${cents.slice(-2)}`;
  };
  hanse.energy = (value, unit) => hanse.number(value) + (unit === "unit" ? "" : `${FIXED}${unit}`);
  /* Grams of CO2 equivalents: 840 g, 2.0 kg, 12.3 t. */
  hanse.carbon = (value) => {
    const [name, size] = value >= 1e6 ? ["t", 1e6] : value >= 1e3 ? ["kg", 1e3] : ["g", 1];
    return `${size > 1 ? (value / size).toFixed(1) : value}${FIXED}${name} CO₂e`;
  };
  /* Two leading parts, as in the terminal: 2 h 15 min. */
  hanse.time = (value, unit) => {
    if (!(unit in SECONDS)) return hanse.number(value);
    let left = Math.abs(value) * SECONDS[unit];
    const parts = [];
    for (const [name, length] of [["d", 86400], ["h", 3600], ["min", 60]]) {
      const many = Math.floor(left / length);
      left -= many * length;
      if (many) parts.push(`${many}${FIXED}${name}`);
    }
    left = Number(left.toPrecision(6));
    if (left || !parts.length) parts.push(`${left}${FIXED}s`);
    return (value < 0 ? "-" : "") + parts.slice(0, 2).join(FIXED);
  };
  /* Four digits are enough for people, unless a limit is missed by less. */
  hanse.ratio = (value, exact = false) => (value === null ? "–" : String(exact ? value / 1e6 : Number((value / 1e6).toFixed(4))));
  hanse.share = (part) => `${(part * 100).toFixed(part < 0.0995 && part > 0 ? 1 : 0)}${FIXED}%`;
  hanse.count = (many, one, more = `${one}s`) => `${hanse.number(many)} ${many === 1 ? one : more}`;
  hanse.perSecond = (unit) => SECONDS[unit] || 0;
}

{
  /* Names: members by id, orders by the number they have in the league. */
  const members = new Map(hanse.data.members.map((member) => [member.id, member.name]));
  const orders = new Map(hanse.data.orders.map((order) => [order.number, order]));
  hanse.memberName = (id) => members.get(id) || id;
  hanse.partyName = (id) => (members.has(id) && members.get(id) !== id ? `${members.get(id)} (${id})` : id);
  hanse.order = (number) => orders.get(number);
  hanse.orderNumber = (job) => (job.outcome ? String(job.outcome.order) : job.id);
  hanse.thing = hanse.data.thing || "order";
  hanse.orderName = (job) => `${hanse.thing} ${hanse.orderNumber(job)}`;
  hanse.late = (job) => job.due !== null && job.outcome !== null && job.outcome.completion > job.due;
}

{
  /* One tip for the whole page. lines: [[name, value], …] or plain strings. Said aloud only when asked for by key. */
  const tip = hanse.at("tip");
  hanse.showTip = (title, lines, x, y, aloud = false) => {
    tip.replaceChildren(hanse.el("strong", {}, title));
    for (const line of lines) {
      tip.append(typeof line === "string" ? hanse.el("p", {}, line)
        : hanse.el("p", {}, hanse.el("span", {}, line[0]), " ", hanse.el("b", {}, line[1])));
    }
    tip.hidden = false;
    const { width, height } = tip.getBoundingClientRect();
    const right = x + 14 + width > innerWidth ? x - width - 14 : x + 14;
    tip.style.left = `${Math.max(4, Math.min(right, innerWidth - width - 4))}px`;
    tip.style.top = `${Math.max(4, y + 14 + height > innerHeight ? y - height - 10 : y + 14)}px`;
    if (aloud) hanse.say([title, ...lines.map((line) => (typeof line === "string" ? line : line.join(" ")))].join(", "));
  };
  hanse.hideTip = () => { tip.hidden = true; };
  hanse.say = (text) => { hanse.at("said").textContent = text; };
  addEventListener("keydown", (event) => { if (event.key === "Escape") hanse.hideTip(); });
  addEventListener("scroll", hanse.hideTip, { passive: true });
}

/* Sections redraw when part or theme changes. */
hanse.watch = (redraw) => hanse.watchers.push(redraw);
hanse.changed = (what) => hanse.watchers.forEach((redraw) => redraw(what));
