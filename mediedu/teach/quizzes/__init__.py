"""One TOML file per chapter, named by the chapter's slug; `mediedu.teach.quiz` shows it."""
