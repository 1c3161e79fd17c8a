"""One module per chapter, named by the chapter's slug; each declares the chapter's exercises and their checks."""
