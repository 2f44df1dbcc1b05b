"""One sentence books: what a resident says or types, understood by rules over text; nothing is guessed."""
