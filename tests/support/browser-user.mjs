// A user in a browser context of their own. Each page that a test opens is checked for what must be true of all pages: no console
// error, no violation of the security policy, no request to another host, no token in a response, and no cacheable page.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/install/chromium.mjs';
import { GOOD_PASSWORD, randomEmail } from './caller.mjs';

const token = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;
/** Chromium logs every response of 400 and above; a test lists the ones it expects. */
const failedRequest = /^Failed to load resource: the server responded with a status of (\d+)/;

export async function startBrowser() {
  const found = await findChromium();
  return chromium.launch({ ...found, args: [...found.args, '--disable-dev-shm-usage'] });
}

/** Context options are playwright's; `expected` are the statuses of 400 and above that this test causes. */
export async function openBrowser(browser, url, { expected = [], ...options } = {}) {
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(10_000);
  const user = new BrowserUser(context, url, expected);
  await user.watch(options.javaScriptEnabled !== false);
  user.page = await context.newPage();
  return user;
}

class BrowserUser {
  email = randomEmail();
  password = GOOD_PASSWORD;
  problems = [];
  #responses = [];

  constructor(context, url, expected) {
    this.context = context;
    this.url = url;
    this.expected = expected;
  }

  async watch(hasScripts) {
    const { context } = this;
    // Unlike the console message, the event has the rule and the place.
    if (hasScripts) {
      await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`security policy: ${event.violatedDirective} stopped ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)));
    }
    context.on('console', (message) => {
      const status = Number(failedRequest.exec(message.text())?.[1]);
      if (['error', 'warning'].includes(message.type()) && !this.expected.includes(status)) {
        this.problems.push(`${message.page()?.url()}: ${message.text()}`);
      }
    });
    context.on('weberror', (error) => this.problems.push(String(error.error().stack)));
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && origin !== this.url) this.problems.push(`a request to ${request.url()}`);
    });
    context.on('response', (response) => this.#responses.push(this.#read(response)));
  }

  async #read(response) {
    // A redirect has no body, and neither has a response of a page that the browser left.
    const body = await response.text().catch(() => '');
    const headers = { ...await response.allHeaders().catch(() => ({})) };
    // The docs page is the same for everyone.
    const isPersonal = 'set-cookie' in headers || (/^text\/(html|x-component)/.test(headers['content-type']) && new URL(response.url()).pathname !== '/docs');
    delete headers['set-cookie'];
    if (isPersonal && !/\bno-store\b/.test(headers['cache-control'])) {
      this.problems.push(`${response.url()} may be kept by a cache: ${headers['cache-control']}`);
    }
    return { what: `${response.request().method()} ${response.url()}`, text: `${JSON.stringify(headers)}\n${body}` };
  }

  /** Closes the browser context and asserts that no page had a problem. */
  async leave({ mayShowTokens = false } = {}) {
    // A response that is never read to its end stays pending until the context closes, so wait for a limited time.
    await Promise.race([Promise.all(this.#responses), new Promise((wake) => setTimeout(wake, 5000).unref())]);
    const secrets = (await this.context.cookies()).map(({ value }) => value).filter((value) => value.length > 16);
    await this.context.close();
    const responses = await Promise.all(this.#responses);
    assert.deepEqual(this.problems, []);
    assert.ok(responses.length > 0, 'no response was checked');
    if (mayShowTokens) return;
    for (const { what, text } of responses) {
      assert.doesNotMatch(text, token, `${what} holds a token`);
      for (const secret of secrets) assert.ok(!text.includes(secret) && !text.includes(decodeURIComponent(secret)), `${what} holds a cookie's value`);
    }
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name) {
    return this.page.getByRole('heading', { level: 1, name, exact: true });
  }

  task(title) {
    return this.page.getByRole('listitem').filter({ hasText: title });
  }

  async cookieNames() {
    return (await this.context.cookies()).map(({ name }) => name).sort();
  }

  async signUp() {
    await this.page.goto('/sign-up');
    await this.fillIn({ Email: this.email, Password: this.password });
    await this.button('Create account').click();
    await this.heading('Your tasks').waitFor();
  }

  async signIn({ email = this.email, password = this.password } = {}) {
    await this.page.goto('/sign-in');
    await this.fillIn({ Email: email, Password: password });
    await this.button('Sign in').click();
  }

  async signOut() {
    await this.button('Sign out').click();
    await this.heading('Sign in').waitFor();
  }

  async addTask(title, description) {
    await this.fillIn({ Title: title, ...(description && { 'Description (optional)': description }) });
    await this.button('Add task').click();
    await this.task(title).waitFor();
  }

  async fillIn(fields) {
    for (const [label, text] of Object.entries(fields)) await this.field(label).fill(text);
  }
}
