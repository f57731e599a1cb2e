/* The published site has no server to read the language of the browser: the door does it here. */
(function () {
  "use strict";
  var wanted = (navigator.languages || [navigator.language || "en"]).map(function (tag) { return tag.slice(0, 2).toLowerCase(); });
  var first = wanted.filter(function (tag) { return tag === "fr" || tag === "en"; })[0] || "en";
  location.replace("/" + first + "/");
})();
