"""The page checker: every criterion of the elder mode measured on a real page in a real browser.

`measure.js` and `hits.js` only measure; the verdicts are pure functions over what was measured (`text.py`,
`targets.py`, `layout.py`, `structure.py`). `browser.py` drives Chromium through Playwright, which is not
needed to run the district, only to check it.

Sources: APP is 工信部《移动互联网应用(APP)适老化通用设计规范》(信管函〔2021〕67号 附件2), WCAG is WCAG 2.2;
criteria without either are this project's own.
"""
