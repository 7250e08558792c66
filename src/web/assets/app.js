// app: small comforts. Every page works without this file.
//
// Character counters, one submit per form, copy and print buttons, focus to the error summary. It adds no style, stores
// nothing and calls nobody. The words come from the page (data- attributes), so that they are in the page's language.
// SPDX-License-Identifier: Apache-2.0

// <textarea data-ls-max="4000" aria-describedby="x-info"> with <div id="x-info" data-ls-left="{n} left" data-ls-over="{n} too many">
// The visible line follows each key; a second, unseen line speaks only after a pause.
for (const box of document.querySelectorAll("[data-ls-max]")) {
  const info = document.getElementById(`${box.id}-info`);
  if (!info) continue;
  const max = Number(box.dataset.lsMax);
  const number = new Intl.NumberFormat(document.documentElement.lang || "en");
  const said = document.createElement("span");
  said.className = "govuk-visually-hidden";
  said.setAttribute("aria-live", "polite");
  info.after(said);
  let timer = 0;
  const count = () => {
    const left = max - [...box.value.replace(/\r\n?/g, "\n")].length; // code points, as the server counts
    const words = left < 0 ? info.dataset.lsOver : info.dataset.lsLeft;
    info.textContent = words.replace("{n}", number.format(Math.abs(left)));
    info.classList.toggle("govuk-error-message", left < 0);
    info.classList.toggle("govuk-hint", left >= 0);
    clearTimeout(timer);
    timer = setTimeout(() => { said.textContent = info.textContent; }, 1000);
  };
  box.addEventListener("input", count);
  if (box.value) count();
}

// One submit: the button that was pressed stays in the request, a second press is ignored. Going back makes it live again.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.lsSent) {
      event.preventDefault();
      return;
    }
    form.dataset.lsSent = "1";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-ls-sent]")) {
    delete form.dataset.lsSent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// <button type="button" hidden data-ls-copy="receipt-code" data-ls-copied="Copied">: shown only where copying can work.
for (const button of document.querySelectorAll("[data-ls-copy]")) {
  const source = document.getElementById(button.dataset.lsCopy);
  if (!source || !navigator.clipboard) continue;
  const words = button.textContent;
  const said = document.createElement("span");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim().replace(/\s+/g, " "));
    button.textContent = said.textContent = button.dataset.lsCopied;
    setTimeout(() => { button.textContent = words; said.textContent = ""; }, 3000);
  });
}

// <button type="button" hidden data-ls-print>
for (const button of document.querySelectorAll("[data-ls-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// After a refused form, reading starts at the error summary.
document.querySelector(".govuk-error-summary")?.focus();
