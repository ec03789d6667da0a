/* Agreements: who was asked and what they said, who pays compensation, where every amount of an order went, and what
   satisfaction and reputation became. */
hanse.agreements = () => {
  const { el, at, data } = hanse, body = at("agreements-body");
  const orders = data.parts.flatMap((part) => part.agreements), asked = orders.flatMap((order) => order.asked.map((one) => ({ order, one })));
  if (!orders.length) return body.append(el("p", { class: "quiet" }, "Nothing was agreed yet."));
  const SIGNS = { settled: ["ok", "✓"], running: ["limit", "…"], undone: ["broken", "✗"], declined: ["broken", "✗"], "not proposed": ["broken", "✗"] };
  const RANK = { declined: 0, "not proposed": 1, undone: 1, running: 2, settled: 3 };
  const money = (amount) => hanse.money(amount, "cent"), sum = (get) => orders.reduce((total, order) => total + get(order), 0);
  const ratio = (value) => (value / 1e6).toFixed(3);
  const change = (pair) => (pair === null ? "–" : ratio(pair.before) === ratio(pair.after) ? ratio(pair.after) : `${ratio(pair.before)} → ${ratio(pair.after)}`);
  const customer = (order) => hanse.order(order.order)?.customer ?? "";
  const amount = (name, get) => ({ name, kind: "number", get, show: (order) => money(get(order)) });
  const changed = (name, get) => ({ name, kind: "number", get: (row) => get(row)?.after ?? null, show: (row) => change(get(row)) });
  const amounts = [amount("Deposit", (o) => o.deposit), amount("Added", (o) => o.added), amount("From the operator", (o) => o.subsidies), amount("To members", (o) => o.paid),
    amount("Reward", (o) => o.reward), amount("Fee", (o) => o.fee), amount("Given back", (o) => o.back + o.back_to_operator)];
  if (orders.some((order) => order.locked)) amounts.push(amount("Still held", (o) => o.locked));

  const weighed = orders.some((order) => order.satisfaction);
  body.append(el("p", { class: "quiet" }, `In every row the money that came (deposit, what the customer added, what the operator gave) is the money that went: to the members, the solver that planned it (reward), the league (fee), or back.${weighed ? " Satisfied: 1 is what a customer calls its best; before the arrow with the cost of the work alone, after it with all it pays." : ""} Credit: what is known of a customer before and after its order, from 0 to 1.`),
    hanse.table({ caption: "What became of every order", rows: orders, sort: { by: 1, way: 1 }, rowClass: (order) => (RANK[order.state] < 2 ? "alarm" : ""),
      filter: orders.length > 12 ? (order) => customer(order) : false, columns: [
        { name: "Order", first: true, get: (order) => order.order, show: (order) => String(order.order) },
        { name: "State", kind: "keep", get: (order) => RANK[order.state], show: (order) => el("span", { class: SIGNS[order.state][0] }, `${SIGNS[order.state][1]} ${order.state}`) },
        { name: "Customer", get: customer, show: customer },
        changed("Satisfied", (order) => order.satisfaction), ...amounts, changed("Credit", (order) => order.credit)],
      foot: el("tr", {}, el("th", { scope: "row", colspan: 4 }, "Total"), ...amounts.map(({ get }) => el("td", { class: "number" }, money(sum(get)))), el("td")) }));

  const services = new Map(data.parts.flatMap((part) => part.bars.map(([job, operation, service]) => [`${hanse.orderNumber(part.jobs[job])} ${operation}`, service])));
  const work = ({ order, one }) => one.operations.map((name) => services.get(`${order.order} ${name}`) ?? name).join(", ");
  const simple = ({ one }) => one.said.length === 1 && one.said[0] === "signed";
  body.append(el("h3", {}, "Who was asked"), el("p", { class: "quiet" }, `${weighed ? "Satisfied: what the least liked of the work is worth to a member, against the best work of its kind it is given (1). Every member has a threshold of its own, which it keeps to itself; below it, it asks for compensation: before the arrow as planned, after it as offered in the end. " : ""}Reputation: what is known of a member before and after this order, from 0 to 1; a newcomer has 0.5.`), hanse.table({ caption: "Members, their answers and what they got", rows: asked, most: 20, sort: { by: 2, way: 1 },
    filter: (row) => `order ${row.order.order} ${row.one.operations.join(" ")} ${work(row)}`, columns: [
      { name: "Order", first: true, get: ({ order }) => order.order, show: ({ order }) => String(order.order) },
      { name: "Member", get: ({ one }) => hanse.partyName(one.member), show: (row) => [hanse.partyName(row.one.member), el("span", { class: "limit" }, work(row))] },
      { name: "Answer", get: (row) => (simple(row) ? 1 : 0), show: ({ one }) => one.said.join(", then ") },
      changed("Satisfied", ({ one }) => one.satisfaction),
      { name: "Price", kind: "number", get: ({ one }) => one.price, show: ({ one }) => money(one.price) },
      { name: "Compensation", kind: "number", get: ({ one }) => one.compensation, show: ({ one }) => (one.compensation
        ? [money(one.compensation), el("span", { class: "limit" }, `customer ${money(one.compensation - one.subsidy)}, operator ${money(one.subsidy)}`)] : "–") },
      { name: "Paid", kind: "number", get: ({ one }) => one.paid, show: ({ one }) => [money(one.paid), one.ending ? el("span", { class: "limit" }, one.ending) : null] },
      { name: "Rated", kind: "number", get: ({ one }) => one.rating, show: ({ one }) => (one.rating === null ? "–" : hanse.ratio(one.rating)) },
      changed("Reputation", ({ one }) => one.reputation)] }));
};
