/*
  Passkeys: asks the browser to make one or to prove one, and sends what it answers with the form. Bytes travel as text
  (base64url) both ways. Where a browser has no passkeys the forms stay away; other ways to sign in stand beside them.
*/

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

/** Ask the browser to make a passkey that it keeps and that only its owner can use; return it as plain values. */
async function make(asked) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
      authenticatorSelection: {
        ...asked.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required",
      },
    },
  });
  return plain(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports ? made.response.getTransports() : [],
  });
}

/** Ask the browser to prove one of its passkeys; return the proof as plain values. */
async function prove(asked) {
  const proved = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
  });
  const owner = proved.response.userHandle;
  return plain(proved, {
    authenticatorData: text(proved.response.authenticatorData),
    signature: text(proved.response.signature),
    userHandle: owner ? text(owner) : null,
  });
}

function plain(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

/** Return what the browser is to be asked: written in the form, or fetched when it is needed. */
async function asked(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.source, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error("no answer");
  return (await answer.json()).request_options;
}

async function fill(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const { publicKey } = await asked(form);
    const credential = await (form.dataset.passkey === "make" ? make(publicKey) : prove(publicKey));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

// A passkey belongs to a name: an address in figures has none to give.
const name = !/^(\d+\.){3}\d+$|:/.test(location.hostname.replace(/^\[|\]$/g, ""));
if (window.isSecureContext && window.PublicKeyCredential && name) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      fill(form);
    });
  }
  for (const said of document.querySelectorAll("[data-unable]")) said.hidden = true;
}
