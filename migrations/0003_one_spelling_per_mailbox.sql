-- One mailbox has one spelling: the local part is case-folded and in NFC, the domain is in its ASCII form (UTS 46). Until now
-- `ada@münchen.de` and `ada@xn--mnchen-3ya.de` were two accounts, and so were `νίκος@…` and `νίκοσ@…`.
--
-- SQLite knows neither Unicode's case nor UTS 46. So scripts/respell.mjs, which `npm start` and `npm run deploy` run first,
-- writes the spelling of every address that needs one into `email_spellings`; this file applies it. Without that step the
-- CHECK below fails where such an address exists, and the whole migration is rolled back.

CREATE TABLE IF NOT EXISTS email_spellings (
  user_id TEXT NOT NULL PRIMARY KEY,
  -- NULL where the address has no valid spelling.
  email TEXT
) STRICT, WITHOUT ROWID;

-- Accounts whose address another account has as well, once both are spelled alike, or whose domain is not valid. The account
-- that has the spelling already, else the oldest, keeps the address. The others lose nothing but that they cannot sign in by it:
-- their address becomes `<id>@clash.invalid`, and an administrator decides, see docs/deployment.md.
CREATE TABLE email_clashes (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  -- As it was stored.
  stored_email TEXT NOT NULL,
  -- The spelling that another account has; NULL where there is none.
  email TEXT
) STRICT, WITHOUT ROWID;

INSERT INTO email_clashes (user_id, stored_email, email)
SELECT u.id, u.email, s.email
FROM email_spellings s JOIN users u ON u.id = s.user_id
WHERE s.email IS NULL
  OR EXISTS (SELECT 1 FROM users o WHERE o.email = s.email AND o.id <> s.user_id)
  OR EXISTS (SELECT 1 FROM email_spellings e WHERE e.email = s.email AND e.user_id < s.user_id);

UPDATE users SET email = id || '@clash.invalid' WHERE id IN (SELECT user_id FROM email_clashes);
UPDATE users SET email = (SELECT s.email FROM email_spellings s WHERE s.user_id = users.id)
WHERE id IN (SELECT user_id FROM email_spellings EXCEPT SELECT user_id FROM email_clashes);
DROP TABLE email_spellings;

