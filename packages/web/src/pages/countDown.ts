/** Counts down how long somebody has to wait, second by second; what is read out changes once, at the end. */
export function countDown(page: Document): void {
  const place = page.querySelector<HTMLElement>(".countdown");
  if (!place) return;
  const { seconds = "0", text = "", now = "" } = place.dataset;
  let left = Number(seconds);
  if (!(left > 0)) return;
  const timer = setInterval(() => {
    left -= 1;
    if (left > 0) place.textContent = text.replace("{}", span(left, page.documentElement.lang));
    else {
      clearInterval(timer);
      place.setAttribute("role", "status");
      place.textContent = now;
    }
  }, 1000);
}

const span = (seconds: number, language: string): string => {
  const [unit, count] = seconds < 120 ? ["second", seconds] : ["minute", Math.ceil(seconds / 60)];
  return new Intl.NumberFormat(language, { style: "unit", unit: String(unit), unitDisplay: "long" }).format(
    Number(count),
  );
};
