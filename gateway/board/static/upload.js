// Says that a file is too large before it is sent, and that it is on its way while it is.
(() => {
  "use strict";
  const form = document.getElementById("upload"), file = document.getElementById("file"), send = document.getElementById("send");
  if (!form) return;
  file.addEventListener("change", () => {
    const chosen = file.files[0];
    file.setCustomValidity(chosen && chosen.size > Number(file.dataset.most) ? file.dataset.large : "");
    file.reportValidity();
  });
  form.addEventListener("submit", () => { send.textContent = send.dataset.sending; send.disabled = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
