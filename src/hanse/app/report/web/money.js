/* Money: what is held, what is promised, who pays and who is paid, and that the sums agree. */
hanse.moneyFlows = () => {
  const { el, at, data } = hanse, { sums } = data, body = at("money-body");
  const HELD = "held by the league", held = data.flows.filter((flow) => flow[4] && flow[1] === HELD);
  const paid = data.flows.filter((flow) => flow[4] && flow[1] !== HELD), promised = data.flows.filter((flow) => !flow[4]);
  const total = (flows) => flows.reduce((sum, flow) => sum + flow[3], 0);
  const foot = (columns, amounts) => el("tr", {}, el("th", { scope: "row", colspan: columns }, "Total"), ...amounts.map((text) => el("td", { class: "number" }, text)));

  body.append(el("h3", {}, "Do the sums agree?"), el("ul", { class: "sums" }, ...sums.checks.map(([left, right, one, two, unit]) => el("li", {},
    el("span", { class: one === two ? "ok" : "broken", role: "img", "aria-label": one === two ? "equal" : "not equal" }, one === two ? "✓" : "✗"),
    ` ${left}: `, el("b", {}, hanse.money(one, unit)), one === two ? " = " : " ≠ ", el("b", {}, hanse.money(two, unit)), `, ${right}`))));

  const flowTable = (caption, flows, unit) => hanse.table({ caption, rows: flows, most: 12, sort: { by: 3, way: -1 }, filter: flows.length > 12 ? () => "" : false,
    columns: [
      { name: "From", first: true, get: (flow) => hanse.partyName(flow[0]), show: (flow) => hanse.partyName(flow[0]) },
      { name: "To", get: (flow) => hanse.partyName(flow[1]), show: (flow) => hanse.partyName(flow[1]) },
      { name: "For", get: (flow) => flow[2], show: (flow) => (flow[5] > 1 ? `${flow[2]} (${flow[5]} amounts)` : flow[2]) },
      { name: "Amount", kind: "number", get: (flow) => flow[3], show: (flow) => hanse.money(flow[3], unit) }],
    foot: foot(3, [hanse.money(total(flows), unit)]) });
  if (paid.length) body.append(el("h3", {}, "Payments made"), flowTable("Has moved, for work that was accepted", paid, "cent"));
  if (held.length) body.append(el("h3", {}, "Payments held"), flowTable("Has moved and is held until delivery", held, "cent"));
  if (promised.length) body.append(el("h3", {}, "Promised by the plan"), flowTable("Due when the work is done", promised, sums.promised));

  const units = [...new Set(data.parts.map((part) => part.units.money))];
  if (!units.length) return;
  const head = (name) => (units.length > 1 ? (unit) => `${name} (${unit})` : () => name);
  const customers = new Map();
  for (const part of data.parts) {
    for (const job of part.jobs.filter((one) => one.outcome)) {
      const name = job.customer || `order ${job.outcome.order}`, row = customers.get(name) || { name, orders: 0, cost: {}, deposit: 0 };
      row.orders += 1;
      row.cost[part.units.money] = (row.cost[part.units.money] || 0) + job.outcome.cost;
      row.deposit += hanse.order(job.outcome.order)?.deposit ?? 0;
      customers.set(name, row);
    }
  }
  const amount = (key) => units.map((unit) => ({ name: head(key === "income" ? "Income" : "Cost")(unit), kind: "number",
    get: (row) => row[key][unit] || 0, show: (row) => hanse.money(row[key][unit] || 0, unit) }));
  const whole = (rows, key) => units.map((unit) => hanse.money(rows.reduce((sum, row) => sum + (row[key][unit] || 0), 0), unit));
  const members = data.summary.shares.filter((share) => share.operations);
  const moved = units.map((unit) => hanse.money(sums.transport[unit] || 0, unit));
  body.append(el("div", { class: "halves" },
    el("div", {}, el("h3", {}, "Income by member"), hanse.table({ caption: "What every member earns with its machines", rows: members, most: 15, sort: { by: 2, way: -1 },
      columns: [{ name: "Member", first: true, get: (row) => row.name, show: (row) => row.name },
        { name: "Operations", kind: "number", get: (row) => row.operations, show: (row) => hanse.number(row.operations) }, ...amount("income")],
      foot: foot(2, whole(members, "income")) }),
    el("p", { class: "quiet" }, `and ${moved.join(" + ")} for transport`)),
    el("div", {}, el("h3", {}, "Cost by customer"), hanse.table({ caption: "What every customer pays, work and transport", rows: [...customers.values()], most: 15, sort: { by: 2, way: -1 },
      columns: [{ name: "Customer", first: true, get: (row) => row.name, show: (row) => row.name },
        { name: "Orders", kind: "number", get: (row) => row.orders, show: (row) => hanse.number(row.orders) }, ...amount("cost"),
        { name: "Deposit", kind: "number", get: (row) => row.deposit, show: (row) => hanse.money(row.deposit, "cent") }],
      foot: foot(2, [...whole([...customers.values()], "cost"), hanse.money([...customers.values()].reduce((sum, row) => sum + row.deposit, 0), "cent")]) }))));
};
