/* One colour per order: the hues of Okabe and Ito, told apart by pattern and lightness when there are more than eight. */
{
  const HUES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c"];
  const PATTERNS = ["plain", "rising", "dots", "upright", "falling"];
  const LIGHT = {
    paper: "#ffffff", band: "#f3f5f7", line: "#d5dbe1", faint: "#e8ecf0", ink: "#17212b", quiet: "#55626f",
    closed: "#dfe3e8", idle: "#c3ccd4", late: "#b3001b", focus: "#0b57d0", flow: "#2f6f9f",
  };
  const DARK = {
    paper: "#141a20", band: "#1b232b", line: "#3a4651", faint: "#28323b", ink: "#e9eef2", quiet: "#a5b1bc",
    closed: "#2b353f", idle: "#4b5864", late: "#ff7b86", focus: "#8ab4f8", flow: "#7db8e0",
  };

  hanse.isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  hanse.ink = (print = false) => (print || !hanse.isDark() ? LIGHT : DARK);

  const parse = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const mix = (hex, other, part) => {
    const to = parse(other);
    return "#" + parse(hex).map((v, i) => Math.round(v + (to[i] - v) * part).toString(16).padStart(2, "0")).join("");
  };
  const light = (hex) => {
    const [r, g, b] = parse(hex).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  /* Black or white, whichever reads better on the colour. */
  hanse.textOn = (hex) => (1.05 / (light(hex) + 0.05) > (light(hex) + 0.05) / 0.05 ? "#ffffff" : "#000000");

  const made = new Map();
  hanse.orderLook = (index) => {
    if (!made.has(index)) {
      const round = Math.floor(index / HUES.length);
      const shade = Math.floor(round / PATTERNS.length) % 3;
      const hue = HUES[index % HUES.length];
      const fill = shade === 0 ? hue : mix(hue, shade === 1 ? "#ffffff" : "#000000", 0.4);
      made.set(index, { fill, text: hanse.textOn(fill), pattern: PATTERNS[round % PATTERNS.length] });
    }
    return made.get(index);
  };

  /* A repeating tile of lines or dots, drawn once per colour. */
  const tiles = new Map();
  hanse.tile = (context, kind, colour, size = 8) => {
    const key = `${kind} ${colour} ${size}`;
    if (!tiles.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = size;
      const pen = tile.getContext("2d");
      pen.strokeStyle = pen.fillStyle = colour;
      pen.lineWidth = 1.2;
      pen.beginPath();
      if (kind === "dots") { pen.arc(size / 2, size / 2, size / 6, 0, 7); pen.fill(); }
      for (const shift of kind === "dots" ? [] : [-size, 0, size]) {
        if (kind === "upright") { pen.moveTo(size / 2, 0); pen.lineTo(size / 2, size); }
        if (kind === "rising") { pen.moveTo(shift, size); pen.lineTo(shift + size, 0); }
        if (kind === "falling") { pen.moveTo(shift, 0); pen.lineTo(shift + size, size); }
      }
      pen.stroke();
      tiles.set(key, tile);
    }
    return context.createPattern(tiles.get(key), "repeat");
  };

  /* The colour of an order as a small picture beside its name. */
  hanse.swatch = (index) => {
    const canvas = hanse.el("canvas", { class: "swatch", width: 28, height: 28, "aria-hidden": "true" });
    const pen = canvas.getContext("2d"), look = hanse.orderLook(index);
    pen.fillStyle = look.fill;
    pen.fillRect(0, 0, 28, 28);
    if (look.pattern !== "plain") {
      pen.globalAlpha = 0.55;
      pen.fillStyle = hanse.tile(pen, look.pattern, look.text, 12);
      pen.fillRect(0, 0, 28, 28);
    }
    return canvas;
  };
}
