/* Orders against members: has all services, some of them (3 of 7), or none; by shape and colour alike. */
{
  const SMALL = { members: 16, orders: 40 }, CELL = 14, TOP = 74;
  const SAY = { A: "ACCEPT", P: "PARTIALLY ACCEPT", R: "REJECT" };
  const FULL = ([, , answer, required, offered]) => (answer === "P" ? `${SAY.P} (${offered} of ${required})` : SAY[answer]);
  const INKS = { false: { A: "#00694c", P: "#b26b00", R: "#77818b" }, true: { A: "#3fc79a", P: "#f0b545", R: "#7f8b96" } };

  hanse.matching = () => {
    const { el, at, data } = hanse, members = data.members, orders = data.orders, cells = new Map();
    for (const match of data.matches) cells.set(`${match[0]} ${match[1]}`, match);
    const body = at("matching-body");
    if (!cells.size) return body.append(el("p", { class: "quiet" }, "No matching was recorded."));
    const many = { A: 0, P: 0, R: 0 };
    for (const match of data.matches) many[match[2]] += 1;
    body.append(el("ul", { class: "legend" }, ...Object.entries({ A: "all services", P: "some of the services", R: "none of them" })
      .map(([answer, text]) => el("li", {}, el("span", { class: `answer ${answer}`, "aria-hidden": "true" }), `${SAY[answer]}: ${text} (${hanse.number(many[answer])})`))));
    if (members.length <= SMALL.members && orders.length <= SMALL.orders) return body.append(small());
    return big();

    function small() {
      const line = (order) => el("tr", {}, el("th", { scope: "row" }, `order ${order.number}`), ...members.map((_, i) => {
        const match = cells.get(`${order.number} ${i}`);
        return el("td", { title: match ? `${members[i].name}: ${FULL(match)}` : "" }, match ? el("span", { class: `answer ${match[2]}`, role: "img", "aria-label": FULL(match) }) : "–",
          match && match[2] === "P" ? el("span", { class: "few", "aria-hidden": "true" }, `${match[4]}/${match[3]}`) : null);
      }));
      return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Matching" }, el("table", { class: "matrix" },
        el("caption", {}, "Services every order needs against services every member offers"),
        el("thead", {}, el("tr", {}, el("td"), ...members.map((member) => el("th", { scope: "col", title: member.name }, member.id)))),
        el("tbody", {}, ...orders.map(line))));
    }

    function big() {
      const left = 84, width = left + members.length * CELL + 4, height = TOP + orders.length * CELL + 4;
      const canvas = el("canvas", { tabindex: "0", role: "application", "aria-roledescription": "matrix", "aria-label":
        `Matching of ${orders.length} orders and ${members.length} members; arrows move, every cell is said aloud` });
      let spot = null;
      const draw = () => {
        const scale = devicePixelRatio || 1;
        canvas.width = width * scale;
        canvas.height = height * scale;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
        const pen = canvas.getContext("2d");
        pen.setTransform(scale, 0, 0, scale, 0, 0);
        hanse.paintMatrix(pen, 0, orders.length, { width, height, left, spot, print: false });
      };
      hanse.paintMatrix = (pen, first, last, look) => {
        const ink = hanse.ink(look.print), inks = INKS[!look.print && hanse.isDark()];
        pen.fillStyle = ink.paper;
        pen.fillRect(0, 0, look.width, look.height);
        pen.font = "10px system-ui, sans-serif";
        pen.textBaseline = "middle";
        pen.fillStyle = ink.quiet;
        members.forEach((member, i) => {
          pen.save();
          pen.translate(left + i * CELL + CELL / 2, TOP - 4);
          pen.rotate(-Math.PI / 2);
          pen.fillText(member.id.slice(0, 11), 0, 0);
          pen.restore();
        });
        for (let row = first; row < last; row += 1) {
          const y = TOP + (row - first) * CELL;
          pen.fillStyle = row % 2 ? ink.paper : ink.band;
          pen.fillRect(0, y, look.width, CELL);
          pen.fillStyle = ink.quiet;
          pen.fillText(`order ${orders[row].number}`, 6, y + CELL / 2);
          members.forEach((_, i) => {
            const match = cells.get(`${orders[row].number} ${i}`);
            if (match) sign(pen, match[2], left + i * CELL + CELL / 2, y + CELL / 2, inks[match[2]]);
          });
        }
        if (look.spot) {
          pen.strokeStyle = ink.focus;
          pen.lineWidth = 2;
          pen.strokeRect(left + look.spot.column * CELL, TOP + look.spot.row * CELL, CELL, CELL);
        }
      };
      hanse.matrixSize = { rows: orders.length, cell: CELL, top: TOP, width };
      const show = (x, y, aloud) => {
        const order = orders[spot.row], member = members[spot.column], match = cells.get(`${order.number} ${spot.column}`);
        hanse.showTip(`order ${order.number} and ${member.name}`, [match ? FULL(match) : "not asked", ["customer", order.customer]], x, y, aloud);
      };
      canvas.addEventListener("pointermove", (event) => {
        const box = canvas.getBoundingClientRect(), column = Math.floor((event.clientX - box.left - left) / CELL), row = Math.floor((event.clientY - box.top - TOP) / CELL);
        const inside = column >= 0 && column < members.length && row >= 0 && row < orders.length;
        if (!inside) { hanse.hideTip(); return; }
        if (!spot || spot.row !== row || spot.column !== column) { spot = { row, column }; draw(); }
        show(event.clientX, event.clientY, false);
      });
      canvas.addEventListener("pointerleave", () => { spot = null; hanse.hideTip(); draw(); });
      canvas.addEventListener("blur", () => { spot = null; hanse.hideTip(); draw(); });
      canvas.addEventListener("keydown", (event) => {
        const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
        if (!way) return;
        event.preventDefault();
        spot = spot ? { row: Math.min(Math.max(spot.row + way[0], 0), orders.length - 1), column: Math.min(Math.max(spot.column + way[1], 0), members.length - 1) } : { row: 0, column: 0 };
        const frame = canvas.parentNode, x = left + spot.column * CELL, y = TOP + spot.row * CELL;
        if (y + CELL > frame.scrollTop + frame.clientHeight || y < frame.scrollTop + CELL) frame.scrollTop = y - frame.clientHeight / 2;
        if (x + CELL > frame.scrollLeft + frame.clientWidth || x < frame.scrollLeft + CELL) frame.scrollLeft = x - frame.clientWidth / 2;
        draw();
        const box = canvas.getBoundingClientRect();
        show(box.left + x + CELL, box.top + y + CELL, true);
      });
      body.append(el("div", { class: "wide big-matrix" }, canvas));
      hanse.watch((what) => { if (what === "theme") draw(); });
      draw();
    }
  };

  /* Full disc, half disc, small cross. */
  function sign(pen, answer, x, y, colour) {
    pen.fillStyle = pen.strokeStyle = colour;
    pen.lineWidth = 1.3;
    pen.beginPath();
    if (answer === "R") {
      for (const way of [1, -1]) { pen.moveTo(x - 2, y - 2 * way); pen.lineTo(x + 2, y + 2 * way); }
      pen.stroke();
      return;
    }
    pen.arc(x, y, 4.4, 0, Math.PI * 2);
    if (answer === "A") return pen.fill();
    pen.stroke();
    pen.beginPath();
    pen.arc(x, y, 4.4, Math.PI / 2, -Math.PI / 2);
    return pen.fill();
  }
}
