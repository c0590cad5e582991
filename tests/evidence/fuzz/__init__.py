"""`make fuzz` attacks whatever comes from outside with input that nobody would write, in three parts.

Routes: schemathesis asks every route of the OpenAPI document as each kind of caller there is, from nobody to an admin of two
branches, with what the schemas allow and what they refuse. No answer may be a 5xx or differ from the document, let in a caller
who may not, or contain a word that stands in the data of another branch alone; nor may such a word or a token stand in the log.
Parsers: Hypothesis gives every reader of text from outside what it makes up. A reader raises its documented error or nothing,
its work grows with the text and no faster, and it reads what it has written. Calendar files and mails: atheris looks for words
that change more than the words, keeping each input that reaches new code.

Read it so: the figures count what was tried, and one violation fails the run. `SEED` replays it: the same requests in the same
order. `BROKEN=1` tries copies of the product that are broken on purpose, and fails unless it notices each.
"""
