// One mailbox has one spelling, and so one account: whatever a person types or a browser's email field sends.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anonymous, GOOD_PASSWORD } from '../../support/caller.mjs';
import { useWorker } from '../../support/use-worker.mjs';

const worker = useWorker();
let number = 0;
const unique = () => `m${number += 1}`;
const signUp = (email) => anonymous(worker).post('/api/auth/signup', { email, password: GOOD_PASSWORD });
const signIn = (email) => anonymous(worker).post('/api/auth/signin', { email, password: GOOD_PASSWORD });

/** What each of the spellings is stored as; `@` stands for a local part of its own. */
const MAILBOXES = [
  ['@xn--mnchen-3ya.de', ['@münchen.de', '@MÜNCHEN.DE', '@mu\u0308nchen.de', '@xn--mnchen-3ya.de', '@XN--MNCHEN-3YA.de', '@ｍüｎｃｈｅｎ.de', '@münchen。de', '@münchen．de', '@mün\u00adchen.de']],
  ['@example.com', ['@ｅｘａｍｐｌｅ.com', '@example｡com', '@EXAMPLE．COM']],
  ['@xn--fa-hia.de', ['@faß.de', '@FAẞ.de', '@xn--fa-hia.de']],
  ['@xn--fiqs8s.xn--fiqs8s', ['@中国.中国', '@中国。中国', '@xn--fiqs8s.中国']],
];
const LOCAL_PARTS = [
  ['νίκοσ', ['νίκος', 'ΝΊΚΟΣ', 'νίκοσ', 'νι\u0301κος', 'ΝΙ\u0301ΚΟΣ']],
  ['straße', ['STRAẞE', 'straße']],
  ['sk', ['\u017f\u212a', 'SK']],
  ['μ\u03b8\u03c6', ['\u00b5\u03d1\u03d5', 'ΜΘΦ']],
  ['i\u0307', ['\u0130', 'I\u0307', 'i\u0307']],
  ['jörg', ['JÖRG', 'jo\u0308rg', 'JO\u0308RG']],
  ['дом', ['ДОМ', '\u1c81\u1c82м']],
];

describe('Addresses of one mailbox', () => {
  for (const [stored, spellings] of MAILBOXES) {
    test(`${stored} is one account in every spelling of its domain`, async () => {
      const local = unique();
      const [first, ...others] = spellings.map((spelling) => local + spelling);
      const signedUp = await signUp(first);
      assert.equal(signedUp.status, 201, JSON.stringify(signedUp.body));
      assert.equal(signedUp.body.email, local + stored);
      for (const other of others) {
        assert.equal((await signUp(other)).status, 409, other);
        const signedIn = await signIn(other);
        assert.deepEqual([signedIn.status, signedIn.body.user_id], [200, signedUp.body.user_id], other);
      }
    });
  }

  for (const [stored, spellings] of LOCAL_PARTS) {
    test(`${stored} is one account in every spelling of its local part`, async () => {
      const domain = `@${unique()}.example`;
      const [first, ...others] = spellings.map((spelling) => spelling + domain);
      const signedUp = await signUp(first);
      assert.equal(signedUp.status, 201, JSON.stringify(signedUp.body));
      assert.equal(signedUp.body.email, (stored + domain).normalize('NFC'));
      for (const other of others) assert.equal((await signIn(other)).status, 200, other);
    });
  }

  test('ß is not ss, and ı is not i', async () => {
    const domain = `@${unique()}.example`;
    for (const local of ['straße', 'strasse', 'ı', 'i']) assert.equal((await signUp(local + domain)).status, 201, local);
  });
});

describe('A domain that UTS 46 rejects', () => {
  for (const domain of [
    'xn--a.de', 'XN--0.pt', 'xn--ab-.de', 'xn--.de', 'xn--mnchen-3ya-.de', 'a\u0338=b.de', 'ex％ample.de', 'ex／ample.de', 'ex：80.de', 'a＠b.de', '１２７.0.0.１',
    'exam\u0000ple.de', 'exam ple.de', 'exam\u3000ple.de', '\u200d.de', `${'ü'.repeat(60)}.de`, '。de', 'münchen。', 'münchen', '\u05d0a.de',
  ]) {
    test(`is no address: ${JSON.stringify(domain)}`, async () => {
      const { status, body } = await signUp(`${unique()}@${domain}`);
      assert.equal(status, 422);
      assert.deepEqual(body.detail.map(({ loc, type }) => [loc, type]), [[['body', 'email'], 'value_error.email']]);
    });
  }
});