-- `email_verified` is what the API shows from now on. The second CHECK comes with this column because SQLite adds a constraint
-- to a table only with a column, and to build the table anew would delete every session by ON DELETE CASCADE. It lists the
-- characters that case folding or NFC changes (Unicode 17); D1 allows patterns of 50 bytes, hence many. An ASCII address
-- compares two of them.
ALTER TABLE users ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 0 CHECK (email_verified IN (0, 1))
  CONSTRAINT email_has_one_spelling_run_npm_start_or_npm_run_deploy CHECK (
    email NOT GLOB '*[A-Z]*'
    AND substr(email, instr(email, '@') + 1) NOT GLOB '*[^a-z0-9.-]*'
    AND (email NOT GLOB '*[^ -~]*' OR NOT (
      (email GLOB '*[µÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞ]*'
        OR email GLOB '*[ĠĢĤĦĨĪĬĮİĲĴĶĹĻĽĿŁŃŅŇŊŌ]*'
        OR email GLOB '*[ŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶ]*'
        OR email GLOB '*[ŸŹŻŽſƁƂƄƆƇƉ-ƋƎ-ƑƓƔƖ-ƘƜƝ]*'
        OR email GLOB '*[ƟƠƢƤƦƧƩƬƮƯƱ-ƳƵƷƸƼǄǅǇǈ]*'
        OR email GLOB '*[ǊǋǍǏǑǓǕǗǙǛǞǠǢǤǦǨǪǬǮǱǲǴ]*'
        OR email GLOB '*[Ƕ-ǸǺǼǾȀȂȄȆȈȊȌȎȐȒȔȖȘȚȜȞ]*'
        OR email GLOB '*[ȠȢȤȦȨȪȬȮȰȲȺȻȽȾɁɃ-ɆɈɊɌɎ]*'
        OR email GLOB '*[̀́̓-ͅͰͲʹͶͿΆΈ-ΊΌΎΏΑ-ΡΣ-Ϋς]*'
        OR email GLOB '*[Ϗ-ϑϕϖϘϚϜϞϠϢϤϦϨϪϬϮϰϱϴϵϷ]*')
      OR       (email GLOB '*[ϹϺϽ-ЯѠѢѤѦѨѪѬѮѰѲѴѶѸѺѼѾҀ]*'
        OR email GLOB '*[ҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴ]*'
        OR email GLOB '*[ҶҸҺҼҾӀӁӃӅӇӉӋӍӐӒӔӖӘӚӜӞӠ]*'
        OR email GLOB '*[ӢӤӦӨӪӬӮӰӲӴӶӸӺӼӾԀԂԄԆԈԊԌ]*'
        OR email GLOB '*[ԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱ-Ֆ]*'
        OR email GLOB '*[क़-य़ড়ঢ়য়ਲ਼ਸ਼ਖ਼-ਜ਼ਫ਼ଡ଼ଢ଼གྷཌྷ]*'
        OR email GLOB '*[དྷབྷཛྷཀྵཱཱིུྲྀླཱྀྀྒྷྜྷྡྷྦྷྫྷ]*'
        OR email GLOB '*[ྐྵႠ-ჅჇჍᏸ-ᏽᲀ-ᲉᲐ-ᲺᲽ-Ჿ]*'
        OR email GLOB '*[ḀḂḄḆḈḊḌḎḐḒḔḖḘḚ]*'
        OR email GLOB '*[ḜḞḠḢḤḦḨḪḬḮḰḲḴḶ]*')
      OR       (email GLOB '*[ḸḺḼḾṀṂṄṆṈṊṌṎṐṒ]*'
        OR email GLOB '*[ṔṖṘṚṜṞṠṢṤṦṨṪṬṮ]*'
        OR email GLOB '*[ṰṲṴṶṸṺṼṾẀẂẄẆẈẊ]*'
        OR email GLOB '*[ẌẎẐẒẔẛẞẠẢẤẦẨẪẬ]*'
        OR email GLOB '*[ẮẰẲẴẶẸẺẼẾỀỂỄỆỈ]*'
        OR email GLOB '*[ỊỌỎỐỒỔỖỘỚỜỞỠỢỤ]*'
        OR email GLOB '*[ỦỨỪỬỮỰỲỴỶỸỺỼỾ]*'
        OR email GLOB '*[Ἀ-ἏἘ-ἝἨ-ἯἸ-ἿὈ-ὍὙὛὝ]*'
        OR email GLOB '*[ὟὨ-Ὧάέήίόύώᾈ-ᾏ]*'
        OR email GLOB '*[ᾘ-ᾟᾨ-ᾯᾸ-ᾼιῈ-ῌΐῘ-Ίΰ]*')
      OR       (email GLOB '*[Ῠ-ῬῸ-ῼΩKÅℲⅠ-ⅯↃⒶ-Ⓩ]*'
        OR email GLOB '*[Ⰰ-ⰯⱠⱢ-ⱤⱧⱩⱫⱭ-ⱰⱲⱵ]*'
        OR email GLOB '*[Ȿ-ⲀⲂⲄⲆⲈⲊⲌⲎⲐⲒⲔⲖⲘ]*'
        OR email GLOB '*[ⲚⲜⲞⲠⲢⲤⲦⲨⲪⲬⲮⲰⲲⲴ]*'
        OR email GLOB '*[ⲶⲸⲺⲼⲾⳀⳂⳄⳆⳈⳊⳌⳎⳐ]*'
        OR email GLOB '*[ⳒⳔⳖⳘⳚⳜⳞⳠⳢⳫⳭⳲꙀꙂ]*'
        OR email GLOB '*[ꙄꙆꙈꙊꙌꙎꙐꙒꙔꙖꙘꙚꙜꙞ]*'
        OR email GLOB '*[ꙠꙢꙤꙦꙨꙪꙬꚀꚂꚄꚆꚈꚊꚌ]*'
        OR email GLOB '*[ꚎꚐꚒꚔꚖꚘꚚꜢꜤꜦꜨꜪꜬꜮ]*'
        OR email GLOB '*[ꜲꜴꜶꜸꜺꜼꜾꝀꝂꝄꝆꝈꝊꝌ]*')
      OR       (email GLOB '*[ꝎꝐꝒꝔꝖꝘꝚꝜꝞꝠꝢꝤꝦꝨ]*'
        OR email GLOB '*[ꝪꝬꝮꝹꝻꝽꝾꞀꞂꞄꞆꞋꞍꞐ]*'
        OR email GLOB '*[ꞒꞖꞘꞚꞜꞞꞠꞢꞤꞦꞨꞪ-Ɪ]*'
        OR email GLOB '*[Ʞ-ꞴꞶꞸꞺꞼꞾꟀꟂꟄ-ꟇꟉꟋꟌ]*'
        OR email GLOB '*[꟎Ꟑ꟒꟔ꟖꟘꟚꟜꟵꭰ-ꮿ豈-嗀塚]*'
        OR email GLOB '*[晴凞-羽蘒諸逸都飯-舘並-龎ﬅיִ]*'
        OR email GLOB '*[ײַשׁ-זּטּ-לּמּנּסּףּפּצּ-פֿ]*'
        OR email GLOB '*[Ａ-Ｚ𐐀-𐐧𐒰-𐓓𐕰-𐕺𐕼-𐖊]*'
        OR email GLOB '*[𐖌-𐖒𐖔𐖕𐲀-𐲲𐵐-𐵥𑢠-𑢿]*'
        OR email GLOB '*[𖹀-𖹟𖺠-𖺸𞤀-𞤡丽-𪘀]*')
    ))
  );
