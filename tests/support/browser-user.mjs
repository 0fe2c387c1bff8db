// Somebody in front of a browser of their own. What must hold of every page is watched on each page that any test opens:
// no error in the console, nothing that the security policy had to stop, no request to elsewhere, no token in any response, and no
// page that a cache may keep.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/install/chromium.mjs';
import { GOOD_PASSWORD, randomEmail } from './caller.mjs';

const token = /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/;
/** Chromium tells of every response of 400 and more; a test that looks for such a response expects it. */
const failedRequest = /^Failed to load resource: the server responded with a status of (\d+)/;

export async function startBrowser() {
  const found = await findChromium();
  return chromium.launch({ ...found, args: [...found.args, '--disable-dev-shm-usage'] });
}

/** Context options are playwright's; `expected` are the statuses of 400 and more that this user shall meet. */
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
  complaints = [];
  #responses = [];

  constructor(context, url, expected) {
    this.context = context;
    this.url = url;
    this.expected = expected;
  }

  async watch(hasScripts) {
    const { context } = this;
    // Other than the console, the event tells which rule and where.
    if (hasScripts) {
      await context.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) =>
        console.error(`security policy: ${event.violatedDirective} stopped ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)));
    }
    context.on('console', (message) => {
      const status = Number(failedRequest.exec(message.text())?.[1]);
      if (['error', 'warning'].includes(message.type()) && !this.expected.includes(status)) {
        this.complaints.push(`${message.page()?.url()}: ${message.text()}`);
      }
    });
    context.on('weberror', (error) => this.complaints.push(String(error.error().stack)));
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol !== 'data:' && origin !== this.url) this.complaints.push(`a request to ${request.url()}`);
    });
    context.on('response', (response) => this.#responses.push(this.#read(response)));
  }

  async #read(response) {
    // A redirect has no body, and one that the browser has left is gone.
    const body = await response.text().catch(() => '');
    const headers = { ...await response.allHeaders().catch(() => ({})) };
    const isPersonal = 'set-cookie' in headers || /^text\/(html|x-component)/.test(headers['content-type']);
    delete headers['set-cookie'];
    if (isPersonal && !/\bno-store\b/.test(headers['cache-control'])) {
      this.complaints.push(`${response.url()} may be kept by a cache: ${headers['cache-control']}`);
    }
    return { what: `${response.request().method()} ${response.url()}`, text: `${JSON.stringify(headers)}\n${body}` };
  }

  /** Ends the visit. All that was watched must have been as it should. */
  async leave({ mayHoldTokens = false } = {}) {
    // One that nobody reads to its end would never be whole: closing the browser ends the wait for it.
    await Promise.race([Promise.all(this.#responses), new Promise((wake) => setTimeout(wake, 5000).unref())]);
    const secrets = (await this.context.cookies()).map(({ value }) => value).filter((value) => value.length > 16);
    await this.context.close();
    const responses = await Promise.all(this.#responses);
    assert.deepEqual(this.complaints, []);
    assert.ok(responses.length > 0, 'nothing was looked at');
    if (mayHoldTokens) return;
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
