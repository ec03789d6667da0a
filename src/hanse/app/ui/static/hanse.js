// What pages need in the browser itself: forms that hold pass-phrases, times in the reader's zone, colours, the wallet.
"use strict";
window.hanse = (() => {
  const api = "/api/v1/";

  async function asked(method, path, body, headers = {}) {
    const answer = await fetch(api + path, {
      method,
      headers: { ...(body ? { "Content-Type": "application/json" } : {}), ...headers },
      body: body && JSON.stringify(body),
    });
    const told = answer.status === 204 ? null : await answer.json();
    if (!answer.ok) throw new Error([told.detail, told.hint].filter(Boolean).join(" – "));
    return told;
  }

  async function csrf() {
    return { "X-Hanse-CSRF": (await asked("GET", "session")).csrf };
  }

  // Only a path of this service: an address elsewhere in the link somebody sent leads to the overview.
  function onward() {
    const next = new URLSearchParams(location.search).get("next") || "/";
    return /^\/(?![\/\\])/.test(next) ? next : "/";
  }

  // Forms. Pass-phrases go from the form to the API and nowhere else.
  const forms = {
    async "sign-in"(given) {
      await asked("POST", "session", given);
      location.assign(onward());
    },
    async recover(given) {
      await asked("POST", "session/recover", given);
      location.assign("/");
    },
    async join(given, form) {
      const told = await asked("POST", "accounts", given);
      form.hidden = true;
      const sheet = document.getElementById("sheet");
      sheet.querySelector("pre").textContent = told.sheet;
      sheet.hidden = false;
      sheet.querySelector("h2").focus();
    },
    async passphrase(given) {
      await asked("PUT", "account/passphrase", given, await csrf());
      location.assign("/sign-in");
    },
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target, send = forms[form.dataset.hanse];
    if (!send) return;
    event.preventDefault();
    const button = form.querySelector("button"), said = form.querySelector("[role=alert]");
    said.textContent = "";
    button.disabled = true;
    try {
      await send(Object.fromEntries(new FormData(form)), form);
    } catch (error) {
      said.textContent = error.message;
    } finally {
      button.disabled = false;
    }
  });

  document.addEventListener("click", async (event) => {
    const pressed = event.target.closest("[data-press]");
    if (!pressed) return;
    const said = document.querySelector("[role=alert]");
    try {
      await presses[pressed.dataset.press](pressed);
    } catch (error) {
      if (said) said.textContent = error.message;
    }
  });

  const presses = {
    print: () => print(),
    wallet: () => wallet.signIn(),
  };

  // Which groups of pages are open, from page to page.
  document.addEventListener("click", ({ target }) => {
    const group = target.closest("details.group > summary")?.parentNode;
    if (!group) return;
    const open = [...document.querySelectorAll("details.group")].filter((one) => (one === group) !== one.open);
    document.cookie = `hanse-groups=${open.map((one) => one.dataset.group).join(".")}; path=/; max-age=31536000; SameSite=Strict`;
  });

  // A drawer that lies over the page goes away by Escape, as everything that lies over a page does.
  document.addEventListener("keydown", ({ key }) => {
    const menu = document.querySelector(".menu[aria-expanded=true]");
    if (key === "Escape" && menu && document.querySelector(".q-drawer--mobile")) menu.click();
  });

  // Pages that draw days ask for the reader's zone.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `hanse-zone=${zone}; path=/; max-age=31536000; SameSite=Strict`;

  // Times, in the reader's zone and words, wherever a page shows one.
  const words = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  function localise(root) {
    for (const one of root.querySelectorAll("time[datetime]:not([title])")) {
      one.title = one.textContent;
      one.textContent = words.format(new Date(one.dateTime));
    }
  }

  // What is drawn again keeps the keyboard where it was: on whatever has the same words.
  let held = null;
  const said = (one) => one.getAttribute("aria-label") || one.textContent.trim();
  const alike = (part, tag, words) => [...part.querySelectorAll(tag)].filter((one) => said(one) === words);
  document.addEventListener("focusin", ({ target }) => {
    const part = target.closest(".live"), words = said(target);
    held = part && { part, target, words, place: alike(part, target.tagName, words).indexOf(target) };
  });
  function keepFocus() {
    if (!held || held.target.isConnected || document.activeElement !== document.body) return;
    const those = alike(held.part, held.target.tagName, held.words);
    those[Math.min(held.place, those.length - 1)]?.focus({ preventScroll: true });
  }

  // What was unfolded stays so when it is drawn again. It is remembered before it opens: drawing comes at any moment.
  const unfolded = new Set(), laid = new WeakSet();
  document.addEventListener("click", ({ target }) => {
    const fold = target.closest("details[data-fold] > summary")?.parentNode;
    if (fold) unfolded[fold.open ? "delete" : "add"](fold.dataset.fold);
  });
  function keepUnfolded() {
    for (const one of document.querySelectorAll("details[data-fold]")) {
      if (laid.has(one)) continue;
      laid.add(one);
      one.open = unfolded.has(one.dataset.fold);
    }
  }

  new MutationObserver(() => {
    localise(document);
    keepUnfolded();
    keepFocus();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // A wallet in the browser, as EIP-1193 has it.
  const wallet = {
    async signIn() {
      if (!window.ethereum) throw new Error("There is no wallet in this browser.");
      const [address] = await ethereum.request({ method: "eth_requestAccounts" });
      const { message } = await asked("POST", "session/wallet/message", { address });
      const hex = "0x" + Array.from(new TextEncoder().encode(message), (b) => b.toString(16).padStart(2, "0")).join("");
      const signature = await ethereum.request({ method: "personal_sign", params: [hex, address] });
      const first = new URLSearchParams(location.search).get("invitation");
      const given = { message, signature };
      if (first) Object.assign(given, { invitation: first, name: document.querySelector("[name=name]").value });
      await asked("POST", "session/wallet", given);
      location.assign(onward());
    },
    // Raw transactions, each signed as it is; a text if the wallet does not.
    async sign(drafts, from) {
      if (!window.ethereum) return "There is no wallet in this browser.";
      const hex = (n) => "0x" + BigInt(n).toString(16), signed = [];
      try {
        for (const one of drafts) {
          const fees = one.tip === null
            ? { gasPrice: hex(one.most) }
            : { maxFeePerGas: hex(one.most), maxPriorityFeePerGas: hex(one.tip) };
          const params = { from, to: one.to, data: one.data, value: hex(one.value), nonce: hex(one.nonce), gas: hex(one.gas), chainId: hex(one.chain_id), ...fees };
          const raw = await ethereum.request({ method: "eth_signTransaction", params: [params] });
          signed.push(raw.raw ?? raw);
        }
      } catch (error) {
        return "The wallet did not sign: " + error.message;
      }
      return signed;
    },
    // An agreement, as the wallet shows it; a text if it does not sign.
    async typed(document, from) {
      if (!window.ethereum) return "There is no wallet in this browser.";
      try {
        return { signature: await ethereum.request({ method: "eth_signTypedData_v4", params: [from, JSON.stringify(document)] }) };
      } catch (error) {
        return "The wallet did not sign: " + error.message;
      }
    },
  };

  // Plain pages have no NiceGUI that knows how dark the reader's system is.
  if (document.body?.className === "plain-page" && matchMedia("(prefers-color-scheme: dark)").matches)
    document.body.classList.add("body--dark");

  // A file for an order goes from here to the API; a text if that does not take it.
  async function upload(input) {
    const file = input.files[0];
    if (!file) return null;
    try {
      const answer = await fetch(`${api}contents?name=${encodeURIComponent(file.name)}`, {
        method: "POST",
        headers: { ...(await csrf()), "Content-Type": "application/octet-stream" },
        body: file,
      });
      const told = await answer.json();
      return answer.ok ? told : [told.detail, told.hint].filter(Boolean).join(" – ");
    } catch (error) {
      return "The file was not sent: " + error.message;
    }
  }

  return {
    wallet,
    upload,
    async signOut() {
      await asked("DELETE", "session", null, await csrf());
      location.assign("/sign-in");
    },
    // The drawer of pages went open or shut. On a phone it lies over the page, and the keyboard goes along with it.
    drawer(open) {
      const menu = document.querySelector(".menu"), held = document.activeElement;
      if (open && held === menu) document.querySelector(".side a")?.focus();
      if (!open && held?.closest(".side")) menu?.focus();
    },
    isDark: () => document.body.classList.contains("body--dark"),
    keepTheme(name) {
      document.cookie = `hanse-theme=${name}; path=/; max-age=31536000; SameSite=Strict`;
    },
  };
})();
