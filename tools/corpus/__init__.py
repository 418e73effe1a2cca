"""Our own labelled texts, made from grammars by a seeded generator; never kept."""
