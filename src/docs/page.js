// Starts Swagger UI. A separate file, because the page's Content-Security-Policy forbids inline scripts.

/* global SwaggerUIBundle */
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#viewer',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // Do not send the document to Swagger's public validator.
  validatorUrl: null,
});
