// Decides how a link with a token signs in: the fragment is taken out of the address at once and sent as a body.
(async () => {
  "use strict";
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  history.replaceState(null, "", "/board/enter");
  if (!token) return location.replace("/board/login");
  try {
    const answer = await fetch("/board/session", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
      credentials: "same-origin",
    });
    location.replace(answer.ok ? "/board" : "/board/login?failed=token");
  } catch {
    location.replace("/board/login?failed=token");
  }
})();
