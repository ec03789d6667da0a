/* Orders: every limit beside its value, with a tick or a cross; late ones first. */
hanse.orderTable = () => {
  const { el, at, data } = hanse, products = new Map(data.products.map((product) => [product.number, product.name]));
  const jobs = data.parts.map((part) => new Map(part.jobs.filter((job) => job.outcome).map((job, i) => [job.outcome.order, { job, i, part }])));
  const rows = data.orders.map((order) => {
    const found = order.part === null ? null : jobs[order.part].get(order.number);
    const place = found ? found.part.jobs.indexOf(found.job) : null;
    return { order, job: found?.job ?? null, got: found?.job.outcome ?? null, place, unit: found?.part.units ?? null };
  });
  const late = ({ job }) => job !== null && hanse.late(job);
  const state = (row) => (row.got === null ? 3 : late(row) ? 0 : row.got.ok ? 2 : 1);
  const STATES = ["late", "limit broken", "as agreed", "not planned"];
  const got = (row, key) => (row.got === null ? null : row.got[key]);
  const columns = [
    { name: "Order", first: true, get: ({ order }) => order.number, show: ({ order, place }) => [place === null ? null : hanse.swatch(place), ` ${order.number}`] },
    { name: "State", kind: "keep", get: state, show: (row) => [el("span", { class: ["broken", "broken", "ok", "limit"][state(row)] },
      `${["✗", "✗", "✓", "–"][state(row)]} ${STATES[state(row)]}`),
      late(row) ? el("span", { class: "limit" }, `by ${hanse.time(row.got.completion - row.job.due, row.unit.time)}`) : null] },
    { name: "Customer", get: ({ order }) => order.customer, show: ({ order }) => order.customer },
    { name: "Product", get: ({ order }) => products.get(order.product) ?? order.product, show: ({ order }) => products.get(order.product) ?? String(order.product) },
    { name: "Quantity", kind: "number", get: ({ order }) => order.quantity, show: ({ order }) => hanse.number(order.quantity) },
    { name: "Cost / budget", kind: "number", get: (row) => got(row, "cost"), show: ({ job, got: is, unit }) => is === null ? "–"
      : hanse.against(hanse.money(is.cost, unit.money), job.budget === null ? "" : `of ${hanse.money(job.budget, unit.money)}`, job.budget === null ? null : is.cost <= job.budget) },
    { name: "Done / due", kind: "number", get: (row) => got(row, "completion"), show: ({ job, got: is, unit }) => is === null ? "–"
      : hanse.against(hanse.time(is.completion, unit.time), job.due === null ? "" : `due ${hanse.time(job.due, unit.time)}`, job.due === null ? null : is.completion <= job.due) },
    { name: "Quality / least", kind: "number", get: (row) => got(row, "quality"), show: ({ job, got: is }) => is === null ? "–"
      : hanse.against(hanse.ratio(is.quality, job.least !== null && is.quality < job.least), job.least === null ? "" : `least ${hanse.ratio(job.least)}`, job.least === null ? null : is.quality !== null && is.quality >= job.least) },
    { name: "Deposit", kind: "number", get: ({ order }) => order.deposit, show: ({ order }) => hanse.money(order.deposit, "cent") },
  ];
  if (data.parts.some((part) => part.measures.energy)) columns.splice(-1, 0, { name: "Energy / carbon", kind: "number", get: (row) => got(row, "energy"),
    show: ({ got: is, unit }) => is === null || !is.energy ? "–"
      : [hanse.energy(is.energy, unit.energy), is.carbon === null ? null : el("span", { class: "limit" }, hanse.carbon(is.carbon))] });
  if (data.parts.length > 1) columns.splice(2, 0, { name: "Plan", kind: "number", get: ({ order }) => order.part, show: ({ order }) => order.part === null ? "–" : String(order.part + 1) });
  if (!rows.length) at("orders-body").append(el("p", { class: "quiet" }, "No orders were placed."));
  else at("orders-body").append(hanse.table({ caption: "What every order asked and what it gets", columns, rows, sort: { by: 1, way: 1 },
    filter: ({ order }) => `order ${order.number} ${order.job}`, rowClass: (row) => (state(row) < 2 ? "alarm" : "") }));
};
