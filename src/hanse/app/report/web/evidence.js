/* Evidence, last: what is recorded where, and how to verify it without us. */
hanse.evidence = () => {
  const { el, at, data } = hanse, { ledger } = data, body = at("evidence-body");
  const KINDS = { certified: "certified: anyone can recompute the bound", attested: "attested: proved by the solver, whose word it is", none: "no bound is claimed" };

  /* A long value: eight signs and a press to copy; whole on demand and on paper. */
  const long = (text) => {
    if (!/^0x[0-9a-f]{16,}$/i.test(text)) return el("span", {}, text || "–");
    const button = el("button", { type: "button", class: "hash", title: "Copy the whole value", "aria-label": `Copy ${text.slice(0, 10)}…`, click: async () => {
      try {
        await navigator.clipboard.writeText(text);
        button.classList.add("copied");
        hanse.say("copied");
      } catch {
        at("evidence").classList.add("whole");
        full.checked = true;
        getSelection().selectAllChildren(button.querySelector(".all"));
        hanse.say("selected; copy it by key");
      }
      setTimeout(() => button.classList.remove("copied"), 1500);
    } }, el("span", { class: "short" }, `${text.slice(0, 10)}…`), el("span", { class: "all" }, text), el("span", { class: "done" }, " copied"));
    return button;
  };
  const facts = (rows) => el("dl", { class: "facts" }, ...rows.filter(([, value]) => value !== null).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  const plain = (name, get, more = {}) => ({ name, get, show: (row) => String(get(row)), ...more });
  const hashed = (name, get) => ({ name, get, show: (row) => long(get(row)) });
  const amount = (name, get) => ({ name, kind: "number", get, show: (row) => hanse.number(get(row)) });
  const full = el("input", { type: "checkbox", change: () => at("evidence").classList.toggle("whole", full.checked) });

  body.append(
    el("h3", {}, "How to verify it yourself"),
    el("p", {}, "Recompute every block, root and sum of the league from its own records (DIR is the league's folder):"),
    el("pre", { tabindex: "0" }, "hanse audit --data DIR"),
    el("p", {}, "Check one plan against its problem, without this league, its chain or its solver:"),
    el("pre", { tabindex: "0" }, "hanse check problem.json plan.json"),
    el("p", { class: "quiet" }, "Both compute the roots below anew; a single changed amount or time changes them."),
    el("label", { class: "check" }, full, " show every value whole"),
    el("h3", {}, "Blocks"));
  body.append(el("div", { class: "blocks" }, ...data.parts.map(({ name, block, plan }) => el("article", { class: "block", "aria-label": `Block ${block.number}` },
    el("h4", {}, `Block ${block.number}`, el("span", { class: "quiet" }, ` ${name}`)),
    facts([["hash", long(block.hash)], ["previous", long(block.previous)], ["problem root", long(plan.problem)], ["plan root", long(plan.root)],
      ["evidence", long(block.evidence)], ["transaction", long(block.transaction)], ["gas", hanse.number(block.gas)],
      ["orders", block.orders.join(", ")], ["solver", `${block.solver}${plan.solver === block.solver ? "" : ` (plan by ${plan.solver})`}, ${plan.seconds} s`],
      ["asked", plan.objective], ["value", String(plan.value / 1e6)], ["bound", plan.bound === null ? "–" : String(plan.bound / 1e6)],
      ["proof", KINDS[plan.kind]]])))));

  const contracts = Object.entries(ledger.contracts);
  body.append(el("h3", {}, "Ledger"), facts([["chain", String(ledger.chain_id)], ["transactions", hanse.number(ledger.transactions)], ["gas", hanse.number(ledger.gas)],
    ...contracts.map(([name, address]) => [`contract ${name}`, long(address)])]));
  if (data.members.length) body.append(el("h3", {}, "Members"), hanse.table({ caption: "Certified members", rows: data.members, columns: [
    plain("Id", (m) => m.id, { first: true }), plain("Name", (m) => m.name), hashed("Address", (m) => m.address),
    plain("Services", (m) => m.services.join(", ")), hashed("Description", (m) => m.metadata), amount("Gas", (m) => m.gas)] }));
  if (data.products.length) body.append(el("h3", {}, "Products"), hanse.table({ caption: "The catalogue", rows: data.products, columns: [
    plain("Number", (p) => p.number, { first: true }), plain("Name", (p) => p.name), plain("Services it needs", (p) => p.required.join(", ")), hashed("Process plans", (p) => p.plans)] }));
  if (data.orders.length) body.append(el("h3", {}, "Orders as recorded"), hanse.table({ caption: "Placed orders", rows: data.orders, columns: [
    plain("Order", (o) => o.number, { first: true }), plain("In the problem", (o) => o.job), hashed("Customer's address", (o) => o.address),
    hashed("Specification", (o) => o.specification), amount("Gas", (o) => o.gas)] }));
  if (data.stages.length) body.append(el("h3", {}, "How it went"), hanse.table({ caption: "Stages and what they took", rows: data.stages, most: 60, columns: [
    { name: "Stage", first: true, show: (stage) => stage[0] }, { name: "Time", kind: "number", show: (stage) => `${stage[1]}\u00a0s` }] }));
  if (data.notes.length) body.append(el("h3", {}, "Notes"), el("ul", {}, ...data.notes.map((note) => el("li", {}, note))));
  body.append(el("p", { class: "quiet" }, [`Case ${data.case}`, data.source && `source ${data.source}`, `made by Hanse ${data.version}`].filter(Boolean).join(" · ")));
};
