"""Rules for JavaScript and TypeScript, by ast-grep's syntax trees; they need the extra `code`."""
