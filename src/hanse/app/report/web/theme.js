/* Dark and light: as the system says, until the reader presses the switch. */
{
  const button = hanse.at("theme");
  const name = () => {
    const dark = hanse.isDark();
    button.textContent = dark ? "☀ Light" : "☾ Dark";
    button.setAttribute("aria-label", dark ? "Switch to light colours" : "Switch to dark colours");
  };
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = hanse.isDark() ? "light" : "dark";
    name();
    hanse.changed("theme");
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { name(); hanse.changed("theme"); });
  name();
}
