"use strict";

// No validator badge: it would ask a server of others about this description.
window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  displayRequestDuration: true,
  filter: true,
  tagsSorter: "alpha",
  tryItOutEnabled: true,
  validatorUrl: null,
});
