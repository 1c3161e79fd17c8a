"""One module per chapter, named by the chapter's slug; it declares the exercises and their checks."""
